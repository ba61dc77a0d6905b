# doc: manual pages, one per program and one per file format.

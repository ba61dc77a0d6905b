# doc: manual pages, one per program and one per file format.
dist_man_MANS += doc/frostguard.conf.5
dist_doc_DATA += doc/frostguard.conf.sample

# t: what is built here.

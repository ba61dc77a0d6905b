# admin: what is built here.

# cgi-bin: what is built here.

# nginx: the configuration of the web server.

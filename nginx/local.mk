# nginx: the configuration of the web server. ./run fills the templates in for
# itself; make install for a machine whose nginx includes the site.
nginxdir = $(pkgdatadir)/nginx
dist_nginx_DATA = nginx/fastcgi.conf nginx/headers.conf nginx/programs.conf
nodist_nginx_DATA = nginx/http.conf nginx/server.conf
made += nginx/http.conf nginx/server.conf nginx/site.conf
EXTRA_DIST += nginx/run.conf.in
INSTALL_LOCAL += install-site
UNINSTALL_LOCAL += uninstall-site

sitedir = $(sysconfdir)/nginx/sites-available
install-site: nginx/site.conf
	$(MKDIR_P) '$(DESTDIR)$(sitedir)'
	$(INSTALL_DATA) nginx/site.conf '$(DESTDIR)$(sitedir)/frostguard'
uninstall-site:
	rm -f '$(DESTDIR)$(sitedir)/frostguard'

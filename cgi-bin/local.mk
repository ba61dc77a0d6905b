# cgi-bin: one FastCGI program per resource, installed in libexec.
#
#	pkglibexec_PROGRAMS += cgi-bin/units
#	cgi_bin_units_LDADD = $(FG_LIBS)
dist_pkglibexec_SCRIPTS = cgi-bin/serve

pkglibexec_PROGRAMS += cgi-bin/alerts
cgi_bin_alerts_LDADD = $(APP_LIBS)
pkglibexec_PROGRAMS += cgi-bin/auth
cgi_bin_auth_LDADD = $(APP_LIBS)
pkglibexec_PROGRAMS += cgi-bin/bulk
cgi_bin_bulk_LDADD = $(APP_LIBS) $(ZLIB_LIBS)
pkglibexec_PROGRAMS += cgi-bin/health
cgi_bin_health_LDADD = $(APP_LIBS)
pkglibexec_PROGRAMS += cgi-bin/units
cgi_bin_units_LDADD = $(APP_LIBS)
pkglibexec_PROGRAMS += cgi-bin/uplinks
cgi_bin_uplinks_LDADD = $(APP_LIBS) $(EVENT_LIBS)
pkglibexec_PROGRAMS += cgi-bin/stream
cgi_bin_stream_LDADD = $(APP_LIBS) $(EVENT_LIBS)

# doc: manual pages, one per program and one per file format.
dist_man_MANS += doc/frostguard.1
dist_man_MANS += doc/frostguard.conf.5

# Beside the place of the file itself, which an installation must not touch.
confdir = $(sysconfdir)/frostguard
dist_conf_DATA = doc/frostguard.conf.sample

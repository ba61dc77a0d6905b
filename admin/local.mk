# admin: the administrator's program, one file a command. A new one is a line
# here, a declaration in cmd.h and a row in frostguard.c.
bin_PROGRAMS += frostguard
frostguard_LDADD = $(FG_LIBS) $(CURL_LIBS)
frostguard_SOURCES = admin/cmd.h
frostguard_SOURCES += admin/cmd-conf.c
frostguard_SOURCES += admin/cmd-demo.c
frostguard_SOURCES += admin/cmd-migrate.c
frostguard_SOURCES += admin/cmd-simulate.c
frostguard_SOURCES += admin/cmd-uplink.c
frostguard_SOURCES += admin/frostguard.c

# What ./run and ./check are made of.
EXTRA_DIST += admin/stack/cron.sh
EXTRA_DIST += admin/stack/database.sh
EXTRA_DIST += admin/stack/deps.sh
EXTRA_DIST += admin/stack/place.sh
EXTRA_DIST += admin/stack/process.sh
EXTRA_DIST += admin/stack/services.sh

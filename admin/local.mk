# admin: the administrator's program, one file a command. A new one is a line
# here, a declaration in cmd.h (or, of a noun with verbs, in noun.h) and a row
# in frostguard.c.
bin_PROGRAMS += frostguard
frostguard_LDADD = liboutside.a $(FG_LIBS) $(CURL_LIBS)
frostguard_SOURCES = admin/cmd.h
frostguard_SOURCES += admin/arg.c admin/arg.h
frostguard_SOURCES += admin/arg_value.c admin/arg_value.h
frostguard_SOURCES += admin/cmd-bench-data.c
frostguard_SOURCES += admin/cmd-conf.c
frostguard_SOURCES += admin/cmd-connection.c
frostguard_SOURCES += admin/cmd-demo.c
frostguard_SOURCES += admin/cmd-hold.c
frostguard_SOURCES += admin/cmd-import.c
frostguard_SOURCES += admin/cmd-key.c
frostguard_SOURCES += admin/cmd-migrate.c
frostguard_SOURCES += admin/cmd-organization.c
frostguard_SOURCES += admin/cmd-retention.c
frostguard_SOURCES += admin/cmd-sensor.c
frostguard_SOURCES += admin/cmd-simulate.c
frostguard_SOURCES += admin/cmd-site.c
frostguard_SOURCES += admin/cmd-unit.c
frostguard_SOURCES += admin/cmd-uplink.c
frostguard_SOURCES += admin/cmd-user.c
frostguard_SOURCES += admin/frostguard.c
frostguard_SOURCES += admin/import_file.c admin/import_file.h
frostguard_SOURCES += admin/noun.c admin/noun.h
frostguard_SOURCES += admin/option.c admin/option.h
frostguard_SOURCES += admin/password.c admin/password.h
frostguard_SOURCES += admin/rows.c admin/rows.h
frostguard_SOURCES += admin/sensor_csv.c admin/sensor_csv.h
frostguard_SOURCES += admin/sensor_import.c admin/sensor_import.h

# What ./run and ./check are made of.
EXTRA_DIST += admin/stack/cron.sh
EXTRA_DIST += admin/stack/database.sh
EXTRA_DIST += admin/stack/deps.sh
EXTRA_DIST += admin/stack/place.sh
EXTRA_DIST += admin/stack/process.sh
EXTRA_DIST += admin/stack/services.sh

# doc: manual pages, one per program and one per file format.
dist_man_MANS += doc/frostguard-alerts.8
dist_man_MANS += doc/frostguard-auth.8
dist_man_MANS += doc/frostguard-backfill.8
dist_man_MANS += doc/frostguard-bulk.8
dist_man_MANS += doc/frostguard-health.8
dist_man_MANS += doc/frostguard-partitions.8
dist_man_MANS += doc/frostguard-programs.8
dist_man_MANS += doc/frostguard-replay.8
dist_man_MANS += doc/frostguard-rollup.8
dist_man_MANS += doc/frostguard-stream.8
dist_man_MANS += doc/frostguard-sweep.8
dist_man_MANS += doc/frostguard-tidy.8
dist_man_MANS += doc/frostguard-units.8
dist_man_MANS += doc/frostguard-uplinks.8
dist_man_MANS += doc/frostguard.1
dist_man_MANS += doc/frostguard.conf.5

# Beside the place of the file itself, which an installation must not touch.
confdir = $(sysconfdir)/frostguard
dist_conf_DATA = doc/frostguard.conf.sample

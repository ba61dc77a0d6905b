# cron: one executable per job, installed in libexec; its time is a line of
# crontab.in.
#
#	pkglibexec_PROGRAMS += cron/sweep
#	cron_sweep_LDADD = $(APP_LIBS)
crontabdir = $(sysconfdir)/cron.d
made += cron/crontab
INSTALL_LOCAL += install-crontab
UNINSTALL_LOCAL += uninstall-crontab

# cron.d ignores names with a dot and files that others may write.
install-crontab: cron/crontab
	$(MKDIR_P) '$(DESTDIR)$(crontabdir)'
	$(INSTALL_DATA) cron/crontab '$(DESTDIR)$(crontabdir)/frostguard'
uninstall-crontab:
	rm -f '$(DESTDIR)$(crontabdir)/frostguard'

pkglibexec_PROGRAMS += cron/backfill
cron_backfill_LDADD = $(OUTSIDE_LIBS)
pkglibexec_PROGRAMS += cron/partitions
cron_partitions_LDADD = $(APP_LIBS)
pkglibexec_PROGRAMS += cron/replay
cron_replay_LDADD = $(APP_LIBS)
pkglibexec_PROGRAMS += cron/rollup
cron_rollup_LDADD = $(APP_LIBS)
pkglibexec_PROGRAMS += cron/sweep
cron_sweep_LDADD = $(APP_LIBS)
pkglibexec_PROGRAMS += cron/tidy
cron_tidy_LDADD = $(APP_LIBS)

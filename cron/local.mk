# cron: one executable per job, installed in libexec.
#
#	pkglibexec_PROGRAMS += cron/sweep
#	cron_sweep_LDADD = $(FG_LIBS)

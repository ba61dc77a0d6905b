# t/bench: `make bench` measures a running FrostGuard; t/bench/run says what.
#
#	make bench ROWS="uplinks alert" RUNS=1 PEER=directory
check_PROGRAMS += t/bench/alarm t/bench/pace t/bench/plant
BENCH_MESSAGE = t/bench/message.c t/bench/message.h t/bench/tally.c \
	t/bench/tally.h t/bench/target.c t/bench/target.h
t_bench_alarm_SOURCES = t/bench/alarm.c $(BENCH_MESSAGE)
t_bench_alarm_LDADD = $(FG_LIBS)
t_bench_pace_SOURCES = t/bench/pace.c t/bench/listen.c t/bench/listen.h \
	$(BENCH_MESSAGE)
t_bench_pace_LDADD = $(FG_LIBS)
t_bench_plant_SOURCES = t/bench/plant.c t/bench/message.h \
	t/bench/message.c t/bench/target.h
t_bench_plant_LDADD = $(FG_LIBS)

EXTRA_DIST += t/bench/bulk.lua t/bench/figures t/bench/limit.awk t/bench/limit.sh
EXTRA_DIST += t/bench/measure.sh t/bench/ours.sh t/bench/peer.sh
EXTRA_DIST += t/bench/query.lua t/bench/report.lua t/bench/rows.sh t/bench/run t/bench/table
EXTRA_DIST += t/bench/uplink.json t/bench/uplink.lua

# Each reader of the event stream is of the same session.
bench: all t/bench/alarm t/bench/pace t/bench/plant
	KEYS='stream_clients_per_session = 10000' \
	    $(srcdir)/t/stack $(srcdir)/t/bench/run
CLEAN_LOCAL += bench
.PHONY: bench

# t: what `make check` runs. A test is one line in one of these lists, sorted;
# its source is the file of the same name.
#
#	t-<module>.c	pure unit test (Criterion)		UNIT_TESTS
#	db-<noun>.c	on a throw-away PostgreSQL (Criterion)	DB_TESTS
#	fuzz-<name>.c	fuzz target, corpus/<name>/		FUZZ_TARGETS,
#			and a line t_fuzz_<name>_LDADD = $(FUZZ_LIBS)
#	http-<what>.sh	with all of it running, over HTTP;	SCRIPT_TESTS
#			t/ask has what they share
#	db-<what>.sh	the administrator's program on a throw-away
#			PostgreSQL; t/command	SCRIPT_TESTS
#	browser/<what>.mjs	the same in a browser, by http-browser.sh
#	<what>.sh	checks of the sources, single programs	SCRIPT_TESTS
#	<what>.h	shared by tests: add to EXTRA_DIST
#
# t/harness runs each: it gives db-* a cluster (t/cluster), http-* a running
# FrostGuard (t/stack), fuzz-* their corpus, and fails a test that left a
# sanitizer's report. Tests find sources in $srcdir and what was built in their
# working directory.
UNIT_TESTS =
UNIT_TESTS += t/t-alert-text
UNIT_TESTS += t/t-arena
UNIT_TESTS += t/t-backfill
UNIT_TESTS += t/t-battery
UNIT_TESTS += t/t-binary
UNIT_TESTS += t/t-bucket
UNIT_TESTS += t/t-buf
UNIT_TESTS += t/t-bulk
UNIT_TESTS += t/t-bulk-answer
UNIT_TESTS += t/t-bulk-senml
UNIT_TESTS += t/t-calibration
UNIT_TESTS += t/t-centi
UNIT_TESTS += t/t-chart
UNIT_TESTS += t/t-conf
UNIT_TESTS += t/t-connect
UNIT_TESTS += t/t-coverage
UNIT_TESTS += t/t-credential
UNIT_TESTS += t/t-csv
UNIT_TESTS += t/t-cursor
UNIT_TESTS += t/t-db-value
UNIT_TESTS += t/t-deveui
UNIT_TESTS += t/t-display
UNIT_TESTS += t/t-engine
UNIT_TESTS += t/t-door
UNIT_TESTS += t/t-engine-alert
UNIT_TESTS += t/t-engine-clock
UNIT_TESTS += t/t-engine-door
UNIT_TESTS += t/t-engine-laws
UNIT_TESTS += t/t-engine-link
UNIT_TESTS += t/t-escape
UNIT_TESTS += t/t-exchange
UNIT_TESTS += t/t-exposure
UNIT_TESTS += t/t-fcgi-record
UNIT_TESTS += t/t-fcgi-server
UNIT_TESTS += t/t-gate
UNIT_TESTS += t/t-gunzip
UNIT_TESTS += t/t-hub
UNIT_TESTS += t/t-json
UNIT_TESTS += t/t-known
UNIT_TESTS += t/t-late
UNIT_TESTS += t/t-link
UNIT_TESTS += t/t-live
UNIT_TESTS += t/t-live-feed
UNIT_TESTS += t/t-live-send
UNIT_TESTS += t/t-log
UNIT_TESTS += t/t-logger
UNIT_TESTS += t/t-manual-log
UNIT_TESTS += t/t-metrics
UNIT_TESTS += t/t-mkt
UNIT_TESTS += t/t-mustache-faults
UNIT_TESTS += t/t-mustache-partials
UNIT_TESTS += t/t-mustache-tags
UNIT_TESTS += t/t-once
UNIT_TESTS += t/t-period
UNIT_TESTS += t/t-plausible
UNIT_TESTS += t/t-replay
UNIT_TESTS += t/t-role
UNIT_TESTS += t/t-rules
UNIT_TESTS += t/t-seal
UNIT_TESTS += t/t-senml
UNIT_TESTS += t/t-sensor-status
UNIT_TESTS += t/t-session
UNIT_TESTS += t/t-simulator
UNIT_TESTS += t/t-spark
UNIT_TESTS += t/t-spool
UNIT_TESTS += t/t-sse
UNIT_TESTS += t/t-template
UNIT_TESTS += t/t-token
UNIT_TESTS += t/t-trend
UNIT_TESTS += t/t-ttn-id
UNIT_TESTS += t/t-ttn-stream
UNIT_TESTS += t/t-uplink
UNIT_TESTS += t/t-uplink-chirpstack
UNIT_TESTS += t/t-uplink-envelope
UNIT_TESTS += t/t-uplink-words
UNIT_TESTS += t/t-utf8
UNIT_TESTS += t/t-uuid
UNIT_TESTS += t/t-viewer
UNIT_TESTS += t/t-web-answer
UNIT_TESTS += t/t-web-form
UNIT_TESTS += t/t-web-route
UNIT_TESTS += t/t-web-status
UNIT_TESTS += t/t-web-valid
UNIT_TESTS += t/t-when
DB_TESTS =
DB_TESTS += t/db-adb
DB_TESTS += t/db-alert
DB_TESTS += t/db-alert-act
DB_TESTS += t/db-backfill
DB_TESTS += t/db-batch
DB_TESTS += t/db-bulk
DB_TESTS += t/db-calibration
DB_TESTS += t/db-coverage
DB_TESTS += t/db-db
DB_TESTS += t/db-deliveries
DB_TESTS += t/db-door
DB_TESTS += t/db-gap
DB_TESTS += t/db-history
DB_TESTS += t/db-ingest
DB_TESTS += t/db-kinds
DB_TESTS += t/db-learn
DB_TESTS += t/db-manual-log
DB_TESTS += t/db-migrate
DB_TESTS += t/db-once
DB_TESTS += t/db-pages
DB_TESTS += t/db-plain
DB_TESTS += t/db-plausible
DB_TESTS += t/db-readings
DB_TESTS += t/db-replay
DB_TESTS += t/db-retention
DB_TESTS += t/db-rollup
DB_TESTS += t/db-rows
DB_TESTS += t/db-rules
DB_TESTS += t/db-sensor
DB_TESTS += t/db-session
DB_TESTS += t/db-stream
DB_TESTS += t/db-sweep
DB_TESTS += t/db-tenancy
DB_TESTS += t/db-tx
DB_TESTS += t/db-unit
DB_TESTS += t/db-unit-rules
FUZZ_TARGETS =
FUZZ_TARGETS += t/fuzz-bulk
FUZZ_TARGETS += t/fuzz-calibration
FUZZ_TARGETS += t/fuzz-chirpstack
FUZZ_TARGETS += t/fuzz-credential
FUZZ_TARGETS += t/fuzz-csv
FUZZ_TARGETS += t/fuzz-cursor
FUZZ_TARGETS += t/fuzz-engine
FUZZ_TARGETS += t/fuzz-exchange
FUZZ_TARGETS += t/fuzz-fcgi-record
FUZZ_TARGETS += t/fuzz-form
FUZZ_TARGETS += t/fuzz-json
FUZZ_TARGETS += t/fuzz-live
FUZZ_TARGETS += t/fuzz-logger
FUZZ_TARGETS += t/fuzz-mustache
FUZZ_TARGETS += t/fuzz-replay
FUZZ_TARGETS += t/fuzz-replay-text
FUZZ_TARGETS += t/fuzz-ttn-stream
FUZZ_TARGETS += t/fuzz-uplink
FUZZ_TARGETS += t/fuzz-scalars
FUZZ_TARGETS += t/fuzz-senml
FUZZ_TARGETS += t/fuzz-web
FUZZ_TARGETS += t/fuzz-when
SCRIPT_TESTS =
SCRIPT_TESTS += t/banned.sh
SCRIPT_TESTS += t/conf-documented.sh
SCRIPT_TESTS += t/db-bench-data.sh
SCRIPT_TESTS += t/db-frostguard.sh
SCRIPT_TESTS += t/db-import.sh
SCRIPT_TESTS += t/db-partitions.sh
SCRIPT_TESTS += t/db-schema.sh
SCRIPT_TESTS += t/db-sensor-import.sh
SCRIPT_TESTS += t/frostguard.sh
SCRIPT_TESTS += t/hardened.sh
SCRIPT_TESTS += t/headers.sh
SCRIPT_TESTS += t/http-browser.sh
SCRIPT_TESTS += t/http-bulk.sh
SCRIPT_TESTS += t/http-chirpstack.sh
SCRIPT_TESTS += t/http-doors.sh
SCRIPT_TESTS += t/http-faults.sh
SCRIPT_TESTS += t/http-logs.sh
SCRIPT_TESTS += t/http-nginx.sh
SCRIPT_TESTS += t/http-pages.sh
SCRIPT_TESTS += t/http-people.sh
SCRIPT_TESTS += t/http-plausible.sh
SCRIPT_TESTS += t/http-readings.sh
SCRIPT_TESTS += t/http-replay.sh
SCRIPT_TESTS += t/http-stream.sh
SCRIPT_TESTS += t/http-ttn.sh
SCRIPT_TESTS += t/includes.sh
SCRIPT_TESTS += t/manuals.sh
SCRIPT_TESTS += t/nginx.sh
SCRIPT_TESTS += t/raw-output.sh
SCRIPT_TESTS += t/routes.sh
SCRIPT_TESTS += t/schema-version.sh
SCRIPT_TESTS += t/shellcheck.sh
SCRIPT_TESTS += t/sizes.sh
SCRIPT_TESTS += t/uplink.sh
SCRIPT_TESTS += t/web.sh

# Scripts of events share their runner, lives of units their laws.
ENGINE_CASE = t/engine-case.c t/engine-case.h t/engine-sample.c \
	t/engine-sample.h
ENGINE_LIFE = t/engine-laws.c t/engine-laws.h t/engine-life.c t/engine-life.h \
	t/engine-oracle.c t/engine-oracle.h t/engine-sample.c t/engine-sample.h
t_fuzz_engine_SOURCES = t/fuzz-engine.c $(ENGINE_LIFE)
t_t_engine_SOURCES = t/t-engine.c $(ENGINE_CASE)
t_t_engine_alert_SOURCES = t/t-engine-alert.c $(ENGINE_CASE)
t_t_engine_clock_SOURCES = t/t-engine-clock.c $(ENGINE_CASE)
t_t_engine_door_SOURCES = t/t-engine-door.c $(ENGINE_CASE)
t_t_engine_laws_SOURCES = t/t-engine-laws.c $(ENGINE_LIFE)
t_t_engine_link_SOURCES = t/t-engine-link.c $(ENGINE_CASE)
t_t_replay_SOURCES = t/t-replay.c t/replay-case.c t/replay-case.h $(ENGINE_LIFE)

# What db.h promises shares its statements.
t_db_db_SOURCES = t/db-db.c t/db-case.c t/db-case.h
t_db_tx_SOURCES = t/db-tx.c t/db-case.c t/db-case.h

# Database tests share an organization of their own.
t_db_alert_SOURCES = t/db-alert.c t/fixture.c t/fixture.h
t_db_alert_act_SOURCES = t/db-alert-act.c t/fixture.c t/fixture.h
t_db_deliveries_SOURCES = t/db-deliveries.c t/fixture.c t/fixture.h
t_db_door_SOURCES = t/db-door.c t/fixture.c t/fixture.h
t_db_gap_SOURCES = t/db-gap.c t/fixture.c t/fixture.h
t_db_gap_SOURCES += t/gap-case.c t/gap-case.h
t_db_coverage_SOURCES = t/db-coverage.c t/fixture.c t/fixture.h
t_db_coverage_SOURCES += t/gap-case.c t/gap-case.h
t_db_history_SOURCES = t/db-history.c t/fixture.c t/fixture.h
t_t_gunzip_LDADD = $(LDADD) $(ZLIB_LIBS)
t_db_backfill_SOURCES = t/db-backfill.c t/fixture.c t/fixture.h \
	t/storage.c t/storage.h
t_db_backfill_LDADD = $(OUTSIDE_LIBS) $(CRITERION_LIBS) $(ZLIB_LIBS)
t_db_batch_SOURCES = t/db-batch.c t/fixture.c t/fixture.h
t_db_bulk_SOURCES = t/db-bulk.c t/fixture.c t/fixture.h
t_db_calibration_SOURCES = t/db-calibration.c t/fixture.c t/fixture.h
t_db_plausible_SOURCES = t/db-plausible.c t/fixture.c t/fixture.h
t_db_plausible_SOURCES += t/ingest-case.c t/ingest-case.h
t_db_learn_SOURCES = t/db-learn.c t/fixture.c t/fixture.h
t_db_learn_SOURCES += t/ingest-case.c t/ingest-case.h
t_db_ingest_SOURCES = t/db-ingest.c t/fixture.c t/fixture.h
t_db_ingest_SOURCES += t/ingest-case.c t/ingest-case.h
t_db_kinds_SOURCES = t/db-kinds.c t/fixture.c t/fixture.h
t_db_manual_log_SOURCES = t/db-manual-log.c t/fixture.c t/fixture.h
t_db_once_SOURCES = t/db-once.c t/fixture.c t/fixture.h
t_db_plain_SOURCES = t/db-plain.c t/fixture.c t/fixture.h
t_db_readings_SOURCES = t/db-readings.c t/fixture.c t/fixture.h
t_db_replay_SOURCES = t/db-replay.c t/fixture.c t/fixture.h
t_db_retention_SOURCES = t/db-retention.c t/fixture.c t/fixture.h
t_db_rollup_SOURCES = t/db-rollup.c t/fixture.c t/fixture.h
t_db_rules_SOURCES = t/db-rules.c t/fixture.c t/fixture.h
t_db_adb_SOURCES = t/db-adb.c t/fixture.c t/fixture.h
t_db_adb_LDADD = $(LDADD) $(EVENT_LIBS)
t_db_stream_SOURCES = t/db-stream.c t/fixture.c t/fixture.h \
	t/streamer.c t/streamer.h
t_db_pages_SOURCES = t/db-pages.c t/fixture.c t/fixture.h
t_db_sensor_SOURCES = t/db-sensor.c t/fixture.c t/fixture.h
t_db_session_SOURCES = t/db-session.c t/fixture.c t/fixture.h
t_db_sweep_SOURCES = t/db-sweep.c t/fixture.c t/fixture.h
t_db_tenancy_SOURCES = t/db-tenancy.c t/fixture.c t/fixture.h
t_db_unit_SOURCES = t/db-unit.c t/fixture.c t/fixture.h
t_db_unit_rules_SOURCES = t/db-unit-rules.c t/fixture.c t/fixture.h

# Tables of templates share their runner.
t_t_mustache_partials_SOURCES = t/t-mustache-partials.c t/mustache-case.c \
	t/mustache-case.h
t_t_mustache_tags_SOURCES = t/t-mustache-tags.c t/mustache-case.c \
	t/mustache-case.h

# Payloads and what is expected of them.
t_t_uplink_SOURCES = t/t-uplink.c t/uplink-case.c t/uplink-case.h
t_t_uplink_chirpstack_SOURCES = t/t-uplink-chirpstack.c t/uplink-case.c \
	t/uplink-case.h
t_t_uplink_envelope_SOURCES = t/t-uplink-envelope.c t/uplink-case.c \
	t/uplink-case.h
check_PROGRAMS += t/score-uplinks
TESTS += t/score-uplinks
t_score_uplinks_LDADD = $(FG_LIBS)
EXTRA_DIST += t/data

# What a test links unless it says otherwise.
LDADD = $(FG_LIBS) $(CRITERION_LIBS)

t_t_ttn_stream_LDADD = liboutside.a $(LDADD) $(CURL_LIBS)
t_t_fcgi_server_LDADD = $(LDADD) $(EVENT_LIBS)
t_t_live_feed_LDADD = $(LDADD) $(EVENT_LIBS)
t_t_known_LDADD = libapp.a $(LDADD)

if FUZZING
FUZZ_LIBS = $(FG_LIBS) $(FUZZ_ENGINE)
else
# The same targets without libFuzzer: the corpus, then mutations of it.
check_LIBRARIES += t/libfuzz.a
t_libfuzz_a_SOURCES = t/fuzz-main.c
FUZZ_LIBS = t/libfuzz.a $(FG_LIBS)
endif

t_fuzz_bulk_LDADD = $(FUZZ_LIBS)
t_fuzz_calibration_LDADD = $(FUZZ_LIBS)
t_fuzz_chirpstack_LDADD = $(FUZZ_LIBS)
t_fuzz_credential_LDADD = $(FUZZ_LIBS)
t_fuzz_csv_LDADD = $(FUZZ_LIBS)
t_fuzz_cursor_LDADD = $(FUZZ_LIBS)
t_fuzz_engine_LDADD = $(FUZZ_LIBS)
t_fuzz_exchange_LDADD = $(FUZZ_LIBS)
t_fuzz_fcgi_record_LDADD = $(FUZZ_LIBS)
t_fuzz_form_LDADD = $(FUZZ_LIBS)
t_fuzz_json_LDADD = $(FUZZ_LIBS)
t_fuzz_live_LDADD = $(FUZZ_LIBS)
t_fuzz_logger_LDADD = $(FUZZ_LIBS)
t_fuzz_mustache_LDADD = $(FUZZ_LIBS)
t_fuzz_replay_LDADD = $(FUZZ_LIBS)
t_fuzz_replay_text_LDADD = $(FUZZ_LIBS)
t_fuzz_scalars_LDADD = $(FUZZ_LIBS)
t_fuzz_senml_LDADD = $(FUZZ_LIBS)
t_fuzz_ttn_stream_LDADD = liboutside.a $(FUZZ_LIBS)
t_fuzz_web_SOURCES = t/fuzz-web.c t/demo.c t/demo.h
t_fuzz_web_LDADD = $(FUZZ_LIBS)
t_fuzz_when_LDADD = $(FUZZ_LIBS)

# Sensors that send while harm is done, in t/faults/check.
check_PROGRAMS += t/faults/load
t_faults_load_SOURCES = t/faults/load.c
t_faults_load_LDADD = $(FG_LIBS)
EXTRA_DIST += t/faults/check t/faults/common

# What t/web.sh asks.
check_PROGRAMS += t/demo-app
t_demo_app_SOURCES = t/demo-app.c t/demo.c t/demo.h
t_demo_app_LDADD = $(FG_LIBS)
t_fuzz_uplink_LDADD = $(FUZZ_LIBS)

if HAVE_CRITERION
check_PROGRAMS += $(UNIT_TESTS) $(DB_TESTS)
TESTS += $(UNIT_TESTS) $(DB_TESTS)
else
check-local:
	@echo "make check needs Criterion (Debian: libcriterion-dev)" >&2; exit 1
endif
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += $(FUZZ_TARGETS) $(SCRIPT_TESTS)

LOG_COMPILER = $(top_srcdir)/t/harness
TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = $(top_srcdir)/t/harness
AM_TESTS_ENVIRONMENT = PG_BINDIR='$(PG_BINDIR)'; export PG_BINDIR; \
	COMPILE='$(CC) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) $(CFLAGS)'; \
	export COMPILE;

# The pages in a browser; its packages come into the build directory.
EXTRA_DIST += t/browser
CLEAN_LOCAL += browser

EXTRA_DIST += t/raw-output t/size-exceptions
EXTRA_DIST += t/grants-dump.sql t/schema-faults.sql
EXTRA_DIST += t/ask t/ask-hook t/cluster t/command t/corpus t/harness t/stack $(SCRIPT_TESTS)
CLEANFILES += t/cluster.tar t/cluster.lock

# Fuzz each target for FUZZ_SECONDS; --enable-fuzzing must be on.
FUZZ_SECONDS = 20
fuzz: $(FUZZ_TARGETS:t/%=%.run)
fuzz-%.run: t/fuzz-%
	@mkdir -p fuzz.corpus/$*; ./t/fuzz-$* -max_total_time=$(FUZZ_SECONDS) \
	    -verbosity=0 -print_final_stats=1 \
	    -artifact_prefix=fuzz.corpus/$*- \
	    fuzz.corpus/$* $(srcdir)/t/corpus/$*
CLEAN_LOCAL += fuzz.corpus

# The engine's laws over a million lives of units; ENGINE_SEED says which.
check-laws: t/t-engine-laws
	ENGINE_LIVES=1000000 ./t/t-engine-laws

# Every fault there is, under load; prints what happens. Three minutes.
check-faults: all t/faults/load
	$(top_srcdir)/t/stack $(top_srcdir)/t/faults/check

# The tests again, in builds of their own under this one.
again = mkdir -p $(1) && cd $(1) && { test -f Makefile || \
	$(abs_srcdir)/configure -q CC='$(CC)' $(2); }

# A browser learns nothing about memory that the other tests do not.
check-sanitize:
	$(call again,sanitize,--enable-sanitizers) && $(MAKE) -s check \
	    SCRIPT_TESTS='$(filter-out t/http-browser.sh,$(SCRIPT_TESTS))'
CLEAN_LOCAL += sanitize

# Branch coverage; the engine must reach every branch.
coverage:
	$(call again,coverage,--enable-coverage) && $(MAKE) -s check
	$(SHELL) $(srcdir)/t/coverage $(abs_srcdir) coverage
EXTRA_DIST += t/coverage
CLEAN_LOCAL += coverage

.PHONY: check-faults check-laws check-sanitize coverage fuzz

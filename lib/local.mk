# The domain library in its tiers. One line per module, so that two branches
# that add a module each do not meet in one statement.
noinst_LIBRARIES += libbase.a libdb.a libweb.a libdomain.a

libbase_a_SOURCES =
libbase_a_SOURCES += lib/base/arena.c lib/base/arena.h
libbase_a_SOURCES += lib/base/blob.c lib/base/blob.h
libbase_a_SOURCES += lib/base/buf.c lib/base/buf.h
libbase_a_SOURCES += lib/base/centi.c lib/base/centi.h
libbase_a_SOURCES += lib/base/clock.c lib/base/clock.h
libbase_a_SOURCES += lib/base/conf.c lib/base/conf.h
libbase_a_SOURCES += lib/base/conf_rows.c
libbase_a_SOURCES += lib/base/json.c lib/base/json.h
libbase_a_SOURCES += lib/base/json_scan.c lib/base/json_scan.h
libbase_a_SOURCES += lib/base/log.c lib/base/log.h
libbase_a_SOURCES += lib/base/log_limit.c lib/base/log_limit.h
libbase_a_SOURCES += lib/base/mem.c lib/base/mem.h
libbase_a_SOURCES += lib/base/metrics.c lib/base/metrics.h
libbase_a_SOURCES += lib/base/utf8.c lib/base/utf8.h
libbase_a_SOURCES += lib/base/uuid.c lib/base/uuid.h
libbase_a_SOURCES += lib/base/when.c lib/base/when.h

libdb_a_SOURCES =
libdb_a_SOURCES += lib/db/adb.c lib/db/adb.h
libdb_a_SOURCES += lib/db/connect.c lib/db/connect.h
libdb_a_SOURCES += lib/db/db.c lib/db/db.h
libdb_a_SOURCES += lib/db/db_rc.c
libdb_a_SOURCES += lib/db/db_value.c
libdb_a_SOURCES += lib/db/migrate.c lib/db/migrate.h
libdb_a_SOURCES += lib/db/migrate_files.c lib/db/migrate_files.h
libdb_a_SOURCES += lib/db/judge.c lib/db/judge.h
libdb_a_SOURCES += lib/db/pipeline.c lib/db/pipeline.h
libdb_a_SOURCES += lib/db/prepared.c lib/db/prepared.h

libweb_a_SOURCES =
libweb_a_SOURCES += lib/web/answer.c lib/web/answer.h
libweb_a_SOURCES += lib/web/chart.c lib/web/chart.h
libweb_a_SOURCES += lib/web/describe.c lib/web/describe.h
libweb_a_SOURCES += lib/web/escape.c lib/web/escape.h
libweb_a_SOURCES += lib/web/fcgi_impl.h
libweb_a_SOURCES += lib/web/fcgi_record.c lib/web/fcgi_record.h
libweb_a_SOURCES += lib/web/fcgi_req.c
libweb_a_SOURCES += lib/web/fcgi_server.c lib/web/fcgi_server.h
libweb_a_SOURCES += lib/web/form.c lib/web/form.h
libweb_a_SOURCES += lib/web/gate.c lib/web/gate.h
libweb_a_SOURCES += lib/web/mustache.c lib/web/mustache.h
libweb_a_SOURCES += lib/web/mustache_impl.h
libweb_a_SOURCES += lib/web/mustache_render.c
libweb_a_SOURCES += lib/web/mustache_scan.c lib/web/mustache_scan.h
libweb_a_SOURCES += lib/web/params.c lib/web/params.h
libweb_a_SOURCES += lib/web/request.c lib/web/request.h
libweb_a_SOURCES += lib/web/route.c lib/web/route.h
libweb_a_SOURCES += lib/web/serve.c lib/web/serve.h
libweb_a_SOURCES += lib/web/spark.c lib/web/spark.h
libweb_a_SOURCES += lib/web/sse.c lib/web/sse.h
libweb_a_SOURCES += lib/web/status.c lib/web/status.h
libweb_a_SOURCES += lib/web/template.c lib/web/template.h
libweb_a_SOURCES += lib/web/valid.c lib/web/valid.h
libweb_a_SOURCES += lib/web/web.c lib/web/web.h
libweb_a_SOURCES += lib/web/web_loop.c lib/web/web_loop.h

libdomain_a_SOURCES =
libdomain_a_SOURCES += lib/domain/alert.c lib/domain/alert.h
libdomain_a_SOURCES += lib/domain/alert_timeline.c
libdomain_a_SOURCES += lib/domain/alert_act.c lib/domain/alert_act.h
libdomain_a_SOURCES += lib/domain/alert_text.c lib/domain/alert_text.h
libdomain_a_SOURCES += lib/domain/battery.c lib/domain/battery.h
libdomain_a_SOURCES += lib/domain/cursor.c lib/domain/cursor.h
libdomain_a_SOURCES += lib/domain/deveui.c lib/domain/deveui.h
libdomain_a_SOURCES += lib/domain/display.c lib/domain/display.h
libdomain_a_SOURCES += lib/domain/engine.c lib/domain/engine.h
libdomain_a_SOURCES += lib/domain/engine_alert.c
libdomain_a_SOURCES += lib/domain/engine_due.c
libdomain_a_SOURCES += lib/domain/engine_pass.h
libdomain_a_SOURCES += lib/domain/engine_text.c
libdomain_a_SOURCES += lib/domain/engine_track.c
libdomain_a_SOURCES += lib/domain/enrol.c lib/domain/enrol.h
libdomain_a_SOURCES += lib/domain/history.c lib/domain/history.h
libdomain_a_SOURCES += lib/domain/exchange.c lib/domain/exchange.h
libdomain_a_SOURCES += lib/domain/hub.c lib/domain/hub.h
libdomain_a_SOURCES += lib/domain/ingest.c lib/domain/ingest.h
libdomain_a_SOURCES += lib/domain/kinds.c lib/domain/kinds.h
libdomain_a_SOURCES += lib/domain/live.c lib/domain/live.h
libdomain_a_SOURCES += lib/domain/live_ring.c lib/domain/live_ring.h
libdomain_a_SOURCES += lib/domain/live_send.c lib/domain/live_send.h
libdomain_a_SOURCES += lib/domain/role.c lib/domain/role.h
libdomain_a_SOURCES += lib/domain/rules.c lib/domain/rules.h
libdomain_a_SOURCES += lib/domain/session.c lib/domain/session.h
libdomain_a_SOURCES += lib/domain/spool.c lib/domain/spool.h
libdomain_a_SOURCES += lib/domain/sweep.c lib/domain/sweep.h
libdomain_a_SOURCES += lib/domain/token.c lib/domain/token.h
libdomain_a_SOURCES += lib/domain/trend.c lib/domain/trend.h
libdomain_a_SOURCES += lib/domain/unit_effects.c lib/domain/unit_effects.h
libdomain_a_SOURCES += lib/domain/unit_watch.c lib/domain/unit_watch.h
libdomain_a_SOURCES += lib/domain/uplink.h
libdomain_a_SOURCES += lib/domain/viewer.c lib/domain/viewer.h

libdomain_a_SOURCES += lib/domain/uplink.c lib/domain/uplink.h
libdomain_a_SOURCES += lib/domain/uplink_draft.c lib/domain/uplink_draft.h
libdomain_a_SOURCES += lib/domain/uplink_field.c lib/domain/uplink_field.h
libdomain_a_SOURCES += lib/domain/uplink_payload.c lib/domain/uplink_payload.h
libdomain_a_SOURCES += lib/domain/uplink_value.c lib/domain/uplink_value.h
libdomain_a_SOURCES += lib/domain/uplink_vocabulary.c
libdomain_a_SOURCES += lib/domain/uplink_words.c lib/domain/uplink_words.h
# What a program links, in this order.
FG_LIBS = libweb.a libdomain.a libdb.a libbase.a $(FCGI_LIBS) $(PQ_LIBS) \
	$(JSON_LIBS) $(SODIUM_LIBS) -lm

# lib/app joins web and domain; only programs link it.
noinst_LIBRARIES += libapp.a
libapp_a_SOURCES =
libapp_a_SOURCES += lib/app/guard.c lib/app/guard.h
libapp_a_SOURCES += lib/app/job.c lib/app/job.h
APP_LIBS = libapp.a $(FG_LIBS)

noinst_LIBRARIES += libbase.a libdb.a libweb.a libdomain.a
libbase_a_SOURCES = \
	lib/base/arena.h \
	lib/base/buf.h \
	lib/base/centi.h \
	lib/base/clock.h \
	lib/base/conf.h \
	lib/base/json.h \
	lib/base/log.h \
	lib/base/metrics.h \
	lib/base/uuid.h \
	lib/base/when.h
libdb_a_SOURCES = lib/db/db.h
libweb_a_SOURCES = lib/web/web.h
libdomain_a_SOURCES = \
	lib/domain/battery.h \
	lib/domain/deveui.h \
	lib/domain/kinds.c \
	lib/domain/kinds.h \
	lib/domain/role.h \
	lib/domain/uplink.h

# What a program links, in this order.
FG_LDADD = libweb.a libdomain.a libdb.a libbase.a $(PQ_LIBS) $(JSON_LIBS) \
	$(SODIUM_LIBS) -lm

# systemd: for a machine that runs FrostGuard for good. A unit template and a
# user for each privilege class; the sockets are systemd's.
classes = app ingest stream
unitdir = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
class_units = $(classes:%=admin/systemd/frostguard-%@.service) \
	$(classes:%=admin/systemd/frostguard-%@.socket)
bulkdir = $(unitdir)/frostguard-ingest@bulk.socket.d
dist_bulk_DATA = admin/systemd/bulk.conf
dist_unit_DATA = admin/systemd/frostguard.target
nodist_unit_DATA = $(class_units)
made += admin/systemd/frostguard.sysusers admin/systemd/frostguard.tmpfiles
EXTRA_DIST += admin/systemd/class.service.in admin/systemd/class.socket.in
CLEANFILES += $(class_units)
INSTALL_LOCAL += install-systemd
UNINSTALL_LOCAL += uninstall-systemd

admin/systemd/frostguard-%@.service: admin/systemd/class.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	    $(fill_in) -e 's|@CLASS@|$*|g' '$(srcdir)/$(@D)/class.service.in' >$@
admin/systemd/frostguard-%@.socket: admin/systemd/class.socket.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	    $(fill_in) -e 's|@CLASS@|$*|g' '$(srcdir)/$(@D)/class.socket.in' >$@

install-systemd: $(made)
	$(MKDIR_P) '$(DESTDIR)$(sysusersdir)' '$(DESTDIR)$(tmpfilesdir)'
	$(INSTALL_DATA) admin/systemd/frostguard.sysusers \
	    '$(DESTDIR)$(sysusersdir)/frostguard.conf'
	$(INSTALL_DATA) admin/systemd/frostguard.tmpfiles \
	    '$(DESTDIR)$(tmpfilesdir)/frostguard.conf'
uninstall-systemd:
	rm -f '$(DESTDIR)$(sysusersdir)/frostguard.conf' \
	    '$(DESTDIR)$(tmpfilesdir)/frostguard.conf'

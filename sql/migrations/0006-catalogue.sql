-- What we know of batteries and sensor models before anybody adds one.
--
-- Why:  battery percent, "low" and the expected interval depend on the model.
-- Lock: none to speak of.
-- Undo: DELETE FROM sensor_catalog; DELETE FROM battery_profiles.

SET LOCAL search_path = frostguard;

INSERT INTO battery_profiles (chemistry, ok_mv, warning_mv, low_mv,
    critical_mv, nominal_mah, uah_per_uplink, sleep_ua, usable_percent,
    replace_percent) VALUES
	('lifes2_aa',	2800, 2400, 2000, 1800, 3000, 25, 5, 85, 10),
	('cr17450',	2850, 2750, 2600, 2500, 2400, 25, 5, 85, 10),
	('alkaline_aa',	2400, 2000, 1800, 1600, 2600, 25, 5, 80, 10),
	('cr2032',	2700, 2500, 2300, 2200,  220, 25, 2, 85, 10);

INSERT INTO sensor_catalog (manufacturer, model, name, kind, chemistry,
    low_battery_mv, default_interval_seconds, downlink_family) VALUES
	('dragino', 'lht65', 'Dragino LHT65',
	    'temperature_humidity', 'cr17450', 2500, 1200, 'dragino'),
	('dragino', 'lht65n', 'Dragino LHT65N',
	    'temperature_humidity', 'cr17450', 2500, 1200, 'dragino'),
	('dragino', 'lht52', 'Dragino LHT52',
	    'temperature_humidity', 'alkaline_aa', 2100, 1200, 'dragino'),
	('dragino', 'ltc2', 'Dragino LTC2',
	    'temperature', NULL, 3100, 1200, 'dragino'),
	('dragino', 'lds02', 'Dragino LDS02',
	    'door', 'alkaline_aa', 2100, 7200, 'dragino'),
	('milesight-iot', 'em300-th', 'Milesight EM300-TH',
	    'temperature_humidity', NULL, 3100, 600, NULL),
	('milesight-iot', 'em320-th', 'Milesight EM320-TH',
	    'temperature_humidity', NULL, 3100, 600, NULL),
	('milesight-iot', 'ws301', 'Milesight WS301',
	    'door', NULL, 3100, 3600, NULL),
	('elsys', 'ers', 'Elsys ERS',
	    'temperature_humidity', NULL, 3100, 600, NULL),
	('elsys', 'elt2', 'Elsys ELT-2',
	    'temperature', NULL, 3100, 600, NULL);

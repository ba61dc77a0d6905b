/* How a decoded payload is read: what is believed, and what is not. */
#include "domain/uplink.h"
#include "uplink-case.h"
#include <criterion/criterion.h>
#include <string.h>

struct reading {
	const char	*payload;
	const char	*want;
};

static void
expect_all(const struct reading *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char	*got = case_read(c[i].payload);

		cr_expect_str_eq(got, c[i].want, "%s: want \"%s\", got \"%s\"",
		    c[i].payload, c[i].want, got);
	}
}

#define EXPECT_ALL(c)	expect_all((c), sizeof(c) / sizeof((c)[0]))

Test(uplink, reads_the_names_that_were_always_understood)
{
	static const struct reading	c[] = {
		{ "{\"TempC_SHT\":4.2,\"Hum_SHT\":61.3,\"BatV\":3.05}",
		  "t 4.20 h 61.30 v 3050" },
		{ "{\"temperature\":4,\"TempC_SHT\":9}", "t 4.00" },
		{ "{\"TempC_DS\":-18}", "t -18.00" },
		{ "{\"temp\":\"4\"}", "" },
		{ "{\"battery\":2,\"BatV\":3.2}", "v 3200" },
		{ "{\"battery_level\":2,\"Bat_status\":2}", "" },
		{ "{\"battery_level\":0,\"Bat_status\":2}", "" },
		{ "{\"battery\":98}", "p 98.00" },
		{ "{\"DOOR_OPEN_STATUS\":1}", "door open" },
		{ "{\"door_status\":\"Closed \"}", "door closed" },
		{ "{\"door\":2}", "door closed" },
		{ "{\"door_open\":null,\"door\":\"open\"}", "door open" },
		{ "{\"contactStatus\":\"maybe\"}", "" },
		{ "{\"open_duration\":2}", "for 120" },
		{ "{\"open_duration_s\":90}", "for 90" },
		{ "{\"DOOR_OPEN_TIMES\":7}", "opened 7" },
		{ "{\"temperature_c\":5.1,\"humidity_pct\":40}",
		  "t 5.10 h 40.00" },
		{ "{\"battery_volt_abs\":3.1,\"open_state_abs\":0}",
		  "v 3100 door closed" },
		{ "{\"vbat\":2.9,\"contactStatus\":1}", "v 2900 door open" },
		{ "{}", "" },
	};

	EXPECT_ALL(c);
}

Test(uplink, takes_names_apart_however_they_are_joined)
{
	static const struct reading	c[] = {
		{ "{\"ambientTemp\":3.5}", "t 3.50" },
		{ "{\"WATERTEMP\":3.5}", "t 3.50" },
		{ "{\"Temperature (\302\260C)\":3.5}", "t 3.50" },
		{ "{\"Air Temp \342\204\203\":3.5}", "t 3.50" },
		{ "{\"Battery(%)\":3}", "p 3.00" },
		{ "{\"batterymV\":2950}", "v 2950" },
		{ "{\"EXTTemp2\":-20.5}", "t -20.50" },
		{ "{\"PCBtemp\":21}", "" },
		{ "{\"T\":4.1,\"RH\":62}", "t 4.10 h 62.00" },
		{ "{\"t\":4.1,\"n\":62}", "" },
		{ "{\"template\":4,\"attempts\":3,\"tempo\":9}", "" },
		{ "{\"\":4,\"_\":5,\"--\":6,\"7\":8}", "" },
	};

	EXPECT_ALL(c);
}

Test(uplink, prefers_what_hangs_in_the_cold)
{
	static const struct reading	c[] = {
		{ "{\"TempC_SHT\":21,\"TempC_DS\":-18.5}", "t -18.50" },
		{ "{\"internal_temperature\":21,\"temperature\":4}", "t 4.00" },
		{ "{\"surface_temperature\":2,\"air_temperature\":4}",
		  "t 4.00" },
		{ "{\"temperature_5\":9,\"temperature_3\":4}", "t 4.00" },
		{ "{\"temp2\":-18,\"temp1\":4}", "t 4.00" },
		{ "{\"temperature_avg\":9,\"temperature\":4}", "t 4.00" },
		{ "{\"temperature_avg\":9,\"temperature_max\":12}", "t 9.00" },
		{ "{\"return_air_temperature\":3}", "t 3.00" },
		{ "{\"room\":{\"temperature\":20},\"freezer\":"
		  "{\"temperature\":-19}}", "t -19.00" },
		{ "{\"temperatures\":[{\"name\":\"probe 2\",\"value\":7},"
		  "{\"name\":\"probe 1\",\"value\":5}]}", "t 5.00" },
		{ "{\"sensors\":[{\"type\":\"inside\",\"temperature\":20},"
		  "{\"type\":\"external\",\"temperature\":-20}]}", "t -20.00" },
	};

	EXPECT_ALL(c);
}

Test(uplink, calls_an_unplugged_probe_a_fault_and_not_a_temperature)
{
	static const struct reading	c[] = {
		{ "{\"TempC_SHT\":327.67}", "main fault TempC_SHT" },
		{ "{\"TempC_SHT\":4,\"TempC_DS\":327.67}",
		  "t 4.00 main fault TempC_DS" },
		{ "{\"TempC_SHT\":-327.68,\"TempC_DS\":4}",
		  "t 4.00 fault TempC_SHT" },
		{ "{\"temperature\":3276.7}", "main fault temperature" },
		{ "{\"temperature\":6553.5}", "main fault temperature" },
		{ "{\"temperature\":6535.6}", "main fault temperature" },
		{ "{\"temperature\":-127}", "main fault temperature" },
		{ "{\"temperature\":1e300}", "main fault temperature" },
		{ "{\"temperature\":-126.9}", "t -126.90" },
		{ "{\"temp1\":327.7,\"temp2\":4}", "t 4.00 main fault temp1" },
		{ "{\"temp1\":4,\"temp2\":-260.1}", "t 4.00 fault temp2" },
		{ "{\"temperature\":\"NoSensor\"}", "main fault temperature" },
		{ "{\"temperature\":\"NULL\"}", "main fault temperature" },
		{ "{\"temperature\":null}", "" },
		{ "{\"temperature\":\"ok\"}", "" },
		{ "{\"extThermistorTemperature\":0,\"sensorTemperature\":22.8,"
		  "\"thermistorProperlyConnected\":false}",
		  "t 22.80 main fault extThermistorTemperature" },
		{ "{\"extThermistorTemperature\":0,\"sensorTemperature\":22.8,"
		  "\"thermistorProperlyConnected\":true}", "t 0.00" },
		{ "{\"ambient_temperature\":7,"
		  "\"ambient_temperature_failure\":1}",
		  "main fault ambient_temperature" },
		{ "{\"pt100\":10543}", "" },
	};

	EXPECT_ALL(c);
}

Test(uplink, takes_exactly_zero_for_a_temperature)
{
	static const struct reading	c[] = {
		{ "{\"temperature\":0}", "t 0.00" },
		{ "{\"temperature\":-0.0}", "t 0.00" },
		{ "{\"temperature\":\"0.00\"}", "t 0.00" },
		{ "{\"temperature\":{\"value\":0,\"unit\":\"\302\260C\"}}",
		  "t 0.00" },
	};

	EXPECT_ALL(c);
}

Test(uplink, invents_no_temperature)
{
	static const struct reading	c[] = {
		{ "{\"highTemperatureThreshold\":40,\"tempAlarmLow\":2}", "" },
		{ "{\"target_temperature\":21,\"setpointTemp\":4}", "" },
		{ "{\"temperature\":{\"min\":2,\"max\":8}}", "" },
		{ "{\"limits\":{\"temperature\":8}}", "" },
		{ "{\"config\":{\"probe\":{\"temperature\":8}}}", "" },
		{ "{\"mcu_temperature\":31,\"temperatureBoard\":30}", "" },
		{ "{\"board\":{\"temperature\":30}}", "" },
		{ "{\"battery_temperature\":30}", "" },
		{ "{\"dew_point\":{\"value\":3,\"unit\":\"\302\260C\"}}", "" },
		{ "{\"temperature_status\":1,\"temperature_count\":9}", "" },
		{ "{\"temperature\":true}", "" },
		{ "{\"temperature\":{\"channel\":3,\"status\":1}}", "" },
		{ "{\"temperature\":{\"value\":3,\"unit\":\"hPa\"}}", "" },
		{ "{\"temperature\":\"4-8\"}", "" },
		{ "{\"fire_alarm_threshold\":\"75 \342\204\203\"}", "" },
		{ "{\"tempHumidChanged\":1,\"temperatureChanged\":0}", "" },
		{ "{\"payloadmask\":{\"temperature\":1,\"battery\":0}}", "" },
		{ "{\"temperature\":[]}", "" },
		{ "{\"history\":[{\"temperature\":4}]}", "" },
		{ "{\"readings\":[{\"temperature\":4},{\"temperature\":5}]}",
		  "" },
		{ "{\"flow_temperature\":45,\"return_temperature\":35}", "" },
		{ "{\"heating\":{\"temperature\":45}}", "" },
	};

	EXPECT_ALL(c);
}

Test(uplink, reads_the_unit_wherever_it_stands)
{
	static const struct reading	c[] = {
		{ "{\"temperature\":\"25 \342\204\203\"}", "t 25.00" },
		{ "{\"temperature\":\"4.25\302\260C\"}", "t 4.25" },
		{ "{\"temperature\":\"-4,5 deg C\"}", "t -4.50" },
		{ "{\"temp\":\"63.5,\"}", "t 63.50" },
		{ "{\"temp_c\":\"4\"}", "t 4.00" },
		{ "{\"battery\":\"3.4V\"}", "v 3400" },
		{ "{\"battery\":\"76%\"}", "p 76.00" },
		{ "{\"batteryCapacity\":\"80-100%\"}", "" },
		{ "{\"battery\":\"good\",\"batteryPowered\":true}", "" },
		{ "{\"temperature\":41,\"unit\":\"F\"}", "t 5.00" },
		{ "{\"temperature\":{\"value\":278.15,\"unit\":\"K\"}}",
		  "t 5.00" },
		{ "{\"tempF\":41}", "t 5.00" },
		{ "{\"temp_f\":39.2,\"temp_c\":4}", "t 4.00" },
		{ "{\"data\":[{\"label\":\"Temperature\",\"value\":-2}]}",
		  "t -2.00" },
		{ "{\"channels\":[{\"name\":\"A\",\"unit\":\"V\",\"value\":1},"
		  "{\"name\":\"B\",\"unit\":\"\302\260C\",\"value\":7}]}",
		  "t 7.00" },
		{ "{\"ch1_value\":5,\"ch1_unit\":\"\302\260C\","
		  "\"ch2_value\":60,\"ch2_unit\":\"%\"}", "t 5.00" },
		{ "{\"temperature\":\"24.2\",\"humidity\":\"48\","
		  "\"battery\":\"100\"}", "t 24.20 h 48.00 p 100.00" },
	};

	EXPECT_ALL(c);
}

Test(uplink, tells_volts_from_per_cent_or_says_nothing)
{
	static const struct reading	c[] = {
		{ "{\"battery\":3.6}", "v 3600" },
		{ "{\"battery\":3594}", "v 3594" },
		{ "{\"battery\":86.27}", "p 86.27" },
		{ "{\"battery\":100}", "p 100.00" },
		{ "{\"battery\":0}", "p 0.00" },
		{ "{\"battery\":3}", "" },
		{ "{\"battery\":254}", "" },
		{ "{\"battery\":-1}", "" },
		{ "{\"BatteryLevel\":3.05}", "v 3050" },
		{ "{\"batteryVoltage\":4055}", "v 4055" },
		{ "{\"Supply_Voltage\":12000}", "v 12000" },
		{ "{\"vdd\":3594}", "v 3594" },
		{ "{\"Volt\":3}", "v 3000" },
		{ "{\"voltage\":230}", "" },
		{ "{\"voltage_1\":3.3,\"phaseVoltage\":3.2,\"ADC1_V\":3.1}",
		  "" },
		{ "{\"BatV\":0}", "" },
		{ "{\"battery_current\":12,\"battery_status\":1}", "" },
		{ "{\"batteryThreshold\":30,\"lowBattery\":0}", "" },
		{ "{\"battery_lifetime_days\":90}", "" },
		{ "{\"battery\":{\"voltage\":2.9,\"percent\":71}}",
		  "v 2900 p 71.00" },
		{ "{\"battery_voltage\":3.1,\"voltage\":2.2}", "v 3100" },
	};

	EXPECT_ALL(c);
}

Test(uplink, believes_a_humidity_of_the_air_only)
{
	static const struct reading	c[] = {
		{ "{\"relativeHumidity\":0}", "h 0.00" },
		{ "{\"humidity\":100.1}", "" },
		{ "{\"humidity\":255}", "" },
		{ "{\"soil_humidity\":40,\"moisture\":41}", "" },
		{ "{\"humidity_alarm\":1,\"humidityThreshold\":80}", "" },
		{ "{\"humidity\":{\"value\":5,\"unit\":\"g\"}}", "" },
	};

	EXPECT_ALL(c);
}

Test(uplink, believes_a_door_that_says_so_and_nothing_like_one)
{
	static const struct reading	c[] = {
		{ "{\"magnet_status\":\"close\"}", "door closed" },
		{ "{\"open\":0}", "door closed" },
		{ "{\"door_closed\":true}", "door closed" },
		{ "{\"door\":{\"state\":\"open\"}}", "door open" },
		{ "{\"msg\":\"Valve Contact\",\"state\":\"Open\"}", "" },
		{ "{\"msg\":\"Door Sensor\",\"state\":\"Open\"}", "door open" },
		{ "{\"state\":\"Open\"}", "" },
		{ "{\"valve_1\":\"close\",\"relay\":\"open\"}", "" },
		{ "{\"openWindow\":true,\"valve_open\":1}", "" },
		{ "{\"magnet\":1,\"xMagnet\":0,\"reed_state\":1}", "" },
		{ "{\"doorAlarm\":1,\"door_open_timeout\":1}", "" },
		{ "{\"door\":57,\"door\\u00e9\":1}", "" },
		{ "{\"door\":\"open or closed\"}", "" },
		{ "{\"Door_status\":\"OPEN\",\"EXTI_Trigger\":\"FALSE\"}", "" },
		{ "{\"WATER_LEAK_STATUS\":1,\"LAST_WATER_LEAK_DURATION\":2}",
		  "" },
		{ "{\"open_times\":-1,\"open_duration\":1.5}", "" },
	};

	EXPECT_ALL(c);
}

Test(uplink, takes_the_newest_of_several_instants)
{
	static const struct reading	c[] = {
		{ "{\"readings\":[{\"time\":1700000000,\"temp\":4},"
		  "{\"time\":1700000600,\"temp\":5}]}", "t 5.00" },
		{ "{\"readings\":[{\"ts\":1700000600000,\"temp\":5},"
		  "{\"ts\":1700000000000,\"temp\":4}]}", "t 5.00" },
		{ "{\"list\":[{\"date\":\"2024-05-01 10:00:00\",\"temp\":4},"
		  "{\"date\":\"2024-05-01 10:10:00\",\"temp\":5}]}", "t 5.00" },
		{ "{\"list\":[{\"date\":\"5/1/24, 10:00 AM\",\"temp\":4},"
		  "{\"date\":\"5/1/24, 10:10 AM\",\"temp\":5}]}", "" },
		{ "{\"battery\":90,\"history\":[{\"time\":1700000000,"
		  "\"temp\":4}]}", "p 90.00" },
		{ "{\"temperature\":{\"values\":[4,5,6]}}", "t 4.00" },
		{ "{\"temperatures\":[7,5,6]}", "t 7.00" },
	};

	EXPECT_ALL(c);
}

Test(uplink, explains_what_it_did_with_each_field)
{
	static const char	 text[] =
	    "{\"TempC_DS\":327.67,\"TempC_SHT\":4,\"Bat_status\":3,\"x\":1}";
	static const struct uplink_note	want[] = {
		{ "no value a probe can measure: broken or not connected",
		  true, "TempC_DS" },
		{ "inside the logger", true, "TempC_SHT" },
		{ "a state, not a value", false, "Bat_status" },
		{ "the main temperature", true, "TempC_SHT" },
	};
	static struct uplink	 u;
	static struct uplink_why why;
	struct json_object	*o = json_tokener_parse(text);

	uplink_read_payload(o, &u, &why);
	json_object_put(o);
	cr_assert_eq(why.count, sizeof(want) / sizeof(want[0]));
	for (unsigned i = 0; i < why.count; i++) {
		cr_expect_str_eq(why.note[i].path, want[i].path);
		cr_expect_str_eq(why.note[i].what, want[i].what);
		cr_expect_eq(why.note[i].used, want[i].used);
	}
}

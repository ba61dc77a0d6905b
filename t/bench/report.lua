-- report.lua - what wrk found, as "NAME VALUE" lines; latencies in ms.
function done(summary, latency)
	local e = summary.errors
	local line = "%s %.3f\n"
	io.write(string.format("requests %d\nrefused %d\n", summary.requests,
	    e.status + e.connect + e.read + e.write + e.timeout))
	io.write(line:format("rate", summary.requests / summary.duration * 1e6),
	    line:format("p50", latency:percentile(50) / 1000),
	    line:format("p99", latency:percentile(99) / 1000),
	    line:format("max", latency.max / 1000))
end

-- query.lua - GETs of the paths in the file PATHS for wrk, in turn.
local name, value = os.getenv("HEADER"):match("^(.-): (.*)$")
local headers = { [name] = value }
local requests = {}
for path in assert(io.lines(os.getenv("PATHS"))) do
	requests[#requests + 1] = path
end

local k = 0
function request()
	k = k % #requests + 1
	return wrk.format("GET", requests[k], headers)
end

dofile(os.getenv("REPORT"))

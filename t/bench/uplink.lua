-- uplink.lua - a load of uplinks for wrk, from SENSORS sensors in turn.
local file = assert(io.open(os.getenv("BODY")))
local body = file:read("a")
file:close()

local headers = { ["Content-Type"] = "application/json" }
local name, value = os.getenv("HEADER"):match("^(%S+): (.*)$")
headers[name] = value
local path = os.getenv("URL_PATH")
local sensors = tonumber(os.getenv("SENSORS"))
local start = tonumber(os.getenv("AT_MS"))

-- One string.format() a request is all there is time for.
local order = {}
local form = body:gsub("%%", "%%%%"):gsub("@(%u+)@", function(hole)
	order[#order + 1] = hole
	return hole == "COUNT" and "%d" or hole == "CELSIUS" and "%.2f" or "%s"
end)
local fill = assert(load("local EUI, AT, COUNT, CELSIUS, form = ... " ..
    "return form:format(" .. table.concat(order, ", ") .. ")"))

local second, prefix = nil, nil
local function at(ms)
	local s = math.floor(ms / 1000)
	if s ~= second then
		second, prefix = s, os.date("!%Y-%m-%dT%H:%M:%S.", s)
	end
	return prefix .. string.format("%03dZ", ms % 1000)
end

local k = 0
function request()
	local sensor = 1 + k % sensors
	local text = fill(string.format("a840410000%06x", sensor),
	    at(start + math.floor(k / sensors)), k, 2 + k % 200 / 100, form)
	k = k + 1
	return wrk.format("POST", path, headers, text)
end

dofile(os.getenv("REPORT"))

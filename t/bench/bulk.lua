-- bulk.lua - lists of BATCH readings for wrk, each of the 25 sensors of one hub,
-- of SENSORS sensors in all. Hubs send in turn.
local headers = { ["Content-Type"] = "application/json" }
local name, value = os.getenv("HEADER"):match("^(%S+): (.*)$")
headers[name] = value
local path = os.getenv("URL_PATH")
local batch = tonumber(os.getenv("BATCH"))
local sensors = tonumber(os.getenv("SENSORS"))
local start = tonumber(os.getenv("AT_MS"))
local form = '{"deviceEui":"A840410000%06X","temperature":%.2f,' ..
    '"humidity":55.1,"battery":91,"signalStrength":-81,"recordedAt":"%s%03dZ"}'

local second, prefix = nil, nil
local function at(ms)
	local s = math.floor(ms / 1000)
	if s ~= second then
		second, prefix = s, os.date("!%Y-%m-%dT%H:%M:%S.", s)
	end
	return prefix, ms % 1000
end

local size = 25
local hubs, hub, sent, parts = sensors / size, 0, {}, {}
function request()
	local k = sent[hub] or 0
	for i = 1, batch do
		parts[i] = string.format(form, 1 + hub * size + k % size,
		    2 + k % 200 / 100, at(start + math.floor(k / size)))
		k = k + 1
	end
	sent[hub] = k
	hub = (hub + 1) % hubs
	return wrk.format("POST", path, headers,
	    '{"readings":[' .. table.concat(parts, ",") .. "]}")
end

dofile(os.getenv("REPORT"))

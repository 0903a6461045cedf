-- nominate.lua's nomination, by turns from 10,000 addresses that the proxy names.
local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or "tests/load/"
dofile(folder .. "nominate.lua")
local number = 0
request = function()
  number = (number + 7919) % 10000
  wrk.headers["X-Forwarded-For"] = string.format("198.%d.%d.%d", 18 + number % 2, math.floor(number / 250), 1 + number % 250)
  return wrk.format(nil, nil, wrk.headers)
end

-- Asks a different query each time: fills NUMBER and THING in the path that it is given.
-- Arguments: file with the path, accept, first number, stride, first item, number of items.

local pieces, accept, number, stride, first, count = {}, "", 0, 0, 0, 1

function init(args)
  local file = assert(io.open(args[1]))
  local path = file:read("*a")
  file:close()
  accept, number, stride = args[2], tonumber(args[3]), tonumber(args[4])
  first, count = tonumber(args[5]), tonumber(args[6])
  local at = 1
  while true do
    local from, to = path:find("NUMBER", at, true)
    local from_thing, to_thing = path:find("THING", at, true)
    local is_thing = from_thing and (not from or from_thing < from)
    if is_thing then from, to = from_thing, to_thing end
    if not from then break end
    pieces[#pieces + 1] = path:sub(at, from - 1)
    pieces[#pieces + 1] = is_thing and "THING" or "NUMBER"
    at = to + 1
  end
  pieces[#pieces + 1] = path:sub(at) .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: " .. accept
    .. "\r\n\r\n"
  pieces[1] = "GET " .. pieces[1]
end

function request()
  number = number + 1
  local filled = {}
  for place, piece in ipairs(pieces) do
    if piece == "NUMBER" then
      filled[place] = string.format("%d", number)
    elseif piece == "THING" then
      filled[place] = string.format("%d", first + number * stride % count)
    else
      filled[place] = piece
    end
  end
  return table.concat(filled)
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    "RESULT %d %d %d %d %d %d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    failed.connect + failed.read + failed.write + failed.timeout, failed.status))
end

-- Counters that belong to one attempt, read and changed in one step: the rules of CounterState in local-credential/src/limits.rs, to the letter.
-- KEYS: the counters. ARGV: what to do, the time, how many to clear, then limit, window, pause and longest of each counter, in seconds.
-- A counter is COUNT:SINCE:PAUSED_UNTIL:PAUSES:LAST, and ends by itself when it means nothing any more.
local DAY = 86400
local what, now, clear = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local function rule(place)
  local at = 4 + (place - 1) * 4
  return { limit = tonumber(ARGV[at]), window = tonumber(ARGV[at + 1]), pause = tonumber(ARGV[at + 2]), longest = tonumber(ARGV[at + 3]) }
end

local function since(earlier)
  return math.max(0, now - earlier)
end

local function read(key)
  local text = redis.call('GET', key)
  if not text then return nil end
  local count, began, paused, pauses, last = string.match(text, '^(%d+):(%-?%d+):(%-?%d+):(%d+):(%-?%d+)$')
  -- What nobody can read is no reason to let anybody go on.
  if not count then error('a counter that cannot be read') end
  return { count = tonumber(count), since = tonumber(began), paused = tonumber(paused), pauses = tonumber(pauses), last = tonumber(last) }
end

local function write(key, state, rule)
  local ends = state.paused
  if state.count > 0 then ends = math.max(ends, state.since + rule.window) end
  if state.pauses > 0 then ends = math.max(ends, state.last + DAY) end
  local seconds = math.min(ends - now, DAY + rule.window + rule.longest) + 2
  if state.count == 0 and state.pauses == 0 and state.paused <= now then
    redis.call('DEL', key)
  else
    local text = string.format('%.0f:%.0f:%.0f:%.0f:%.0f', state.count, state.since, state.paused, state.pauses, state.last)
    redis.call('SET', key, text, 'EX', string.format('%.0f', math.max(2, seconds)))
  end
end

if what == 'undo' then
  for place, key in ipairs(KEYS) do
    local state, rule = read(key), rule(place)
    if state and place <= clear then
      redis.call('DEL', key)
    elseif state then
      if state.count == 0 and state.paused > now and state.pauses > 0 then
        state.paused, state.pauses, state.count, state.since = now, state.pauses - 1, rule.limit, now
      end
      state.count = math.max(0, state.count - 1)
      write(key, state, rule)
    end
  end
  return { 0, 0 }
end

local states, paused = {}, nil
for place, key in ipairs(KEYS) do
  local state, rule = read(key), rule(place)
  states[place] = state or { count = 0, since = 0, paused = 0, pauses = 0, last = 0 }
  -- A pause that would last longer than the longest was written under a clock that ran ahead: it is void.
  if state and state.paused > now and state.paused - now <= rule.longest then
    paused = math.max(paused or state.paused, state.paused)
  end
end
if paused then return { 1, paused } end

for place, key in ipairs(KEYS) do
  local state, rule = states[place], rule(place)
  if since(state.last) > DAY then state.pauses = 0 end
  if since(state.since) >= rule.window or state.count == 0 then
    state.count, state.since = 0, now
  end
  state.last, state.count = now, state.count + 1
  if state.count >= rule.limit then
    state.paused = now + math.min(rule.pause * 2 ^ math.min(state.pauses, 10), rule.longest)
    state.pauses, state.count = state.pauses + 1, 0
  end
  write(key, state, rule)
end
return { 0, states[1].count }

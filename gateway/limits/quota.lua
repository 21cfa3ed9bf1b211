-- KEYS[1] holds what each process has taken of one quota today, as a hash by process. Two fields are not processes: '?' is
-- what was taken by those who have not told since Redis lost the hash, '^' the most that anyone who told had seen taken.
--
-- A process tells its whole account every time, not a change to it: an answer that got lost, a share handed back, calls
-- admitted while Redis was away and a hash that was lost are all put right by the next word.
local key, me = KEYS[1], ARGV[1]
local quota, mine = tonumber(ARGV[2]), tonumber(ARGV[3]) -- what it has taken now
local told, seen = tonumber(ARGV[4]), tonumber(ARGV[5]) -- what it had taken, and all had, when it heard last
local need, more, life = tonumber(ARGV[6]), ARGV[7] == '1', ARGV[8] -- calls that wait; a share besides; milliseconds

if seen > 0 and redis.call('HEXISTS', key, me) == 0 then -- lost since then
  local top, missing = tonumber(redis.call('HGET', key, '^') or 0), tonumber(redis.call('HGET', key, '?') or 0)
  if seen > top then
    missing = missing + seen - top
    redis.call('HSET', key, '^', seen)
  end
  redis.call('HSET', key, '?', math.max(0, missing - told))
end
redis.call('HSET', key, me, mine)
redis.call('PEXPIRE', key, life)

local taken, processes = 0, 0
local fields = redis.call('HGETALL', key)
for i = 1, #fields, 2 do
  if fields[i] ~= '^' then
    taken = taken + tonumber(fields[i + 1])
    processes = processes + 1
  end
end

-- No process holds more than one and a half shares, so all of them together hold one per cent. The last per cent goes to
-- those who wait, one by one.
local left, granted = quota - taken, 0
if left > 0 then
  local share = more and math.min(math.floor(quota / (150 * math.max(4, processes))), left - need - math.floor(quota / 100)) or 0
  granted = math.min(left, need + math.max(0, share))
end
if granted > 0 then
  redis.call('HSET', key, me, mine + granted)
end
return {granted, left - granted}

-- KEYS are the sets of people whom one official and one client have asked about today. ARGV[1] is the person, the last the
-- milliseconds that a set lives; between them stand, for each set, its bound (0 for none) and how many people the process
-- knows to be in it, which is the more where Redis lost some. The answer is which bound refuses (0 for none) and both counts.
local person, life, counts, new = ARGV[1], ARGV[#ARGV], {}, {}
for i, key in ipairs(KEYS) do
  counts[i] = math.max(redis.call('SCARD', key), tonumber(ARGV[2 * i + 1]))
  new[i] = redis.call('SISMEMBER', key, person) == 0
end
for i = 1, #KEYS do
  local bound = tonumber(ARGV[2 * i])
  if new[i] and bound > 0 and counts[i] >= bound then
    return {i, counts[1], counts[2]}
  end
end
for i, key in ipairs(KEYS) do
  if new[i] then
    counts[i] = counts[i] + 1
    redis.call('SADD', key, person)
  end
  redis.call('PEXPIRE', key, life)
end
return {0, counts[1], counts[2]}

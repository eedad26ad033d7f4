/** The command store's scripts. */
import { defineScript, type Script } from './script.ts';

/**
 * KEYS: marker of the store, a user's records, those settled by stamp, those running by end of lease. A record is `r <sentAt> <end of its lease>` while its
 * command runs, then `d <sentAt> <outcome>`; one whose lease is over has the outcome `ended`.
 */
const shared = `
local marker, records, settled, running = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

-- What was sent up to 'since' belongs to a life of the store that is gone. A clock that steps back begins another.
local function open()
  local known = redis.call('HMGET', marker, 'life', 'since', 'high')
  local since, high = tonumber(known[2] or nil), tonumber(known[3] or nil)
  if known[1] ~= life or not since or not high or now < high - 1000 then
    redis.call('HSET', marker, 'life', life, 'since', text(now), 'high', text(now))
    return now, now
  end
  if now > high + 500 then redis.call('HSET', marker, 'high', text(now)) end
  return since, math.max(now, high)
end

local function outcomeOf(record, ended)
  if string.sub(record, 1, 1) == 'd' then return string.match(record, '^d %S+ (.*)$') end
  if tonumber(string.match(record, '^r %S+ (%S+)')) <= now then return ended end
  return nil
end

local function sentAtOf(record) return string.match(record, '^. (%S+)') end
`;

/** Returns the time, since when this store knows all, and what Redis does when its memory is full. */
export const openScript: Script = defineScript(`${shared}
local since = open()
return { now, since, string.match(redis.call('INFO', 'memory'), 'maxmemory_policy:(%S+)') or '' }
`);

/**
 * ARGV: id, sentAt, window, how far a stamp may be ahead, most per user, lease, outcome of a lease that is over.
 * Returns what it is, and with `running` how long the lease still is, with `done` the outcome.
 */
export const beginScript: Script = defineScript(`${shared}
local id, sentAt, window, skew, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local lease, ended = tonumber(ARGV[6]), ARGV[7]
local since, high = open()

-- The records were evicted, their order was not: nobody knows what ran.
if redis.call('EXISTS', records) == 0 and redis.call('EXISTS', settled, running) > 0 then
  redis.call('DEL', settled, running)
  redis.call('HSET', records, 'upTo', text(now))
  redis.call('PEXPIRE', records, text(window + skew))
end
local known = redis.call('HGET', records, 'c' .. id)
if known then
  local outcome = outcomeOf(known, ended)
  if outcome then return { 'done', outcome } end
  return { 'running', tonumber(string.match(known, '^r %S+ (%S+)')) - now }
end

local upTo = tonumber(redis.call('HGET', records, 'upTo') or nil) or 0
local function forget(each)
  upTo = math.max(upTo, tonumber(redis.call('ZSCORE', settled, each)))
  redis.call('HSET', records, 'upTo', text(upTo))
  redis.call('HDEL', records, 'c' .. each)
  redis.call('ZREM', settled, each)
end

-- A few per call, so that no call pays for all.
for _, each in ipairs(redis.call('ZRANGEBYSCORE', running, '-inf', text(now), 'LIMIT', 0, 10)) do
  local record = redis.call('HGET', records, 'c' .. each)
  redis.call('ZREM', running, each)
  if record then redis.call('ZADD', settled, sentAtOf(record), each) end
end
for _, each in ipairs(redis.call('ZRANGEBYSCORE', settled, '-inf', text(high - window - 1), 'LIMIT', 0, 10)) do
  forget(each)
end

if sentAt > now + skew or sentAt < high - window or sentAt <= math.max(since, upTo) then return { 'expired' } end
if redis.call('ZCARD', settled) + redis.call('ZCARD', running) >= most then
  local oldest = redis.call('ZRANGE', settled, 0, 0)[1]
  if not oldest then return { 'full' } end
  forget(oldest)
  -- Made room by something sent later: this may have been forgotten before.
  if sentAt <= upTo then return { 'expired' } end
end
redis.call('HSET', records, 'c' .. id, 'r ' .. text(sentAt) .. ' ' .. text(now + lease))
redis.call('ZADD', running, text(now + lease), id)
-- Later than any stamp in it could still be taken.
local ttl = text(window + skew + lease + 60000)
for _, key in ipairs({ records, settled, running }) do redis.call('PEXPIRE', key, ttl) end
return { 'run' }
`);

/** ARGV: id, outcome, channel. Returns the outcome that stands, if it is another. */
export const settleScript: Script = defineScript(`${shared}
local known = redis.call('HGET', records, 'c' .. ARGV[1])
if not known then return '' end
if string.sub(known, 1, 1) == 'd' then return outcomeOf(known) end
redis.call('HSET', records, 'c' .. ARGV[1], 'd ' .. sentAtOf(known) .. ' ' .. ARGV[2])
redis.call('ZREM', running, ARGV[1])
redis.call('ZADD', settled, sentAtOf(known), ARGV[1])
redis.call('PEXPIRE', settled, math.max(redis.call('PTTL', records), 1))
redis.call('PUBLISH', ARGV[3], ARGV[1] .. '\\n' .. ARGV[2])
return ''
`);

/** ARGV: id, answer, channel. */
export const withdrawScript: Script = defineScript(`${shared}
local known = redis.call('HGET', records, 'c' .. ARGV[1])
if not known or string.sub(known, 1, 1) == 'd' then return 0 end
redis.call('HDEL', records, 'c' .. ARGV[1])
redis.call('ZREM', running, ARGV[1])
redis.call('ZREM', settled, ARGV[1])
redis.call('PUBLISH', ARGV[3], ARGV[1] .. '\\n' .. ARGV[2])
return 1
`);

/** ARGV: id, outcome of a lease that is over. Returns the outcome, `''` while it runs, `gone` when there is none. */
export const lookScript: Script = defineScript(`${shared}
local known = redis.call('HGET', records, 'c' .. ARGV[1])
if not known then return 'gone' end
return outcomeOf(known, ARGV[2]) or ''
`);

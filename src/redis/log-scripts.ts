/** The log's two scripts. Each call of either leaves a stream in order. */
import { defineScript, type Script } from './script.ts';

/**
 * KEYS: entries, meta. ARGV: channel, the epoch that a new life would get, TTL, TTL of the counter, ...
 * Entries are `<number>-0` with `t`, their time, and `e`, the event. As they are only ever dropped from the old end,
 * the newest one is the counter's; the counter may well stand alone.
 */
const opening = `
local log, meta, channel = KEYS[1], KEYS[2], ARGV[1]
local ttl = tonumber(ARGV[3])

local function numberOf(entry) return tonumber(string.match(entry[1], '^%d+')) end

local epoch, head
local function begin()
  redis.call('DEL', log)
  epoch, head = ARGV[2], 0
  redis.call('HSET', meta, 'epoch', epoch, 'head', '0', 'life', life)
  redis.call('PUBLISH', channel, epoch)
end

local function dropOld(limit)
  local entries = redis.call('XRANGE', log, '-', '+', 'COUNT', limit)
  local dropped = 0
  for _, entry in ipairs(entries) do
    if tonumber(entry[2][2]) > now - ttl then break end
    dropped = dropped + 1
  end
  if dropped > 0 then redis.call('XTRIM', log, 'MINID', '=', text(numberOf(entries[dropped]) + 1) .. '-0') end
  return dropped
end

local known = redis.call('HMGET', meta, 'epoch', 'head', 'life')
epoch, head = known[1], tonumber(known[2] or nil)
if not epoch or not head or known[3] ~= life then begin() end
`;

/** ARGV, further: how many events are kept, the event. Returns epoch and number. */
export const appendScript: Script = defineScript(`${opening}
-- First what a full memory refuses: once a script has written anything, Redis refuses it no more.
local function add(call)
  head = redis.call('HINCRBY', meta, 'head', 1)
  return call('XADD', log, 'MAXLEN', '=', ARGV[5], text(head) .. '-0', 't', text(now), 'e', ARGV[6])
end
-- Refused when an entry lies above the counter: the parts disagree.
if type(add(redis.pcall)) == 'table' then
  begin()
  add(redis.call)
end
dropOld(2)
redis.call('PEXPIRE', log, ARGV[3])
redis.call('PEXPIRE', meta, ARGV[4])
redis.call('PUBLISH', channel, table.concat({ epoch, text(head), text(now), ARGV[6] }, '\\n'))
return { epoch, head }
`);

/** ARGV, further: the place after which to read, how many at most, and of how many bytes. Returns epoch, floor, head, entries. */
export const readScript: Script = defineScript(`${opening}
local after, limit, bytes = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
for _ = 1, 100 do
  if dropOld(100) < 100 then break end
end
redis.call('PEXPIRE', meta, ARGV[4])
local last = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
if last and numberOf(last) ~= head then begin() end
local first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
local floor = first and numberOf(first) - 1 or head
local entries = {}
if after < floor then limit = 0 end
-- By few: a page of large ones is not read whole to be thrown away.
while #entries < limit and after < head and bytes > 0 do
  for _, entry in ipairs(redis.call('XRANGE', log, text(after + 1) .. '-0', '+', 'COUNT', math.min(32, limit - #entries))) do
    bytes = bytes - #entry[2][4]
    if bytes < 0 and #entries > 0 then break end
    entries[#entries + 1] = entry
    after = numberOf(entry)
  end
end
return { epoch, floor, head, entries }
`);

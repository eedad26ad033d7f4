/** The registry's scripts. */
import { defineScript, type Script } from './script.ts';

/**
 * KEYS: a user's clients. Each is `<state> <seen, microseconds> <remembered until> <term> <attempt> <session> <node>
 * <tab>`, a line break, and the claim as JSON. States: `c`onnected, `r`esting, e`x`cluded by another browser, re`v`oked by the app.
 */
const shared = `
local key = KEYS[1]
local micros = time[1] * 1000000 + time[2]
local aliveFor = 30000000

local function parse(value)
  local state, seen, till, term, attempt, session, node, tab, from =
    string.match(value, '^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)\\n()')
  return {
    state = state, seen = tonumber(seen), till = tonumber(till), term = tonumber(term), attempt = tonumber(attempt),
    session = session, node = node, tab = tab, json = string.sub(value, from),
  }
end

local function write(client, e)
  local parts = { e.state, text(e.seen), text(e.till), text(e.term), text(e.attempt), e.session, e.node, e.tab }
  redis.call('HSET', key, client, table.concat(parts, ' ') .. '\\n' .. e.json)
end

local function isAlive(e) return e.state == 'c' and e.seen + aliveFor > micros end

-- Without those that nobody has to remember any more.
local function readAll()
  local fields = redis.call('HGETALL', key)
  local entries = {}
  for index = 1, #fields, 2 do
    local e = parse(fields[index + 1])
    if isAlive(e) or e.till > now then entries[fields[index]] = e else redis.call('HDEL', key, fields[index]) end
  end
  return entries
end
`;

/**
 * ARGV: `claim` or `renew`, client, browser, term, attempt, tab, session, node, policy, until when it is remembered,
 * JSON, what channels of nodes begin with.
 * Returns `granted` with the session it put an end to and those it replaced; or `stale` with the highest term;
 * or `rejected`; to a renewal `superseded`, `replaced` or `revoked` if it has ended.
 */
export const holdScript: Script = defineScript(`${shared}
local mode, client, browser, policy, channels = ARGV[1], ARGV[2], ARGV[3], ARGV[9], ARGV[12]
local mine = {
  state = 'c', seen = micros, till = tonumber(ARGV[10]), term = tonumber(ARGV[4]), attempt = tonumber(ARGV[5]),
  tab = ARGV[6], session = ARGV[7], node = ARGV[8], json = ARGV[11],
}
local entries = readAll()
local known = entries[client]
local others = {}
for name, e in pairs(entries) do
  if isAlive(e) and string.match(name, '^[^/]*') ~= browser then others[name] = e end
end

local isOwn = known and known.session == mine.session
local isStale = known and not isOwn
  and (mine.term < known.term or mine.term == known.term and (mine.tab ~= known.tab or mine.attempt <= known.attempt))

if mode == 'renew' then
  if isStale then return { 'superseded' } end
  -- Given up for dead meanwhile, and another browser let in.
  if isOwn and policy ~= 'multi' and not isAlive(known) and next(others) then known.state = 'x' end
  if isOwn and (known.state == 'x' or known.state == 'v') then
    write(client, known)
    return { known.state == 'x' and 'replaced' or 'revoked' }
  end
  others = {}
else
  if isStale then return { 'stale', known.term } end
  if policy == 'reject' and next(others) then return { 'rejected' } end
  if policy ~= 'replace' then others = {} end
end

local function tell(e, why) redis.call('PUBLISH', channels .. e.node, why .. ' ' .. e.session) end

write(client, mine)
local reply = { 'granted', '' }
if known and not isOwn and known.state == 'c' then
  reply[2] = known.session
  tell(known, 'superseded')
end
for name, e in pairs(others) do
  e.state = 'x'
  write(name, e)
  reply[#reply + 1] = e.session
  tell(e, 'replaced')
end
entries[client] = mine
local last = 0
for _, e in pairs(entries) do last = math.max(last, e.till) end
redis.call('PEXPIREAT', key, text(math.max(last, now + 60000)))
return reply
`);

/** ARGV: what channels of nodes begin with. Returns how many connections of the user were ended. */
export const revokeScript: Script = defineScript(`${shared}
local ended = 0
for name, e in pairs(readAll()) do
  if isAlive(e) then
    e.state = 'v'
    write(name, e)
    redis.call('PUBLISH', ARGV[1] .. e.node, 'revoked ' .. e.session)
    ended = ended + 1
  end
end
return ended
`);

/** ARGV: client, session, whether anybody will come again under this name, resting clients that are remembered. */
export const releaseScript: Script = defineScript(`${shared}
local client, most = ARGV[1], tonumber(ARGV[4])
local entries = readAll()
local known = entries[client]
if not known or known.session ~= ARGV[2] or known.state ~= 'c' and known.state ~= 'v' then return 0 end
if ARGV[3] == 'no' then return redis.call('HDEL', key, client) end
known.state, known.seen = 'r', micros
write(client, known)
local resting, oldest = 0, nil
for name, e in pairs(entries) do
  if not isAlive(e) then
    resting = resting + 1
    if not oldest or e.seen < entries[oldest].seen then oldest = name end
  end
end
if resting > most then redis.call('HDEL', key, oldest) end
return 1
`);

/** Returns the claims of those that are connected. */
export const membersScript: Script = defineScript(`${shared}
local found = {}
for _, e in pairs(readAll()) do
  if isAlive(e) then found[#found + 1] = e.json end
end
return found
`);

/** KEYS: users by when they were last seen. ARGV: users. Keeps those of the last minute. */
export const noteUsersScript: Script = defineScript(`
for _, user in ipairs(ARGV) do redis.call('ZADD', KEYS[1], text(now), user) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now - 60000))
redis.call('PEXPIRE', KEYS[1], 60000)
return 1
`);

/** KEYS: users by when they were last seen. Returns them. */
export const usersScript: Script = defineScript(`
return redis.call('ZRANGEBYSCORE', KEYS[1], text(now - 60000), '+inf')
`);

/** Lua scripts, and what all of ours share. */
import { createHash } from 'node:crypto';

export interface Script {
  readonly source: string;
  readonly sha: string;
}

/**
 * - `now`: the server's own clock, in milliseconds: the only one that all nodes share
 * - `life`: another one whenever data may be older than what was answered: after a restart, and for what a
 *   promoted replica or a master that came back holds
 * - `text`: a whole number in full; Lua would shorten it
 */
const prelude = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local life = assert(string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)'), 'INFO names no master_replid')
local function text(number) return string.format('%.0f', number) end
`;

export function defineScript(body: string): Script {
  const source = `${prelude}${body}`;
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** Which channels there are, and who may be in them through which filter. */
import { parseChannel } from '../protocol/channel.ts';
import type { Clock, Logger } from './ports.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { Claim, SessionInfo } from './registry.ts';
import { within } from './within.ts';

/** What a client asks to see: by field of the payload the values of which it must have one, as text. */
export type ChannelFilter = Readonly<Record<string, readonly string[]>>;

export interface ChannelRules {
  /**
   * May this session be in the channel with this filter? Asked when it connects, joins and re-authenticates;
   * a throw or a late answer is a no. @defaultValue everybody may
   */
  readonly allow?: (session: SessionInfo, filter: ChannelFilter) => boolean | Promise<boolean>;
  /** Fields of the payload that clients may filter by. @defaultValue none */
  readonly filters?: readonly string[];
}

/** By name; a function for names that are not known beforehand. A channel without rules is refused. */
export type ChannelsOption =
  | Readonly<Record<string, ChannelRules>>
  | ((name: string) => ChannelRules | null | undefined);

export interface Channels {
  /** Never rejects. */
  permits(claim: Claim, stream: string): Promise<boolean>;
}

interface ChannelsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly refusals: RefusalLog;
  readonly rules: ChannelsOption;
  readonly allowTimeoutMs: number;
}

export function createChannels({ clock, logger, refusals, rules, allowTimeoutMs }: ChannelsDeps): Channels {
  function rulesOf(name: string): ChannelRules | null | undefined {
    if (typeof rules === 'function') return rules(name);
    return Object.hasOwn(rules, name) ? rules[name] : null;
  }

  /** Why not; `null`: it may. */
  async function objectionTo(claim: Claim, stream: string): Promise<string | null> {
    const channel = parseChannel(stream);
    if (!channel) return 'its name or filter is malformed';
    const found = rulesOf(channel.name);
    if (!found) return 'the option `channels` has no such channel';
    const { allow, filters = [] } = found;
    const unknown = [...channel.filter.keys()].find((field) => !filters.includes(field));
    if (unknown !== undefined) return `its \`filters\` don't name ${JSON.stringify(unknown)}`;
    const filter = Object.fromEntries([...channel.filter].map(([field, values]) => [field, [...values]]));
    return !allow || (await allow(claim, filter)) === true ? null : 'its `allow` said no';
  }

  return {
    async permits(claim, stream) {
      try {
        const late = new Error(`No answer within ${allowTimeoutMs} ms`);
        const objection = await within(clock, allowTimeoutMs, objectionTo(claim, stream), late);
        if (objection === null) return true;
        const who = `${JSON.stringify(claim.userId)} may not be in ${JSON.stringify(stream)}`;
        refusals('channel', `${who}: ${objection}`);
        return false;
      } catch (error) {
        logger.error(`Whether ${stream} is allowed could not be found out: it is refused`, error);
        return false;
      }
    },
  };
}

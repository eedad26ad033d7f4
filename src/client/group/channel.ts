/** The group's channel as this tab uses it: envelopes out, parsed messages in. */
import { isFromLeader, type LeaderBody, type Message, parseMessage, type TabBody } from '../../core/envelope.ts';
import type { Bus, Clock, Environment, Lock, OpenBus } from '../../core/ports.ts';
import { protocolVersion } from '../../protocol/limits.ts';
import type { Logger } from '../option-types.ts';

export interface Channel {
  /** False: it can't be cloned. */
  post(body: LeaderBody | TabBody, to?: readonly string[]): boolean;
  /** A second object on the same channel, that hears what this tab posts. */
  openLoopback(onEcho: () => void): Bus | null;
  close(): void;
}

/** What the platform has of a group's means. No lock: the tab connects for itself. */
export interface Means {
  readonly channel: Channel | null;
  readonly lock: Lock | null;
  readonly degraded: readonly ('no-locks' | 'no-channel')[];
}

interface MeansDeps {
  readonly environment: Environment;
  readonly logger: Logger;
  readonly name: string;
  readonly tab: string;
  readonly term: () => number;
  readonly onMessage: (message: Message) => void;
  readonly onMalformed: () => void;
}

export async function openMeans(deps: MeansDeps): Promise<Means> {
  const { environment, logger } = deps;
  const lock = environment.lock;
  const channel = openChannelOrNull(deps);
  const degraded = [...(lock ? [] : ['no-locks' as const]), ...(channel ? [] : ['no-channel' as const])];
  if (!channel) return { channel, lock: null, degraded };
  if (lock) return { channel, lock, degraded };
  try {
    return { channel, lock: await environment.loadFallbackLock(), degraded };
  } catch (error) {
    logger.warn('the fallback election could not be loaded: this tab connects for itself', error);
    // Without an election the channel would only carry what nobody may trust.
    channel.close();
    return { channel: null, lock: null, degraded: [...degraded, 'no-channel'] };
  }
}

function openChannelOrNull(deps: MeansDeps): Channel | null {
  const { openBus, clock } = deps.environment;
  try {
    return openBus && openChannel(deps, openBus, clock);
  } catch (error) {
    deps.logger.warn('no channel between the tabs: this tab connects for itself', error);
    return null;
  }
}

function openChannel(deps: MeansDeps, openBus: OpenBus, clock: Clock): Channel {
  const { name, tab } = deps;
  let seq = 0;
  const bus = openBus(name, (value) => {
    const message = parseMessage(value);
    if (!message) deps.onMalformed();
    // A tab does not hear itself: who claims to lead in its name must not go unheard.
    else if (message.from !== tab || isFromLeader(message)) deps.onMessage(message);
  });
  return {
    post(body, to) {
      try {
        seq += 1;
        bus.post({ v: protocolVersion, term: deps.term(), from: tab, seq, ...(to && { to }), ...body });
        return true;
      } catch (error) {
        clock.report(error);
        return false;
      }
    },
    openLoopback(onEcho) {
      try {
        return openBus(name, (value) => {
          const message = parseMessage(value);
          if (message?.from === tab && message.type === 'ask') onEcho();
        });
      } catch {
        return null;
      }
    },
    close: () => bus.close(),
  };
}

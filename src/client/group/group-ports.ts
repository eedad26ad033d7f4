/**
 * The ports of one group: its bus, as this tab uses it (envelopes out, parsed messages in), and its lock.
 * "Channel" is the word of the platform, and of `status`; a channel of the app is another thing.
 */
import { isFromLeader, type LeaderBody, type Message, parseMessage, type TabBody } from '../../core/envelope.ts';
import type { Bus, Clock, Environment, Lock, OpenBus } from '../../core/ports.ts';
import { protocolVersion } from '../../protocol/limits.ts';
import type { Logger } from '../option-types.ts';

export interface GroupBus {
  /** False: it can't be cloned. */
  post(body: LeaderBody | TabBody, to?: readonly string[]): boolean;
  /** A second object on the same bus, that hears what this tab posts. */
  openLoopback(onEcho: () => void): Bus | null;
  /** The number of the last post. */
  posted(): number;
  close(): void;
}

/** What of them the platform has. No lock: the tab connects for itself. */
export interface GroupPorts {
  readonly bus: GroupBus | null;
  readonly lock: Lock | null;
  readonly degraded: readonly ('no-locks' | 'no-channel')[];
}

interface GroupPortsDeps {
  readonly environment: Environment;
  readonly logger: Logger;
  readonly name: string;
  readonly tab: string;
  readonly term: () => number;
  readonly onMessage: (message: Message) => void;
  readonly onMalformed: () => void;
}

export async function openGroupPorts(deps: GroupPortsDeps): Promise<GroupPorts> {
  const { environment, logger } = deps;
  const lock = environment.lock;
  const bus = openBusOrNull(deps);
  const degraded = [...(lock ? [] : ['no-locks' as const]), ...(bus ? [] : ['no-channel' as const])];
  if (!bus) return { bus, lock: null, degraded };
  if (lock) return { bus, lock, degraded };
  try {
    return { bus, lock: await environment.loadFallbackLock(), degraded };
  } catch (error) {
    logger.warn('the fallback election could not be loaded: this tab connects for itself', error);
    // Without an election the bus would only carry what nobody may trust.
    bus.close();
    return { bus: null, lock: null, degraded: [...degraded, 'no-channel'] };
  }
}

function openBusOrNull(deps: GroupPortsDeps): GroupBus | null {
  const { openBus, clock } = deps.environment;
  try {
    return openBus && openGroupBus(deps, openBus, clock);
  } catch (error) {
    deps.logger.warn('no channel between the tabs: this tab connects for itself', error);
    return null;
  }
}

function openGroupBus(deps: GroupPortsDeps, openBus: OpenBus, clock: Clock): GroupBus {
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
    posted: () => seq,
    close: () => bus.close(),
  };
}

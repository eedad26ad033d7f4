/** The outcomes of commands in Redis: a command sent again runs once, whichever node it comes to. */
import type { CommandAnswer } from '../protocol/messages.ts';
import { type Begun, type CommandStore, stampSkewMs } from '../server/command-store.ts';
import type { Clock, Logger } from '../server/ports.ts';
import { decode, encode } from './codec.ts';
import { beginScript, lookScript, openScript, settleScript, withdrawScript } from './command-scripts.ts';
import type { Link } from './link.ts';
import { encodeName } from './names.ts';
import type { Script } from './script.ts';

interface CommandStoreParts {
  readonly link: Link;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly prefix: string;
  readonly windowMs: number;
  readonly maxPerUser: number;
}

interface RedisCommandStore extends CommandStore {
  close(): void;
}

interface Running {
  readonly outcome: Promise<CommandAnswer>;
  readonly settle: (answer: CommandAnswer) => void;
}

/** Whoever runs it ends the lease first; only if that node is gone others do. */
const leaseGraceMs = 5_000;
/** How often an outcome that another node has to tell is looked for; its message usually comes first. */
const lookEveryMs = 1_000;

const ended = refuse('lease_ended', 'The server that ran it did not tell how it ended');
const withdrawn = refuse('server_busy', 'It was not run');

export function createRedisCommandStore(parts: CommandStoreParts): RedisCommandStore {
  const { link, clock, logger, prefix, windowMs, maxPerUser } = parts;
  /** Those that this node runs. */
  const runningByKey = new Map<string, Running>();
  // Redis's clock is the one that all nodes share.
  let offset = 0;
  let earliest = 0;
  let warned = false;
  const cancelReady = link.onReady(() => void learnTime().catch(() => {}));
  void learnTime().catch(() => {});

  // One slot of a cluster for all, so that the marker is at hand: what was lost with it must not run again.
  const tag = `${prefix}{commands}`;
  const keyOf = (userId: string, id: string): string => `${encodeName(userId)} ${encodeName(id)}`;
  const channelOf = (userId: string): string => `${tag}:${encodeName(userId)}:outcomes`;

  function run(script: Script, userId: string, ...args: readonly (string | number)[]): Promise<unknown> {
    const records = `${tag}:${encodeName(userId)}`;
    const keys = [`${tag}:since`, `${records}:records`, `${records}:settled`, `${records}:running`];
    return link.run(script, keys, args.map(String));
  }

  async function learnTime(): Promise<void> {
    const [now, since, policy] = (await run(openScript, '')) as [number, number, string];
    offset = now - clock.wall();
    earliest = since + 1;
    if (policy === 'noeviction' || warned) return;
    warned = true;
    logger.warn(`Redis may evict outcomes of commands, which then could run again: maxmemory-policy is "${policy}"`);
  }

  function note(key: string): void {
    let settle: (answer: CommandAnswer) => void = () => {};
    const outcome = new Promise<CommandAnswer>((resolve) => {
      settle = resolve;
    });
    runningByKey.set(key, { outcome, settle });
  }

  function end(userId: string, id: string, answer: CommandAnswer): void {
    const key = keyOf(userId, id);
    runningByKey.get(key)?.settle(answer);
    runningByKey.delete(key);
  }

  /** For one that another node runs. */
  async function wait(userId: string, id: string, leftMs: number): Promise<CommandAnswer> {
    const giveUpAt = clock.now() + leftMs + lookEveryMs;
    let told: CommandAnswer | null = null;
    let wake: () => void = () => {};
    const unfollow = await link
      .follow(channelOf(userId), (message) => {
        const [name, text = ''] = message.split('\n');
        if (name !== encodeName(id)) return;
        told = decode(text) as CommandAnswer;
        wake();
      })
      .catch(() => () => {});
    try {
      while (clock.now() < giveUpAt) {
        const found = (await look(userId, id).catch(() => null)) ?? told;
        if (found) return found;
        await new Promise<void>((resolve) => {
          const cancel = clock.after(lookEveryMs, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
        if (told) return told;
      }
      return ended;
    } finally {
      unfollow();
    }
  }

  async function look(userId: string, id: string): Promise<CommandAnswer | null> {
    const found = (await run(lookScript, userId, encodeName(id), encode(ended))) as string;
    if (found === '') return null;
    return found === 'gone' ? withdrawn : (decode(found) as CommandAnswer);
  }

  return {
    windowMs,
    time: () => Math.max(clock.wall() + offset, earliest),
    async begin(userId, { id, sentAt }, leaseMs): Promise<Begun> {
      const limits = [windowMs, stampSkewMs, maxPerUser, leaseMs + leaseGraceMs];
      const reply = await run(beginScript, userId, encodeName(id), sentAt, ...limits, encode(ended));
      const [kind, detail] = reply as [string, string | number | undefined];
      switch (kind) {
        case 'run':
          note(keyOf(userId, id));
          return { kind: 'run' };
        case 'done':
          return { kind: 'known', outcome: Promise.resolve(decode(String(detail)) as CommandAnswer) };
        case 'running': {
          const here = runningByKey.get(keyOf(userId, id));
          return { kind: 'known', outcome: here?.outcome ?? wait(userId, id, Number(detail)) };
        }
        case 'full':
          return { kind: 'full' };
        default:
          return { kind: 'expired' };
      }
    },
    async settle(userId, id, outcome) {
      let standing = outcome;
      try {
        const other = (await run(settleScript, userId, encodeName(id), encode(outcome), channelOf(userId))) as string;
        if (other !== '') standing = decode(other) as CommandAnswer;
        return standing;
      } finally {
        end(userId, id, standing);
      }
    },
    async withdraw(userId, id, answer) {
      try {
        await run(withdrawScript, userId, encodeName(id), encode(answer), channelOf(userId));
      } finally {
        end(userId, id, answer);
      }
    },
    close: () => void cancelReady(),
  };
}

function refuse(code: string, message: string): CommandAnswer {
  return { ok: false, error: { code, message } };
}

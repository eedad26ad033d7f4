import { describe, expect, it } from 'vitest';
import {
  type Command,
  emptyOutbox,
  maxCommands,
  type OutboxEffect,
  type OutboxEvent,
  type OutboxState,
  reduceOutbox,
} from './outbox.ts';

/** Of one command `a`: unknown, waiting without an open post, with post 1 open, with posts 1 and 2 open. */
type At = 'none' | 'waiting' | 'posted' | 'posted twice';
type Server = 'companion' | 'plain';
interface Variants {
  readonly emit: 'reachable' | 'unreachable';
  readonly resend: 'only' | 'others';
  readonly later: 'of post 1' | 'of no post';
  readonly answer: 'result' | 'refusal' | 'expired' | 'not now' | 'too large';
  readonly lost: 'only';
  readonly tick: 'early' | 'due';
  readonly abandon: 'all' | 'others';
}
type Row = { readonly [T in OutboxEvent['type']]: { readonly [V in Variants[T]]: Record<At, string> } };

const a: Command = { id: 'a', name: 'n', args: [], wantsAnswer: true, timeoutMs: 100 };
const clock = { now: 50, time: 1_050 };
const events: { readonly [T in keyof Row]: { readonly [V in Variants[T]]: OutboxEvent } } = {
  emit: {
    reachable: { type: 'emit', command: { ...a, id: 'b' }, reachable: true, ...clock },
    unreachable: { type: 'emit', command: { ...a, id: 'b' }, reachable: false, ...clock },
  },
  resend: {
    only: { type: 'resend', ...clock },
    others: { type: 'resend', ids: new Set(['x']), ...clock },
  },
  later: { 'of post 1': { type: 'later', id: 'a', post: 1 }, 'of no post': { type: 'later', id: 'a', post: 9 } },
  answer: {
    result: { type: 'answer', id: 'a', answer: { ok: true, result: 7 } },
    refusal: { type: 'answer', id: 'a', answer: { ok: false, error: { code: 'forbidden', message: '' } } },
    expired: { type: 'answer', id: 'a', answer: { ok: false, error: { code: 'expired', message: '' } } },
    'not now': { type: 'answer', id: 'a', answer: { ok: false, error: { code: 'unavailable', message: '' } } },
    'too large': { type: 'answer', id: 'a', answer: { ok: false, error: { code: 'payload_too_large', message: '' } } },
  },
  lost: { only: { type: 'lost' } },
  tick: { early: { type: 'tick', now: 99 }, due: { type: 'tick', now: 100 } },
  abandon: {
    all: { type: 'abandon', code: 'closed' },
    others: { type: 'abandon', code: 'closed', ids: new Set(['x']) },
  },
};

function stateAt(at: At, server: Server): OutboxState {
  const empty = emptyOutbox(server === 'companion');
  if (at === 'none') return empty;
  const emit: OutboxEvent = { type: 'emit', command: a, reachable: at !== 'waiting', now: 0, time: 1_000 };
  const { state } = reduceOutbox(empty, emit);
  if (at !== 'posted twice') return state;
  // A plain server's command is never posted again while a post is open: two posts take a `later` between.
  return reduceOutbox(state, { type: 'resend', now: 10, time: 1_010 }).state;
}

/** What is still open of each command, and what was said. */
const all = (text: string): Record<At, string> => ({ none: text, waiting: text, posted: text, 'posted twice': text });
const unsent = ' > a:';
const companion: Row = {
  emit: {
    reachable: {
      none: 'post b1@1050 > b:1',
      waiting: 'post b1@1050 > a: b:1',
      posted: 'post b2@1050 > a:1 b:2',
      'posted twice': 'post b3@1050 > a:1,2 b:3',
    },
    unreachable: { none: ' > b:', waiting: ' > a: b:', posted: ' > a:1 b:', 'posted twice': ' > a:1,2 b:' },
  },
  resend: {
    only: {
      none: ' > ',
      waiting: 'post a1@1050 > a:1',
      posted: 'post a2@1000 > a:1,2',
      'posted twice': 'post a3@1000 > a:1,2,3',
    },
    others: { none: ' > ', waiting: unsent, posted: ' > a:1', 'posted twice': ' > a:1,2' },
  },
  later: {
    'of post 1': { none: ' > ', waiting: unsent, posted: unsent, 'posted twice': ' > a:2' },
    'of no post': { none: ' > ', waiting: unsent, posted: ' > a:1', 'posted twice': ' > a:1,2' },
  },
  answer: {
    result: { ...all('result 7 > '), none: ' > ' },
    refusal: { ...all('refused forbidden > '), none: ' > ' },
    expired: { ...all('unknown expired > '), none: ' > ' },
    'not now': { ...all('refused unavailable > '), none: ' > ', 'posted twice': 'again a > a:1,2' },
    'too large': { ...all('refused payload_too_large > '), none: ' > ', 'posted twice': 'again a > a:1,2' },
  },
  lost: {
    only: {
      none: ' > ',
      waiting: unsent,
      posted: 'unknown disconnected > ',
      'posted twice': 'unknown disconnected > ',
    },
  },
  tick: {
    early: { none: ' > ', waiting: unsent, posted: ' > a:1', 'posted twice': ' > a:1,2' },
    due: {
      none: ' > ',
      waiting: 'not_sent timeout > ',
      posted: 'unknown timeout > ',
      'posted twice': 'unknown timeout > ',
    },
  },
  abandon: {
    all: {
      none: ' > ',
      waiting: 'not_sent closed > ',
      posted: 'unknown closed > ',
      'posted twice': 'unknown closed > ',
    },
    others: { none: ' > ', waiting: unsent, posted: ' > a:1', 'posted twice': ' > a:1,2' },
  },
};
/** Never two open posts: where the companion's table has them, one stays. */
const once = (row: Record<At, string>): Record<At, string> => ({ ...row, 'posted twice': row.posted });
const plain: Row = {
  ...companion,
  emit: { reachable: once(companion.emit.reachable), unreachable: once(companion.emit.unreachable) },
  resend: {
    only: { ...all(' > a:1'), none: ' > ', waiting: 'post a1@1050 > a:1' },
    others: once(companion.resend.others),
  },
  later: { 'of post 1': once(companion.later['of post 1']), 'of no post': once(companion.later['of no post']) },
  answer: {
    ...companion.answer,
    'not now': once(companion.answer['not now']),
    'too large': once(companion.answer['too large']),
  },
  tick: { early: once(companion.tick.early), due: companion.tick.due },
  abandon: { all: companion.abandon.all, others: once(companion.abandon.others) },
};
const tables: Record<Server, Row> = { companion, plain };

function say(effect: OutboxEffect): string {
  if (effect.type === 'post') return `post ${effect.post.id}${effect.post.post}@${effect.post.sentAt}`;
  if (effect.type === 'again') return `again ${effect.id}`;
  const { settlement } = effect;
  return settlement.outcome === 'result' ? `result ${settlement.result}` : `${settlement.outcome} ${settlement.code}`;
}
const sayState = ({ entries }: OutboxState): string =>
  [...entries.values()].map((entry) => `${entry.id}:${[...entry.open]}`).join(' ');

const cells = (Object.keys(tables) as Server[]).flatMap((server) =>
  (Object.keys(tables[server]) as (keyof Row)[]).flatMap((type) =>
    Object.entries<Record<At, string>>(tables[server][type]).flatMap(([variant, row]) =>
      (Object.keys(row) as At[]).map((at) => ({ server, at, type, variant, expected: row[at] })),
    ),
  ),
);

describe("a tab's commands", () => {
  it.each(cells)('[P3] $server, $at, on $type ($variant): $expected', ({ server, at, type, variant, expected }) => {
    const event = (events[type] as Record<string, OutboxEvent>)[variant];
    if (!event) throw new Error(`no event ${type} ${variant}`);
    const { state, effects } = reduceOutbox(stateAt(at, server), event);
    expect(`${effects.map(say).join(' ')} > ${sayState(state)}`).toBe(expected);
  });

  it('[P3] stamps anew while every post came back, and keeps the stamp of a post that may have arrived', () => {
    let state = stateAt('posted', 'companion');
    state = reduceOutbox(state, { type: 'later', id: 'a', post: 1 }).state;
    const again = reduceOutbox(state, { type: 'resend', now: 20, time: 1_020 });
    expect(again.effects.map(say)).toEqual(['post a2@1020']);
    expect(reduceOutbox(again.state, { type: 'resend', now: 30, time: 1_030 }).effects.map(say)).toEqual([
      'post a3@1020',
    ]);
  });

  it('[P3] stamps what went out without a stamp: no leader passes that on', () => {
    const emit: OutboxEvent = { type: 'emit', command: a, reachable: true, now: 0, time: null };
    const { state } = reduceOutbox(emptyOutbox(true), emit);
    const stamped = reduceOutbox(state, { type: 'resend', now: 20, time: 1_020 });
    expect(stamped.effects.map(say)).toEqual(['post a2@1020']);
    expect(reduceOutbox(stamped.state, { type: 'resend', now: 30, time: 1_030 }).effects.map(say)).toEqual([
      'post a3@1020',
    ]);
  });

  it('[P3] an emit that nobody waits for has no time of its own until a post is open', () => {
    const command = { ...a, wantsAnswer: false };
    const emit: OutboxEvent = { type: 'emit', command, reachable: false, now: 0, time: null };
    let { state } = reduceOutbox(emptyOutbox(true), emit);
    expect(reduceOutbox(state, { type: 'tick', now: 1e9 }).effects).toEqual([]);
    state = reduceOutbox(state, { type: 'resend', now: 1_000, time: 0 }).state;
    expect(reduceOutbox(state, { type: 'tick', now: 1_099 }).effects).toEqual([]);
    expect(reduceOutbox(state, { type: 'tick', now: 1_100 }).effects.map(say)).toEqual(['unknown timeout']);
    state = reduceOutbox(state, { type: 'later', id: 'a', post: 1 }).state;
    expect(reduceOutbox(state, { type: 'tick', now: 1e9 }).effects).toEqual([]);
  });

  it('[P3] a command that came back keeps its time, and one of whose posts another is open keeps it too', () => {
    const later: OutboxEvent = { type: 'later', id: 'a', post: 1 };
    const back = reduceOutbox(stateAt('posted', 'companion'), later).state;
    expect(reduceOutbox(back, events.tick.due).effects.map(say)).toEqual(['not_sent timeout']);
    const command = { ...a, wantsAnswer: false };
    let { state } = reduceOutbox(emptyOutbox(true), { type: 'emit', command, reachable: true, now: 0, time: 0 });
    state = reduceOutbox(state, { type: 'resend', now: 10, time: 10 }).state;
    state = reduceOutbox(state, later).state;
    expect(reduceOutbox(state, events.tick.due).effects.map(say)).toEqual(['unknown timeout']);
  });

  it('[P3][P8] refuses the one command too many as not sent, and keeps the others', () => {
    let state = emptyOutbox(true);
    const emit = (id: string): OutboxEvent => ({ type: 'emit', command: { ...a, id }, reachable: true, ...clock });
    for (let n = 0; n < maxCommands; n += 1) state = reduceOutbox(state, emit(`c${n}`)).state;
    const { state: full, effects } = reduceOutbox(state, emit('b'));
    expect(effects.map(say)).toEqual(['not_sent outbox_full']);
    expect(full).toBe(state);
  });
});

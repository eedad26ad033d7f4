/** What one channel of one tab is handed, compared with the ledger: all that its filter passes, and nothing else. */
import type { Cursor } from '../protocol/cursor.ts';
import type { Judge } from './judge.ts';
import type { Ledger } from './ledger.ts';
import type { SimTab } from './realm.ts';

/** The one channel of the simulated app; its events are of three kinds. */
export const channelName = 'numbers';
const log = `channel:${channelName}`;

export interface ChannelRecorder {
  readonly kinds: readonly number[];
  leave(): void;
  /** What is wrong with it in a healed world; `null`: nothing. */
  difference(): string | null;
}

interface ChannelDeps {
  readonly tab: SimTab;
  readonly kinds: readonly number[];
  readonly ledger: Ledger;
  readonly judge: Judge;
}

export function createChannelRecorder({ tab, kinds, ledger, judge }: ChannelDeps): ChannelRecorder {
  const channel = tab.socket.channel(channelName, { kind: kinds });
  const stream = `${log}?kind=${[...kinds].sort().join(',')}`;
  const who = `${stream} of ${tab.name}`;
  /** All up to here was handed over, or came before; `null`: not known. */
  let last: Cursor | null = null;
  let news = false;

  const missing = (from: Cursor, below: number): readonly number[] =>
    ledger
      .eventsOf(log, from.epoch)
      .filter(({ id, payload }) => id > from.id && id < below && kinds.includes(kindOf(payload)))
      .map(({ id }) => id);

  function check(id: number, number: number): void {
    const truth = ledger.event(number);
    const isTrue = truth?.stream === log && truth.id === id;
    if (!judge.check('P2', isTrue, () => `${who}: #${id} is event ${number}, which is ${truth?.stream}#${truth?.id}`))
      return;
    const { epoch, payload } = truth as NonNullable<typeof truth>;
    judge.check('P2', kinds.includes(kindOf(payload)), () => `${who} got #${id}, which its filter does not pass`);
    const from = last;
    last = { epoch, id };
    const known = news;
    news = false;
    if (!from || known) return;
    if (!judge.check('P2', from.epoch === epoch, () => `${who} crosses epochs without a refresh`)) return;
    judge.check('P2', id > from.id, () => `${who} got #${id} after #${from.id}`);
    const lost = missing(from, id);
    judge.check(
      'P2',
      lost.length === 0,
      () => `${who} got #${id} after #${from.id}, without ${lost} and without a refresh`,
    );
  }

  channel.onEvent('tick', ({ id, payload }) => check(id, (payload as { readonly number: number }).number));
  channel.on('tick', () => {
    throw new Error('on purpose');
  });
  channel.onRefresh(() => {
    news = true;
  });
  channel.onStatus((status) => {
    news = false;
    last = status === 'joined' ? (tab.socket.diagnostics().cursors[stream] ?? null) : null;
  });
  if (channel.status === 'joined') last = tab.socket.diagnostics().cursors[stream] ?? null;

  return {
    kinds,
    leave: channel.leave,
    difference() {
      const at = tab.socket.diagnostics().cursors[stream];
      if (channel.status !== 'joined' || !at) return `${who} is ${channel.status}, and ${at ? 'somewhere' : 'nowhere'}`;
      if (at.epoch !== ledger.epochsOf(log).at(-1) && ledger.epochsOf(log).length > 0) return null;
      const lost = missing(at, Number.POSITIVE_INFINITY);
      return lost.length > 0 ? `${who} is at #${at.id}, and lacks ${lost}` : null;
    },
  };
}

const kindOf = (payload: unknown): number => (payload as { readonly kind: number }).kind;

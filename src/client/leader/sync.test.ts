import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import type { Cursor } from '../../protocol/cursor.ts';
import type { SyncAnswer } from '../../protocol/messages.ts';
import { createSyncer } from './sync.ts';

const at = (id: number, epoch = 'e'): Cursor => ({ epoch, id });
const page = (prev: number, id: number, more = false): SyncAnswer => ({
  stream: 's',
  epoch: 'e',
  prev,
  id,
  events: [],
  more,
});
const failed = (code: string): SyncAnswer => ({ error: { code, message: '' } });

function open() {
  const clock = createManualClock();
  const said: string[] = [];
  const asked: { stream: string; cursor: Cursor; answer: (answer: SyncAnswer | null) => void }[] = [];
  let connected = true;
  const syncer = createSyncer<string>({
    clock,
    request(stream, cursor, answer) {
      if (connected) asked.push({ stream, cursor, answer });
      return connected;
    },
    onFrame: (to, frame) => void said.push(`${to} frame ${frame.prev}-${frame.id}`),
    onRefresh: (to, refresh) => void said.push(`${to} refresh ${refresh.stream} ${refresh.id} ${refresh.reason}`),
    onAnswered: (to, stream) => void said.push(`${to} answered ${stream}`),
  });
  return {
    clock,
    said,
    syncer,
    disconnect: () => {
      connected = false;
    },
    /** What was asked for, as `stream epoch id`. */
    asked: () => asked.map(({ stream, cursor }) => `${stream} ${cursor.epoch}${cursor.id}`),
    answer(answer: SyncAnswer | null, nth = asked.length - 1) {
      asked[nth]?.answer(answer);
    },
  };
}

describe("the leader's syncs", () => {
  it('[P8] are one at a time per stream, and serve together who asked meanwhile', () => {
    const { syncer, asked, answer, said } = open();
    syncer.ask('s', 'a', at(5));
    syncer.ask('s', 'b', at(3));
    syncer.ask('s', 'c', at(4));
    syncer.ask('other', 'a', at(1));
    expect(asked()).toEqual(['s e5', 'other e1']);
    answer(page(5, 9), 0);
    expect(said).toEqual(['a frame 5-9', 'a answered s']);
    expect(asked()).toEqual(['s e5', 'other e1', 's e3']);
    answer(page(3, 9));
    expect(said.slice(2)).toEqual(['b,c frame 3-9', 'b,c answered s']);
    expect(asked()).toHaveLength(3);
  });

  it('[P2] never ask for places of two epochs together: their ids do not compare', () => {
    const { syncer, asked, answer } = open();
    syncer.ask('s', 'a', at(9));
    syncer.ask('s', 'b', at(5));
    syncer.ask('s', 'c', at(2, 'f'));
    answer(page(9, 9));
    answer(page(5, 9));
    expect(asked()).toEqual(['s e9', 's e5', 's f2']);
  });

  it('[P2] go on page by page, and answer only with the last', () => {
    const { syncer, asked, answer, said } = open();
    syncer.ask('s', 'a', at(1));
    answer(page(1, 4, true));
    answer(page(4, 6, true));
    answer(page(6, 7));
    expect(asked()).toEqual(['s e1', 's e4', 's e6']);
    expect(said).toEqual(['a frame 1-4', 'a frame 4-6', 'a frame 6-7', 'a answered s']);
  });

  it('[P8] do not ask for ever for pages that bring nothing forward', () => {
    const { syncer, asked, answer, said } = open();
    syncer.ask('s', 'a', at(4));
    answer(page(4, 4, true));
    expect(asked()).toHaveLength(1);
    expect(said.at(-1)).toBe('a answered s');
  });

  it('[P2] tell a full refresh only to those who asked from the lowest place; the others ask for themselves', () => {
    const { syncer, asked, answer, said } = open();
    syncer.ask('s', 'first', at(9));
    syncer.ask('s', 'low', at(2));
    syncer.ask('s', 'high', at(5));
    answer(page(9, 9));
    said.length = 0;
    answer({ fullRefresh: { ...at(10), reason: 'too_far' } });
    expect(said).toEqual(['low refresh s 10 too_far']);
    expect(asked()).toEqual(['s e9', 's e2', 's e5']);
    answer(page(5, 10));
    expect(said.slice(1)).toEqual(['high frame 5-10', 'high answered s']);
  });

  it('[P2] never mix epochs in one question', () => {
    const { syncer, asked, answer } = open();
    syncer.ask('s', 'a', at(5));
    syncer.ask('s', 'b', at(1, 'f'));
    syncer.ask('s', 'c', at(3));
    answer(page(5, 5));
    expect(asked()).toEqual(['s e5', 's f1']);
    answer({ fullRefresh: { ...at(9), reason: 'epoch_changed' } });
    expect(asked()).toEqual(['s e5', 's f1', 's e3']);
  });

  it("replace a consumer's earlier wish that has not been asked yet", () => {
    const { syncer, asked, answer } = open();
    syncer.ask('s', 'a', at(5));
    syncer.ask('s', 'b', at(1));
    syncer.ask('s', 'b', at(4));
    answer(page(5, 9));
    expect(asked()).toEqual(['s e5', 's e4']);
  });

  it.each([
    ['malformed', null, true],
    ['a refusal', failed('forbidden'), true],
    ['for another stream', { ...page(1, 2), stream: 'x' } as SyncAnswer, true],
    ['too much for now', failed('rate_limited'), false],
    ['unavailable', failed('unavailable'), false],
    ['busy', failed('server_busy'), false],
  ])('[P2] an answer that is %s fills nothing; counted as a try: %s', (_, answered, counts) => {
    const { syncer, asked, answer, said } = open();
    syncer.ask('s', 'a', at(1));
    answer(answered);
    expect(said).toEqual(counts ? ['a answered s'] : []);
    syncer.ask('s', 'a', at(1));
    expect(asked()).toHaveLength(2);
  });

  it('[P8] take one answer, and none after the stream may be asked again', async () => {
    const { clock, syncer, asked, answer, said } = open();
    syncer.ask('s', 'a', at(1));
    await clock.advance(4_999);
    syncer.ask('s', 'b', at(1));
    expect(asked()).toHaveLength(1);
    await clock.advance(1);
    expect(asked()).toHaveLength(2);
    answer(page(1, 2), 0);
    expect(said).toEqual([]);
    answer(page(1, 2));
    answer(page(2, 3));
    expect(said).toEqual(['b frame 1-2', 'b answered s']);
  });

  it('[P2] forget every wish with the link, and drop wishes that there is no link for', () => {
    const { clock, syncer, asked, answer, said, disconnect } = open();
    syncer.ask('s', 'a', at(1));
    syncer.reset();
    answer(page(1, 2));
    expect(said).toEqual([]);
    expect(clock.timers()).toBe(0);
    syncer.ask('s', 'a', at(1));
    expect(asked()).toHaveLength(2);
    disconnect();
    answer(page(1, 2, true));
    syncer.ask('s', 'b', at(1));
    expect(asked()).toHaveLength(2);
    expect(clock.timers()).toBe(0);
  });
});

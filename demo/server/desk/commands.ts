/** What tabs may ask the Desk's server to do. */
import { setTimeout as wait } from 'node:timers/promises';
import { CommandError } from 'onesocket/server';
import * as v from 'valibot';
import { faults, rates } from '../../shared/desk.ts';
import { isUserId, users } from '../../shared/users.ts';
import type { App } from '../app.ts';
import { toBrowser } from '../browser.ts';
import type { BoardRepository } from './board.ts';
import type { Feed } from './feed.ts';
import type { Lines } from './lines.ts';

const most = 10;
const longestMs = 10_000;
/** Events that a fault gets to act on, whatever the rate; as many again follow, by which a lost one is missed. */
const burstCount = 3;
const burstPauseMs = 60;
const answerMs = 200;

const wholeNumber = v.pipe(v.number(), v.safeInteger());
const schemas = {
  fault: v.object({ kind: v.picklist(faults) }),
  rate: v.object({ perSecond: v.picklist(rates) }),
  add: v.object({ by: wholeNumber, loseAnswer: v.optional(v.boolean(), false) }),
  late: v.object({ ms: v.pipe(wholeNumber, v.minValue(0), v.maxValue(longestMs)) }),
};

interface CommandDeps extends Pick<App, 'realtime' | 'settings' | 'stores' | 'outages' | 'nodes'> {
  readonly board: BoardRepository;
  readonly feed: Feed;
  readonly lines: Lines;
}

const nameOf = (userId: string) => (isUserId(userId) ? users[userId].name : userId);

export function handleCommands({ realtime, settings, stores, nodes, board, feed, lines, outages }: CommandDeps): void {
  realtime.onCommand('fault:inject', { schema: schemas.fault }, async ({ kind }, { session }) => {
    if (kind === 'outage') outages.begin(toBrowser(session.userId, session.client));
    if (kind === 'node') {
      if (!settings.mayEnd) throw new CommandError('forbidden', 'There is no other node');
      // Once the answer is out: who asked is to know that it was done.
      setTimeout(() => {
        nodes.stop();
        process.exit(1);
      }, answerMs);
    } else if (kind === 'cut' || kind === 'outage') lines.cut(session.socketId);
    else {
      if (kind === 'reset') await stores.reset();
      else lines.tamper(session.socketId, kind);
      await feed.burst(burstCount);
      await wait(burstPauseMs);
      await feed.burst(burstCount);
    }
    return { kind };
  });

  realtime.onCommand('feed:set_rate', { schema: schemas.rate }, async ({ perSecond }, { session }) => {
    board.setRate(perSecond);
    feed.reset();
    await realtime.to('all').emit('feed:rate', { perSecond, by: nameOf(session.userId) });
    return { perSecond };
  });

  realtime.onCommand('counter:add', { schema: schemas.add }, async ({ by, loseAnswer }, { session }) => {
    if (by < 1 || by > most) throw new CommandError('too_much', `The counter takes 1 to ${most} at a time`);
    const value = board.add('counter', by);
    await realtime.to('all').emit('counter:changed', { value, by: nameOf(session.userId) });
    // It took effect, and nobody will hear so on this connection.
    if (loseAnswer) lines.cut(session.socketId);
    return { value };
  });

  realtime.onCommand('answer:late', { schema: schemas.late }, async ({ ms }) => {
    await wait(ms);
    return { afterMs: ms };
  });
}

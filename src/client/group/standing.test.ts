import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import type { LinkState } from '../../core/envelope.ts';
import { type Code, retryByCode } from '../../protocol/codes.ts';
import { createStanding } from './standing.ts';

const why = (code: Code) => ({ code, message: '' });
const link = (connection: LinkState['connection'], code?: Code): LinkState => ({
  connection,
  serial: 1,
  recovered: false,
  ...(code && { reason: why(code) }),
});

function open() {
  const clock = createManualClock();
  const heard: string[] = [];
  const backoff = {
    reconnectionDelay: 1_000,
    reconnectionDelayMax: 5_000,
    randomizationFactor: 0,
    reconnectionAttempts: 9,
  };
  const standing = createStanding({
    clock,
    backoff,
    onStand: () => void heard.push('stand'),
    onOut: () => void heard.push('out'),
  });
  return { clock, heard, standing };
}

describe('whether a tab stands for the leadership', () => {
  it('[P9] stays out when the group was replaced, also while it waits for a reason of its own', async () => {
    const { clock, heard, standing } = open();
    standing.out(why('auth_failed'));
    standing.onGroupLink(link('failed', 'session_replaced'));
    await clock.advance(60_000);
    expect([heard, standing.reason()?.code]).toEqual([['out', 'out'], 'session_replaced']);
  });

  it('comes back by itself, later each time, until a connection was had', async () => {
    const { clock, heard, standing } = open();
    standing.out(why('auth_failed'));
    await clock.advance(1_000);
    standing.out(why('auth_failed'));
    await clock.advance(1_999);
    expect(heard).toEqual(['out', 'stand', 'out']);
    await clock.advance(1);
    expect(heard.at(-1)).toBe('stand');
    standing.succeeded();
    standing.out(why('auth_failed'));
    await clock.advance(1_000);
    expect(heard.at(-1)).toBe('stand');
    expect(standing.reason()).toBeNull();
  });

  it.each(Object.keys(retryByCode) as Code[])('is left to the app where the table says so: %s', async (code) => {
    const { clock, heard, standing } = open();
    standing.out(why(code));
    await clock.advance(60_000);
    expect(heard).toEqual(retryByCode[code] === 'never' ? ['out'] : ['out', 'stand']);
    const byItself = retryByCode[code] !== 'never' || code === 'signed_out';
    standing.out(why(code));
    heard.length = 0;
    standing.revive(false);
    expect(heard).toEqual(byItself ? ['stand'] : []);
    standing.out(why(code));
    heard.length = 0;
    standing.revive(true);
    expect(heard).toEqual(['stand']);
  });

  it('revives nobody who stands', () => {
    const { heard, standing } = open();
    standing.stand();
    standing.revive(true);
    expect(heard).toEqual(['stand']);
  });

  it("ends for all tabs when the group's connection failed for good, and begins again when one has it", () => {
    const { heard, standing } = open();
    standing.onGroupLink(link('failed', 'session_replaced'));
    standing.onGroupLink(link('failed', 'session_replaced'));
    expect([heard, standing.reason()?.code]).toEqual([['out'], 'session_replaced']);
    standing.onGroupLink(link('connecting'));
    expect(heard).toEqual(['out']);
    standing.onGroupLink(link('connected'));
    expect([heard, standing.reason()]).toEqual([['out', 'stand'], null]);
  });

  it.each<[LinkState['connection'], Code]>([
    ['signed-out', 'signed_out'],
    ['failed', 'wrong_user'],
    ['waiting', 'transport'],
  ])("[P5] goes on where another tab's own failure says nothing about this one: %s, %s", (connection, code) => {
    const { heard, standing } = open();
    standing.onGroupLink(link(connection, code));
    expect(heard).toEqual([]);
  });

  it('ends with the stay', async () => {
    const { clock, heard, standing } = open();
    standing.later();
    standing.close();
    standing.later();
    standing.stand();
    await clock.advance(5_000);
    expect(heard).toEqual([]);
    expect(clock.timers()).toBe(0);
  });
});

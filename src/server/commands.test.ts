import { describe, expect, it } from 'vitest';
import { parsePosition } from '../protocol/position.ts';
import { CommandError } from './errors.ts';
import { createWorld } from './realtime.fixture.ts';

const own = 'user:u';

describe('commands', () => {
  async function open(options = {}) {
    const world = createWorld(options);
    const { peer } = await world.enter('u');
    await world.clock.advance(10);
    const sentAt = world.clock.wall();
    const send = (id: string, name: string, ...args: unknown[]) => peer.ask('command', { id, name, args, sentAt });
    return { ...world, peer, send };
  }

  it('[P3] a slow one is run once, and both who ask get its outcome, also on a new connection', async () => {
    const { realtime, send, enter, clock } = await open();
    let runs = 0;
    let finish: (value: unknown) => void = () => {};
    realtime.onCommand('slow', () => {
      runs += 1;
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    const sentAt = clock.wall();
    const first = send('k', 'slow');
    const { peer: next } = await enter('u', { attempt: 2 });
    const second = next.ask('command', { id: 'k', name: 'slow', args: [], sentAt });
    finish('done');
    await clock.settle();
    expect(await second).toMatchObject({ ok: true, result: 'done' });
    expect(runs).toBe(1);
    void first;
  });

  it('[P3] a lease that ends is its outcome: the signal is aborted, the late result changes nothing', async () => {
    const { realtime, send, clock } = await open({ leaseMs: 100 });
    let runs = 0;
    let aborted = false;
    let finish: () => void = () => {};
    realtime.onCommand('hang', (_, { signal }) => {
      runs += 1;
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    const answer = send('k', 'hang');
    await clock.advance(100);
    expect(await answer).toMatchObject({ ok: false, error: { code: 'lease_ended' } });
    expect(aborted).toBe(true);
    finish();
    await clock.settle();
    expect(await send('k', 'hang')).toMatchObject({ ok: false, error: { code: 'lease_ended' } });
    expect(runs).toBe(1);
  });

  it('[P3] one that a limit refused did not run: the same id runs when there is room', async () => {
    const { realtime, send, clock } = await open({ limits: { commands: { perSecond: 1, burst: 1 } } });
    const runs: unknown[] = [];
    realtime.onCommand('add', (data) => runs.push(data));
    expect(await send('a', 'add', 'a')).toMatchObject({ ok: true });
    expect(await send('b', 'add', 'b')).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    await clock.advance(1_000);
    expect(await send('b', 'add', 'b')).toMatchObject({ ok: true });
    expect(runs).toEqual(['a', 'b']);
  });

  it("[P3] a refusal has the handler's words, a failure none", async () => {
    const errors: unknown[] = [];
    const { realtime, send } = await open({
      logger: { warn: () => {}, error: (...args: unknown[]) => errors.push(args) },
    });
    realtime.onCommand('no', () => {
      throw new CommandError('out_of_stock', 'None left');
    });
    realtime.onCommand('bug', async () => {
      throw new Error('password=hunter2');
    });
    realtime.onCommand('odd', () => 1n);
    expect(await send('1', 'no')).toEqual({
      ok: false,
      error: { code: 'out_of_stock', message: 'None left' },
    });
    for (const name of ['bug', 'odd']) {
      const answer = await send(name, name);
      expect(answer).toMatchObject({ ok: false, error: { code: 'command_failed' } });
      expect(JSON.stringify(answer)).not.toContain('hunter2');
    }
    expect(errors).toHaveLength(2);
    expect(await send('2', 'nobody')).toMatchObject({ error: { code: 'unknown_command' } });
    expect(await send('3', 'disconnect')).toMatchObject({ error: { code: 'unknown_command' } });
    expect(await send('4', 'no', 1, 2)).toMatchObject({ error: { code: 'too_many_arguments' } });
  });

  it('checks the argument by its schema and hands on what that gives', async () => {
    const { realtime, send } = await open();
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) =>
          typeof value === 'string' ? { value: value.length } : { issues: [{ message: 'a string, please' }] },
      },
    } as const;
    realtime.onCommand('length', { schema }, (length) => length);
    expect(await send('1', 'length', 'four')).toMatchObject({ ok: true, result: 4 });
    expect(await send('2', 'length', 4)).toMatchObject({
      error: { code: 'invalid_payload', message: 'a string, please' },
    });
  });

  it('[P2] tells the position from before the handler ran', async () => {
    const { realtime, send, emit, log } = await open();
    await emit('u', 2);
    realtime.onCommand('emit', () => emit('u', 1));
    const { epoch } = await log.bounds(own);
    const { position } = await send('1', 'emit');
    expect(parsePosition(position)?.[own]).toEqual({ epoch, id: 2 });
    expect(parsePosition(await realtime.positionOf({ userId: 'u' }))?.[own]).toEqual({ epoch, id: 3 });
  });

  it('[P3] goes to ordinary listeners where nobody took the name, by the same rule', async () => {
    const { peer, send } = await open();
    let runs = 0;
    peer.on('old', (a, b, ack) => {
      runs += 1;
      if (typeof ack === 'function') ack([a, b]);
    });
    peer.on('silent', () => {
      runs += 1;
    });
    peer.on('broken', () => {
      throw new Error('no');
    });
    expect(await send('1', 'old', 1, 2)).toMatchObject({ ok: true, result: [1, 2] });
    expect(await send('1', 'old', 1, 2)).toMatchObject({ ok: true, result: [1, 2] });
    expect(await send('2', 'silent')).toMatchObject({ ok: true });
    expect(await send('3', 'broken')).toMatchObject({ error: { code: 'command_failed' } });
    expect(runs).toBe(2);
  });
});

import { describe, expect, it } from 'vitest';
import { loadFallbackLock } from './fallback-lock.ts';

describe('the election of pages without Web Locks', () => {
  it('[P10] grants who takes over at once, unless it changed its mind', async () => {
    const lock = await loadFallbackLock();
    const heard: string[] = [];
    const steal = (name: string) =>
      lock.request(name, 'steal', { onGranted: () => heard.push(name), onLost: () => heard.push('lost') });
    steal('a');
    steal('b')();
    await Promise.resolve();
    expect([heard, lock.exclusive, await lock.holder('a')]).toEqual([['a'], false, null]);
  });

  it('[P10] elects one of two, and the other one when it is gone', async () => {
    const lock = await loadFallbackLock();
    const name = `election-${process.pid}`;
    const stand = () => {
      let onGranted = (): void => {};
      const granted = new Promise<void>((resolve) => {
        onGranted = resolve;
      });
      return { granted, leave: lock.request(name, 'queue', { onGranted: () => onGranted(), onLost: () => {} }) };
    };
    const first = stand();
    await first.granted;
    const second = stand();
    first.leave();
    await second.granted;
    second.leave();
    second.leave();
  });
});

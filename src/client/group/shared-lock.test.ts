import { describe, expect, test, vi } from 'vitest';
import type { LockGrant } from '../../core/ports.ts';
import { shareLock } from './shared-lock.ts';

/** A lock that is granted and taken by hand. */
function setUp() {
  const requests: { how: string; grant: LockGrant; released: boolean }[] = [];
  let holder: string | null = 'this page';
  const laneOf = shareLock({
    exclusive: true,
    request(_, how, grant) {
      const request = { how, grant, released: false };
      requests.push(request);
      return () => {
        request.released = true;
      };
    },
    ifFree: async () => true,
    holder: async () => holder,
  });
  const [lock, chat, admin] = [laneOf('/'), laneOf('/chat'), laneOf('/admin')];
  const member = () => ({ onGranted: vi.fn(), onLost: vi.fn() });
  return {
    lock,
    chat,
    admin,
    requests,
    member,
    takeSilently: () => {
      holder = 'another page';
    },
  };
}

describe('a lock that the namespaces of a page share', () => {
  test('[P1] is asked for once, and granted to all of them', async () => {
    const { lock, chat, admin, requests, member } = setUp();
    const [first, second, late] = [member(), member(), member()];
    lock.request('l', 'queue', first);
    chat.request('l', 'queue', second);
    expect(requests).toHaveLength(1);
    requests[0]?.grant.onGranted();
    expect(first.onGranted).toHaveBeenCalledOnce();
    expect(second.onGranted).toHaveBeenCalledOnce();
    admin.request('l', 'queue', late);
    expect(late.onGranted).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(late.onGranted).toHaveBeenCalledOnce();
    expect(requests).toHaveLength(1);
  });

  test('is released with the last of them', () => {
    const { lock, chat, requests, member } = setUp();
    const releases = [lock.request('l', 'queue', member()), chat.request('l', 'queue', member())];
    requests[0]?.grant.onGranted();
    releases[0]?.();
    expect(requests[0]?.released).toBe(false);
    releases[1]?.();
    expect(requests[0]?.released).toBe(true);
    lock.request('l', 'queue', member());
    expect(requests).toHaveLength(2);
  });

  test('[P5] a steal by one takes it for all who wait', () => {
    const { lock, chat, requests, member } = setUp();
    const [waiting, stealing] = [member(), member()];
    lock.request('l', 'queue', waiting);
    chat.request('l', 'steal', stealing);
    expect(requests.map(({ how, released }) => [how, released])).toEqual([
      ['queue', true],
      ['steal', false],
    ]);
    requests[0]?.grant.onGranted(); // a late grant of the one that was given up
    expect(waiting.onGranted).not.toHaveBeenCalled();
    requests[1]?.grant.onGranted();
    expect(waiting.onGranted).toHaveBeenCalledOnce();
    expect(stealing.onGranted).toHaveBeenCalledOnce();
  });

  test('[P5] lost by all when it is taken; who asks again queues', () => {
    const { lock, chat, requests, member } = setUp();
    const [first, second] = [member(), member()];
    lock.request('l', 'queue', first);
    chat.request('l', 'queue', second);
    requests[0]?.grant.onGranted();
    requests[0]?.grant.onLost();
    expect(first.onLost).toHaveBeenCalledOnce();
    expect(second.onLost).toHaveBeenCalledOnce();
    lock.request('l', 'queue', first);
    expect(requests).toHaveLength(2);
    expect(first.onGranted).toHaveBeenCalledOnce();
  });

  test('[P5] taken without a word: who asks next queues instead of being told that it has it', async () => {
    const { lock, requests, member, takeSilently } = setUp();
    const first = member();
    const release = lock.request('l', 'queue', first);
    requests[0]?.grant.onGranted();
    await lock.holder('l');
    takeSilently();
    expect(await lock.holder('l')).toBe('another page');
    release();
    expect(requests[0]?.released).toBe(true);
    lock.request('l', 'queue', first);
    await Promise.resolve();
    expect(requests).toHaveLength(2);
    expect(first.onGranted).toHaveBeenCalledOnce();
  });

  test('[P1] two of one namespace are rivals: they do not lead together', () => {
    const { lock, requests, member } = setUp();
    const [first, rival] = [member(), member()];
    lock.request('l', 'queue', first);
    lock.request('l', 'queue', rival);
    expect(requests).toHaveLength(2);
    requests[0]?.grant.onGranted();
    expect(rival.onGranted).not.toHaveBeenCalled();
  });

  test('locks of other names are apart', () => {
    const { lock, requests, member } = setUp();
    lock.request('a', 'queue', member());
    lock.request('b', 'queue', member());
    expect(requests).toHaveLength(2);
  });
});

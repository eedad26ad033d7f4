/** One tab: what it is told of its connection, in its order and true at that moment. */
import type { Judge } from './judge.ts';
import type { SimTab } from './realm.ts';

/** `connect` and `disconnect` take turns, and each handler reads in `status` and `connected` what it is told. */
export function watchConnects({ socket, name }: SimTab, judge: Judge): void {
  let isTold = false;
  const tell = (event: 'connect' | 'disconnect', isUp: boolean): void => {
    const say = (): string =>
      `${name} is told ${event} after ${isTold}: ${socket.connected}, ${socket.status.connection}`;
    judge.check('P9', isTold !== isUp, say);
    judge.check('P9', socket.connected === isUp && (socket.status.connection === 'connected') === isUp, say);
    isTold = isUp;
  };
  socket.on('connect', () => tell('connect', true));
  socket.on('disconnect', () => tell('disconnect', false));
}

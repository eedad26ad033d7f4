/** A load balancer as small as can be: TCP, round-robin, the next one where one does not answer. */
import { connect, createServer } from 'node:net';

/**
 * @param {() => readonly number[]} targets ports that are up, as far as is known
 * @returns {import('node:net').Server} not listening yet
 */
export function createBalancer(targets) {
  let turn = 0;

  function forward(near, ports) {
    const [port, ...rest] = ports;
    if (port === undefined) return near.destroy();
    const far = connect({ port, host: '127.0.0.1' });
    far.once('connect', () => {
      far.setNoDelay(true);
      near.pipe(far).pipe(near);
      for (const [end, other] of [
        [near, far],
        [far, near],
      ]) {
        end.on('close', () => other.destroy());
      }
    });
    far.on('error', () => (far.connecting ? forward(near, rest) : near.destroy()));
  }

  return createServer((near) => {
    near.setNoDelay(true);
    near.on('error', () => near.destroy());
    const ports = targets();
    turn += 1;
    const first = turn % Math.max(1, ports.length);
    forward(near, [...ports.slice(first), ...ports.slice(0, first)]);
  });
}

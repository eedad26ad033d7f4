/** What one can break from the Desk: in another tab by the channel between them, at the server by a command. */
import type { Fault } from '../../shared/desk.ts';
import { socket } from '../socket.ts';
import { peers } from './engine.ts';
import { note } from './journal.ts';
import type { Deed } from './peers.ts';

const orderLeader = (deed: Deed) => () => {
  const { leader } = socket.diagnostics();
  if (!leader) throw new Error('nobody leads just now');
  peers.order(leader, deed);
};

export const inject = (kind: Fault, text: string) => async () => {
  note(text);
  await socket.emitWithAck('fault:inject', { kind });
};

export const crashLeader = orderLeader('crash');
export const hangLeader = orderLeader('hang');
export const endNode = inject('node', 'Asked the node that holds the connection to end.');
export const cutNetwork = inject('outage', 'Asked the server to let nobody of this browser in for 8 s.');

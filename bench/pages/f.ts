/** (f) OneSocket with its companion. */
import { oneSocket } from '../../src/index.ts';
import { benchUser } from '../user.ts';
import { createRecorder, type Payload } from './tab.ts';

interface ServerEvents {
  event: (payload: Payload) => void;
}
interface ClientEvents {
  echo: (data: { n: number }, answer: (result: unknown) => void) => void;
}

const recorder = createRecorder();
const refreshes: string[] = [];
const socket = oneSocket<ServerEvents, ClientEvents>(location.origin, {
  companion: true,
  user: benchUser.id,
  auth: { token: benchUser.token },
});
socket.on('event', recorder.record);
socket.onRefresh(({ reason }) => refreshes.push(reason));
recorder.expose({
  role: () => (socket.status.role === 'leader' || socket.status.role === 'follower' ? socket.status.role : 'none'),
  ready: () => socket.status.connection === 'connected',
  command: (n) => socket.emitWithAck('echo', { n }),
  detail: () => ({ refreshes, diagnostics: socket.diagnostics() }),
});

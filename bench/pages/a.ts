/** (a) A connection in every tab. */
import { io } from 'socket.io-client';
import { createRecorder } from './tab.ts';

const recorder = createRecorder();
const socket = io({ transports: ['websocket'] });
socket.on('event', recorder.record);
recorder.expose({
  role: () => 'none',
  ready: () => socket.connected,
  command: (n) => socket.emitWithAck('echo', { n }),
});

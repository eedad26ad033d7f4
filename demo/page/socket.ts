/** The one socket of this page, which is all tabs' socket. Loaded when somebody is signed in. */
import { oneSocket } from 'onesocket';
import type { ClientEvents, ServerEvents } from '../shared/events.ts';
import type { UserId } from '../shared/users.ts';
import { session } from './session.ts';

export const userId: UserId = session.user ?? 'ada';

export const socket = oneSocket<ServerEvents, ClientEvents>('/', {
  companion: true,
  user: userId,
  auth: async () => (session.user ? { token: await session.token() } : null),
});

// A restarted server signs with another secret; a server that is away says nothing about the token.
socket.on('connect_error', ({ data }) => {
  const code = typeof data === 'object' && data !== null && 'code' in data ? data.code : null;
  if (code === 'unauthorized' || code === 'token_expired') session.forget();
});

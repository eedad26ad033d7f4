/** The connection of a client that doesn't speak the protocol: bare events as they happen, nothing numbered. */
import type { Admitted } from './admission.ts';
import type { Connection } from './connection-port.ts';
import { createExpiry } from './expiry.ts';
import type { Live } from './live.ts';
import { plainRoom } from './outlets.ts';
import type { Cancel, Clock, Logger, Peer } from './ports.ts';
import type { Rooms } from './rooms.ts';

interface PlainConnectionOptions {
  readonly clock: Clock;
  readonly live: Live;
  readonly rooms: Rooms;
  readonly logger: Logger;
  readonly onClosed: (connection: Connection) => void;
}

export function createPlainConnection(peer: Peer, admitted: Admitted, options: PlainConnectionOptions): Connection {
  const { clock, live, rooms, logger } = options;
  const { claim } = admitted;
  let closed = false;
  const exitByStream = new Map<string, Cancel>();
  const expiry = createExpiry(clock, () => end('token_expired'));

  async function open(stream: string): Promise<void> {
    if (closed || exitByStream.has(stream)) return;
    let left = false;
    exitByStream.set(stream, () => {
      left = true;
    });
    const exit = await live.enter(stream);
    if (left) return exit();
    exitByStream.set(stream, exit);
    // Sends what is pending to those who were there.
    live.place(stream);
    peer.join(plainRoom(stream));
  }

  function shut(stream: string): void {
    peer.leave(plainRoom(stream));
    exitByStream.get(stream)?.();
    exitByStream.delete(stream);
  }

  function onClose(): void {
    if (closed) return;
    closed = true;
    expiry.close();
    for (const stream of [...exitByStream.keys()]) shut(stream);
    options.onClosed(connection);
  }

  function end(packet?: string): void {
    if (closed) return;
    if (packet) peer.send(packet, {});
    onClose();
    peer.disconnect();
  }

  const connection: Connection = { claim, open, shut, recheck: async () => {}, tellPositions: () => {}, end };

  function onFull(): void {
    logger.warn(`A client of "${claim.userId}" without the protocol does not read and is disconnected`);
    end();
  }

  const { userId, email, socketId } = claim;
  // For old clients, and for new ones that forgot `companion: true`.
  peer.send('authenticated', { success: true, onesocket: 1, userId, ...(email !== undefined && { email }), socketId });
  peer.listen([], { onPacket: () => {}, onFull, onDrained: () => {}, onCutOff: () => {}, onClose });
  expiry.set(claim.expiresAt);
  for (const stream of rooms.streamsOf(claim)) {
    void open(stream).catch((error: unknown) => {
      logger.error(`Following ${stream} failed; the connection is closed so that the client tries again`, error);
      end();
    });
  }
  return connection;
}

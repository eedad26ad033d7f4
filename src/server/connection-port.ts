/** What the rest of the companion may do with a connection, whether its client speaks the protocol or not. */
import type { Claim } from './registry.ts';

export interface Connection {
  readonly claim: Claim;
  /** A stream that the user was put into while connected; it begins at its present head. */
  open(stream: string): Promise<void>;
  shut(stream: string): void;
  /** Leaves the channels that the session may no longer be in. */
  recheck(): Promise<void>;
  tellPositions(): void;
  /** Says why, if there is something to say, and disconnects. */
  end(packet?: 'session_replaced' | 'token_expired'): void;
}

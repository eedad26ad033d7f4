/** The public types of what a tab tells of its own work. */

export interface CommandInFlight {
  readonly id: string;
  readonly name: string;
  /** False: it waits in this tab for a connection. True: it may have reached the server. */
  readonly sent: boolean;
  /** Milliseconds until it is given up; `null`: it has no bound yet. */
  readonly dueInMs: number | null;
}

/** One message of the protocol, or a change of `status`, as `trace` tells it. */
export interface TraceEvent {
  /** Wall clock, milliseconds since 1970. */
  readonly at: number;
  /** Between this tab and the server, between this tab and the others, or this tab's own status. */
  readonly kind: 'link in' | 'link out' | 'channel in' | 'channel out' | 'status';
  /** The packet's or message's name, `<name> ack` for an answer; of a status: role and connection. */
  readonly type: string;
  /**
   * A packet's arguments, a message, a status: the thing itself, not a copy, so don't change it.
   * The app's payloads are in it; what `auth` gave never is.
   */
  readonly detail: unknown;
}

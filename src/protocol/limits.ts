/** Bounds on what one message may hold. Beyond them a message is malformed, whoever sent it. */

/** The wire protocol's major version: rides in the handshake and in every group's name. */
export const protocolVersion = 1;

export const limits = {
  /** Characters in a stream's, an event's or a command's name. */
  name: 256,
  /** Characters in an epoch, client, tab or command id. */
  token: 128,
  /** Streams that one connection or tab may be in, channels included. */
  streams: 96,
  /** Channels, each with its filter. */
  channels: 32,
  /** Namespaces that a page leads for others, its own included. */
  namespaces: 16,
  /** Events in one frame. */
  frameEvents: 1_000,
  /** A term is a safe integer below this (2^52). */
  term: 4_503_599_627_370_496,
  /** Arguments of one command. */
  args: 16,
  /** Modules of one user, and tabs named in one message between tabs. */
  modules: 1_000,
} as const;

/** What the page and the server of Learning agree on. */

export type LearningEvents = object;
export type LearningCommands = object;

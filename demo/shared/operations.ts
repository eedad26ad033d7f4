/** What the page and the server of Operations agree on. */

export type OperationsEvents = object;
export type OperationsCommands = object;

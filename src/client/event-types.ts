/** The app's own maps of events, as in socket.io-client. */

// biome-ignore lint/suspicious/noExplicitAny: event maps are the app's; socket.io-client types them the same way.
export type EventsMap = { [event: string]: any };
export interface DefaultEventsMap {
  // biome-ignore lint/suspicious/noExplicitAny: an untyped socket accepts any arguments, as in socket.io-client.
  [event: string]: (...args: any[]) => void;
}
export type EventNames<Map> = keyof Map & string;
export type EventParams<Map, Name extends keyof Map> = Map[Name] extends (...args: infer Args) => unknown
  ? Args
  : never;

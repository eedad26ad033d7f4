/** Commands as a Socket.IO server's map of client-to-server events types them. */

type Parameters<Listener> = Listener extends (...args: infer Args) => unknown ? Args : never;
type Acknowledge = (...args: never[]) => unknown;
/** `any`, of a server without maps, says nothing. */
type Known<Value> = 0 extends 1 & Value ? unknown : Value;
type LastOf<Args extends readonly unknown[]> =
  Required<Args> extends readonly [...unknown[], infer Last] ? Last : never;

/** What a client emits with the command: its first argument, if that is not the acknowledgement. */
export type CommandData<Listener> = Known<
  Parameters<Listener> extends readonly []
    ? undefined
    : Parameters<Listener>[0] extends infer First
      ? 0 extends 1 & First
        ? unknown
        : [First] extends [Acknowledge]
          ? undefined
          : First
      : never
>;

/** What the client's acknowledgement takes; of an event without one, anything. */
export type CommandResult<Listener> =
  LastOf<Parameters<Listener>> extends infer Last
    ? [Last] extends [never]
      ? unknown
      : 0 extends 1 & Last
        ? unknown
        : Last extends (...args: infer Args) => unknown
          ? Args extends readonly []
            ? unknown
            : Known<Args[0]>
          : unknown
    : never;

/** Of a server without maps. */
export type AnyCommands = Readonly<Record<string, (data: unknown, acknowledge: (result: unknown) => void) => void>>;
export type CommandName<Commands> = keyof Commands & string;

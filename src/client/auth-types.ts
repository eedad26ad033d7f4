/** What the app's `auth` may be. */

export type AuthAnswer = object | null | undefined;
/** socket.io-client's forms, and a promise. `null`: signed out, no connection. */
export type Auth =
  // biome-ignore lint/suspicious/noExplicitAny: it takes instances of interfaces too, as in socket.io-client.
  { readonly [key: string]: any } | ((answer: (auth: AuthAnswer) => void) => void) | (() => Promise<AuthAnswer>);

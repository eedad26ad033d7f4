/** Who this tab is signed in as, with a token that is renewed before it ends. */
import { isUserId, type LoginAnswer, type UserId } from '../shared/users.ts';

const key = 'demo:user';
/** Renewed so long before its end, or earlier for a very short one: before the connection asks for the next. */
const renewBeforeMs = 60_000;
const renewBeforeShare = 0.4;

/** What the page shows of the token; `null` until there is one. */
export interface TokenInfo {
  readonly lifeMs: number;
  /** By `performance.now()`. */
  readonly endsAt: number;
  /** How often this tab got one. */
  readonly count: number;
}

/** The address says who, so that a tab opened from it is the same user; a new one is whoever signed in last. */
function rememberedUser(): UserId | null {
  const named =
    new URLSearchParams(location.search).get('as') ?? sessionStorage.getItem(key) ?? localStorage.getItem(key);
  return isUserId(named) ? named : null;
}

function remember(user: UserId | null): void {
  const url = new URL(location.href);
  if (user) {
    url.searchParams.set('as', user);
    sessionStorage.setItem(key, user);
    localStorage.setItem(key, user);
  } else {
    url.searchParams.delete('as');
    sessionStorage.removeItem(key);
    localStorage.removeItem(key);
  }
  history.replaceState(history.state, '', url);
}

interface Current {
  readonly token: Promise<string>;
  /** By `performance.now()`. */
  readonly freshUntil: () => number;
}

/** A request that was answered, but not with what was asked for. */
export class RequestError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function createSession() {
  let user = rememberedUser();
  let current: Current | null = null;
  let info: TokenInfo | null = null;
  const listeners = new Set<() => void>();

  async function fetchToken(who: UserId): Promise<LoginAnswer> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/login', { method: 'POST', headers, body: JSON.stringify({ user: who }) });
    if (!response.ok) throw new RequestError(response.status, 'The sign-in was refused');
    return (await response.json()) as LoginAnswer;
  }

  function ask(who: UserId): Current {
    let freshUntil = Number.POSITIVE_INFINITY;
    const token = fetchToken(who).then((answer) => {
      const { expiresInMs: lifeMs } = answer;
      const endsAt = performance.now() + lifeMs;
      freshUntil = endsAt - Math.min(renewBeforeMs, lifeMs * renewBeforeShare);
      info = { lifeMs, endsAt, count: (info?.count ?? 0) + 1 };
      for (const listener of listeners) listener();
      return answer.token;
    });
    token.catch(forget);
    return { token, freshUntil: () => freshUntil };
  }

  function forget(): void {
    current = null;
  }

  async function token(): Promise<string> {
    if (!user) throw new Error('Nobody is signed in');
    if (!current || performance.now() >= current.freshUntil()) current = ask(user);
    return current.token;
  }

  async function send(path: string, method: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
    const common = { method, headers, ...(signal && { signal }) };
    return fetch(path, body === undefined ? common : { ...common, body: JSON.stringify(body) });
  }

  return {
    /** `null`: nobody. Another one is another page. */
    get user(): UserId | null {
      return user;
    },
    signIn(who: UserId): void {
      user = who;
      remember(who);
    },
    /** Only of this page; the other tabs hear of it by the socket. */
    signOut(): void {
      user = null;
      forget();
      remember(null);
    },
    token,
    /** The server refused the token (a restarted server has a new secret): the next call gets another. */
    forget,
    /** Gets the next token now. */
    async renew(): Promise<void> {
      forget();
      await token();
    },
    getToken: (): TokenInfo | null => info,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** A JSON request with the token; tried again once with a new one if that was refused. */
    async request<Answer>(
      path: string,
      { method = 'GET', body, signal }: { method?: string; body?: unknown; signal?: AbortSignal } = {},
    ): Promise<Answer> {
      let response = await send(path, method, body, signal);
      if (response.status === 401) {
        forget();
        response = await send(path, method, body, signal);
      }
      const answer: unknown = await response.json();
      if (response.ok) return answer as Answer;
      const { message } = answer as { message?: string };
      throw new RequestError(response.status, message ?? `The server answered ${response.status}`);
    },
  };
}

export const session = createSession();

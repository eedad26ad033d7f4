/** Who this tab is signed in as, with a token that is renewed before it ends. */
import { isUserId, type LoginAnswer, type UserId } from '../shared.ts';

const key = 'demo:user';
const renewBeforeMs = 60_000;

/** The address says who, so that another tab opened from it is the same user; a reload without it remembers. */
export function rememberedUser(): UserId | null {
  const named = new URLSearchParams(location.search).get('as') ?? sessionStorage.getItem(key);
  return isUserId(named) ? named : null;
}

export function remember(user: UserId | null): void {
  const url = new URL(location.href);
  if (user) {
    url.searchParams.set('as', user);
    sessionStorage.setItem(key, user);
  } else {
    url.searchParams.delete('as');
    sessionStorage.removeItem(key);
  }
  history.replaceState(null, '', url);
}

export interface Session {
  readonly user: UserId;
  token(): Promise<string>;
  /** The server refused the token (a restarted server has a new secret): the next call gets another. */
  forget(): void;
  /** A JSON request with the token; tried again once with a new one if that was refused. */
  request<Answer>(path: string, body?: unknown): Promise<Answer>;
}

export function createSession(user: UserId): Session {
  let current: { readonly token: Promise<string>; readonly until: () => number } | null = null;

  function signIn(): { token: Promise<string>; until: () => number } {
    let until = Number.POSITIVE_INFINITY;
    const token = fetch('/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user }),
    }).then(async (response) => {
      if (!response.ok) throw new Error(`Sign-in failed (${response.status}).`);
      const answer = (await response.json()) as LoginAnswer;
      until = performance.now() + answer.expiresInMs - renewBeforeMs;
      return answer.token;
    });
    token.catch(forget);
    return { token, until: () => until };
  }

  function token(): Promise<string> {
    if (!current || performance.now() >= current.until()) current = signIn();
    return current.token;
  }

  function forget(): void {
    current = null;
  }

  async function send(path: string, body: unknown): Promise<Response> {
    const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
    return fetch(path, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
  }

  return {
    user,
    token,
    forget,
    async request<Answer>(path: string, body?: unknown): Promise<Answer> {
      let response = await send(path, body);
      if (response.status === 401) {
        forget();
        response = await send(path, body);
      }
      if (!response.ok) throw new Error(`The server answered ${response.status}.`);
      return (await response.json()) as Answer;
    },
  };
}

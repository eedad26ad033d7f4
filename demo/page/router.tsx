/** The page's addresses: the browser's history, and links that don't load the document again. */
import { type ComponentProps, type MouseEvent, useSyncExternalStore } from 'react';

/** Addresses that are another document: one goes there as to any other page. */
const documents: ReadonlySet<string> = new Set(['/panes']);

const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}
addEventListener('popstate', tell);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** What stands behind `?` goes along: it says who is signed in. */
export function hrefTo(path: string, more: Readonly<Record<string, string>> = {}): string {
  const as = new URLSearchParams(location.search).get('as');
  const search = new URLSearchParams({ ...(as && { as }), ...more }).toString();
  return search ? `${path}?${search}` : path;
}

export function navigate(path: string): void {
  if (path !== location.pathname) {
    history.pushState(null, '', hrefTo(path));
    scrollTo(0, 0);
  }
  tell();
}

export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname);

/** A left click without a key held; anything else is the browser's. */
function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

export function Link({ to, onClick, ...rest }: Omit<ComponentProps<'a'>, 'href'> & { readonly to: string }) {
  const go = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || !isPlain(event) || documents.has(to)) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...rest} href={hrefTo(to)} onClick={go} />;
}

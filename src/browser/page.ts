/** The page's life as facts. https://wicg.github.io/page-lifecycle/ */
import type { Page, PageFact } from '../core/ports.ts';

export const page: Page = {
  visible: () => document.visibilityState === 'visible',
  active: () => !('prerendering' in document && document.prerendering),
  watch(onFact) {
    const abort = new AbortController();
    const on = (target: EventTarget, type: string, fact: (event: Event) => PageFact | null): void =>
      target.addEventListener(
        type,
        (event) => {
          const happened = fact(event);
          if (happened) onFact(happened);
        },
        { signal: abort.signal },
      );
    on(document, 'visibilitychange', () => (document.visibilityState === 'visible' ? 'visible' : 'hidden'));
    // Chromium only, and beside `pagehide` and `pageshow`: what follows must bear both.
    on(document, 'freeze', () => 'left');
    on(document, 'resume', () => 'back');
    on(document, 'prerenderingchange', () => 'back');
    on(window, 'pagehide', () => 'left');
    on(window, 'pageshow', (event) => ((event as PageTransitionEvent).persisted ? 'back' : null));
    on(window, 'online', () => 'online');
    on(window, 'offline', () => 'offline');
    return () => abort.abort();
  },
};

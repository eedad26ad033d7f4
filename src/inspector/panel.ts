/** The panel itself, closed or open. It listens, and has a timer, only while it is open. */
import type { OneSocket } from '../client/types.ts';
import { button, h, setText } from './dom.ts';
import { createFacts } from './facts.ts';
import { createLeaderships, type Leaderships } from './leaderships.ts';
import { createMessages } from './messages.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { styles } from './styles.ts';
import { shortId } from './summary.ts';

export interface Panel {
  attachTo(root: ShadowRoot): void;
  open(): void;
  close(): void;
}

/** What one opening of the panel made. */
interface Session {
  readonly element: HTMLElement;
  end(): void;
}

const refreshMs = 250;
const title = 'OneSocket inspector';

export function createPanel(
  socket: Pick<OneSocket, 'diagnostics' | 'trace'>,
  { floats }: { readonly floats: boolean },
): Panel {
  const opener = button(title, () => {
    open();
    session?.element.focus();
  });
  const frame = h('div', { class: floats ? 'frame floats' : 'frame' }, opener);
  let session: Session | null = null;

  function open(): void {
    if (session) return;
    session = startSession(socket, () => {
      close();
      opener.focus();
    });
    opener.hidden = true;
    frame.append(session.element);
  }

  function close(): void {
    session?.end();
    session?.element.remove();
    session = null;
    opener.hidden = false;
  }

  return {
    attachTo(root) {
      // A sheet of its own, not a style element: a page's policy may forbid those.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(styles);
      root.adoptedStyleSheets = [sheet];
      root.append(frame);
    },
    open,
    close,
  };
}

function startSession(socket: Pick<OneSocket, 'diagnostics' | 'trace'>, onClose: () => void): Session {
  const { status, leader, steals } = socket.diagnostics();
  const leaderships = createLeaderships({ tab: leader, term: status.term, steals }, Date.now());
  const recorder = createRecorder();
  const off = socket.trace((event) => {
    recorder.record(event);
    leaderships.observe(event);
  });
  const facts = createFacts();
  const messages = createMessages(recorder);
  const headline = h('p', { role: 'status', class: 'headline' });
  const pause = button('Pause', () => {
    recorder.pause(!recorder.paused());
    pause.setAttribute('aria-pressed', String(recorder.paused()));
    show();
  });
  pause.setAttribute('aria-pressed', 'false');

  function show(): void {
    const diagnostics = socket.diagnostics();
    const { role, connection, tabs } = diagnostics.status;
    setText(headline, `${role}, ${connection}, ${tabs} ${tabs === 1 ? 'tab' : 'tabs'}`);
    facts.show(diagnostics, leaderships.list());
    messages.show();
  }

  const element = h(
    'section',
    { class: 'panel', tabindex: '-1', 'aria-label': title },
    h(
      'header',
      {},
      h('h2', {}, title),
      headline,
      h(
        'div',
        { class: 'tools' },
        pause,
        button('Clear', () => {
          recorder.clear();
          show();
        }),
        button('Export JSON', () => download(toExport(socket, recorder, leaderships))),
        button('Close', onClose),
      ),
    ),
    h('div', { class: 'body' }, facts.element, messages.element),
  );
  element.addEventListener('keydown', (event) => {
    // In the search field the key empties it first.
    const field = event.composedPath()[0];
    if (
      event.key === 'Escape' &&
      !(field instanceof HTMLInputElement && field.value !== '' && field.type === 'search')
    ) {
      onClose();
    }
  });
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') show();
  }, refreshMs);
  show();
  return {
    element,
    end() {
      clearInterval(timer);
      off();
    },
  };
}

function toExport(
  socket: Pick<OneSocket, 'diagnostics'>,
  recorder: Recorder,
  leaderships: Leaderships,
): { readonly name: string; readonly text: string } {
  const diagnostics = socket.diagnostics();
  const exportedAt = new Date().toISOString();
  const text = JSON.stringify(
    { exportedAt, diagnostics, leaderships: leaderships.list(), messages: recorder.entries() },
    null,
    2,
  );
  return { name: `onesocket-${shortId(diagnostics.tab)}-${exportedAt.replaceAll(':', '-')}.json`, text };
}

function download({ name, text }: { readonly name: string; readonly text: string }): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  h('a', { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

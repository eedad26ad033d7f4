/** `onesocket/inspector`: a panel for development that shows what a socket and its group do. */
import type { OneSocket } from '../client/types.ts';
import { createPanel, type Panel } from './panel.ts';

/** What of a socket has nothing to do with its event maps. */
type AnySocket = Pick<OneSocket, 'diagnostics' | 'trace'>;

export interface InspectorOptions {
  /** The element in which the panel stands. @defaultValue the body, fixed at the window's lower edge */
  readonly parent?: Element;
  /** Opens it at once. @defaultValue false: a button does */
  readonly open?: boolean;
  /** @defaultValue 'auto': what the visitor prefers */
  readonly theme?: 'auto' | 'light' | 'dark';
}

export interface Inspector {
  /** The custom part of the page: all of the panel lives in its shadow root. */
  readonly element: HTMLElement;
  /** Begins to listen, with an empty list. */
  open(): void;
  /** Stops listening: from now on it costs nothing. */
  close(): void;
  /** Closes it and takes it out of the page. */
  unmount(): void;
}

/**
 * Puts an inspector of `socket` into the page. It reads `diagnostics()` and `trace` while it is open, and
 * changes nothing. Payloads are never kept; names of users, streams and events are shown and exported.
 *
 * @throws TypeError outside a browser, or with something that is no socket
 */
export function mountInspector(socket: AnySocket, options: InspectorOptions = {}): Inspector {
  if (typeof document === 'undefined') {
    throw new TypeError('mountInspector() needs a page: call it in the browser only, for example in an effect');
  }
  if (typeof socket?.trace !== 'function') {
    throw new TypeError('mountInspector(socket) takes the socket that oneSocket() returned');
  }
  const { parent = document.body, theme = 'auto' } = options;
  const element = document.createElement('div');
  element.dataset.onesocketInspector = '';
  if (theme !== 'auto') element.style.colorScheme = theme;
  const panel: Panel = createPanel(socket, { floats: options.parent === undefined });
  panel.attachTo(element.attachShadow({ mode: 'open' }));
  parent.append(element);
  if (options.open) panel.open();
  return {
    element,
    open: panel.open,
    close: panel.close,
    unmount() {
      panel.close();
      element.remove();
    },
  };
}

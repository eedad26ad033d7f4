/** The server's own log: every line goes to the console, into a ring of the last ones, and to whoever listens. */

import { type Level, type LogLine, levels } from '../shared/operations.ts';

/** What a part writes with; `detail` is an error, or anything that JSON can hold. Fits wherever the product takes a logger. */
export type PartLogger = Readonly<Record<Level, (message: string, detail?: unknown) => void>>;

export interface Logbook {
  /** A logger for one part of the server. */
  of(service: string, context?: string): PartLogger;
  /** Oldest first. */
  lines(): readonly LogLine[];
  /** Hears of every line; returns its undo. A listener must not write to the log. */
  onLine(listener: (line: LogLine) => void): () => void;
}

interface LogbookOptions {
  /** Lines kept. */
  readonly capacity: number;
  /** Lines below are neither kept nor printed. @defaultValue 'info' */
  readonly least?: Level;
  /** @defaultValue the console's */
  readonly print?: (line: LogLine) => void;
}

function print({ level, service, message, metadata, stack }: LogLine): void {
  const rest = stack ?? (Object.keys(metadata).length > 0 ? JSON.stringify(metadata) : '');
  console[level](`${level.padEnd(5)} ${service}: ${message}${rest && `\n      ${rest}`}`);
}

function toMetadata(detail: unknown): Readonly<Record<string, unknown>> {
  if (detail === undefined || detail instanceof Error) return {};
  return typeof detail === 'object' && detail !== null ? { ...detail } : { detail };
}

export function createLogbook({ capacity, least = 'info', print: show = print }: LogbookOptions): Logbook {
  const kept: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();

  function write(line: LogLine): void {
    kept.push(line);
    if (kept.length > capacity) kept.shift();
    show(line);
    for (const listener of listeners) listener(line);
  }

  return {
    of(service, context = '') {
      const at = (level: Level) => (message: string, detail?: unknown) => {
        if (levels.indexOf(level) < levels.indexOf(least)) return;
        const error = detail instanceof Error ? detail : null;
        const text = error ? `${message}: ${error.message}` : message;
        const common = { timestamp: new Date().toISOString(), level, service, context, message: text };
        write({ ...common, metadata: toMetadata(detail), stack: error?.stack ?? null });
      };
      return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
    },
    lines: () => [...kept],
    onLine(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

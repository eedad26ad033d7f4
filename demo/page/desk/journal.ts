/** What happened in this tab, newest first. */
import { createSignal } from './signal.ts';

const linesKept = 60;

export type NoteTone = 'plain' | 'good' | 'bad' | 'lead';
interface Line {
  readonly key: number;
  readonly at: number;
  readonly text: string;
  readonly tone: NoteTone;
}

const signal = createSignal();
let lines: readonly Line[] = [];
let count = 0;

export function note(text: string, tone: NoteTone = 'plain'): void {
  count += 1;
  lines = [{ key: count, at: Date.now(), text, tone }, ...lines.slice(0, linesKept - 1)];
  signal.emit();
}

export function useJournal(): readonly Line[] {
  signal.use();
  return lines;
}

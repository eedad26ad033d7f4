import { note } from './journal.ts';

const hangMs = 10_000;

function block(): void {
  const end = performance.now() + hangMs;
  while (performance.now() < end);
  note('Awake again.', 'good');
}

/** Two frames later the page shows what is about to happen; then nothing runs here until it is over. */
export function hang(): void {
  note('Hanging for 10 s.', 'bad');
  if (document.visibilityState === 'hidden') setTimeout(block);
  else requestAnimationFrame(() => requestAnimationFrame(block));
}

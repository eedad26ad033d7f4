/** How long the last events took from the server's log to this tab's handler. */
export const samples = 120;

let values: readonly number[] = [];

export function addSample(ms: number): void {
  values = [...values.slice(1 - samples), Math.max(0, ms)];
}

/** Oldest first. */
export const latencies = (): readonly number[] => values;

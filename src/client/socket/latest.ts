/** More in a row are handlers that undo each other: the page must get its turn. */
const maxRounds = 100;

/** Tells values in order: of those that come while one is told, the last, when all have heard that one. */
export function latest<T>(tell: (value: T) => void, soon: (run: () => void) => void): (value: T) => void {
  let waiting: T[] = [];
  let tells = false;

  function drain(): void {
    for (let round = 0; round < maxRounds; round += 1) {
      const next = waiting.pop();
      tells = next !== undefined;
      if (next === undefined) return;
      tell(next);
    }
    soon(drain);
  }

  return (value) => {
    waiting = [value];
    if (tells) return;
    tells = true;
    drain();
  };
}

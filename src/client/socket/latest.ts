/** Tells values in order: of those that come while one is told, the last, when all have heard that one. */
export function latest<T>(tell: (value: T) => void): (value: T) => void {
  let waiting: T[] = [];
  let tells = false;
  return (value) => {
    waiting = [value];
    if (tells) return;
    tells = true;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) tell(next);
    tells = false;
  };
}

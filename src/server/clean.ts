/** What a client sends to the app's handlers: bounded in depth, and nothing in it that changes objects it is merged into. */

const maxDepth = 64;

/** False for a field named `__proto__`, or `prototype` in `constructor`, at any depth, and for deeper nesting. */
export function isClean(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return true;
  if (depth > maxDepth) return false;
  if (Array.isArray(value)) return value.every((item) => isClean(item, depth + 1));
  if (Object.hasOwn(value, '__proto__')) return false;
  return Object.entries(value).every(([key, field]) => {
    const reachesPrototype = key === 'constructor' && typeof field === 'object' && field !== null;
    return !(reachesPrototype && Object.hasOwn(field, 'prototype')) && isClean(field, depth + 1);
  });
}

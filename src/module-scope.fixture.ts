/** All that an entry must not do at import; the module scope test proves on this file that it would notice. */
export const isBrowser: boolean = typeof navigator !== 'undefined';
setTimeout(() => {}, 0);
Object.assign(globalThis, { left: true });

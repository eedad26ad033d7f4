/** Who the pages of (f) are; there is nothing to guard. */
export const benchUser = { id: 'bench', token: 'bench' } as const;

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

/** @param cents - as the server counts */
export const money = (cents: number): string => euros.format(cents / 100);

/** A deliberate defect, as somebody might write it by mistake: `npm run mutate` puts it in and looks whether a test fails. */
export interface Mutant {
  readonly id: string;
  /** What is wrong with it, in one sentence. */
  readonly what: string;
  /** From the repository's root. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly find: string;
  readonly replace: string;
}

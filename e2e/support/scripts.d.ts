/** The repository's scripts are plain JavaScript with JSDoc. */
declare module '*/scripts/lib/bundle.mjs' {
  export const root: string;
  export function bundleForNode(file: string): Promise<string>;
}
declare module '*/scripts/lib/free-port.mjs' {
  export function freePort(): Promise<number>;
}

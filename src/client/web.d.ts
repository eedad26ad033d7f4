// Web globals that every runtime of this layer has; the layer is compiled without the DOM's types.
declare function atob(data: string): string;
declare class URL {
  constructor(url: string, base?: string);
  readonly href: string;
  readonly origin: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

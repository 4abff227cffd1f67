/** A fault of YAML at an offset, before it has a line. */
export interface RawFault {
  readonly offset: number;
  readonly what: string;
  readonly todo: string;
}

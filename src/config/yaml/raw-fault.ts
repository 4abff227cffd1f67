/** A fault of YAML at an offset, before it has a line. */
export interface RawFault {
  readonly offset: number;
  readonly what: string;
  readonly todo: string;
  /** The change that `todo` advises, where it is certain: with it the rest of the file can be read, and what else is wrong be found. */
  readonly mend?: Mend;
}

export interface Mend {
  readonly offset: number;
  /** So many characters go. */
  readonly removed: number;
  readonly inserted: string;
}

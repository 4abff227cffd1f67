/** Settings that have another name by now, or none: taken with a warning for one minor release, so that an update asks for nothing. */

export type Deprecated = {
  /** Where it stood: `["storage", "spool_limit"]`. `*` is any name, and any place in a list. */
  readonly path: readonly string[];
  /** Under connectors of this type alone. */
  readonly type?: string;
  /** The release that takes it no longer. */
  readonly until: string;
} & (
  | {
      /**
       * Its name now, in the same block; or its path now, from the top, whose `*` are those of `path`, in their order. Its values
       * mean the same.
       */
      readonly to: string | readonly string[];
    }
  | {
      /** It has no effect any more; what to do instead, as in `use "pace" instead`. */
      readonly instead: string;
    }
);

/** What was renamed or removed since the last minor release. The recipe is in CONTRIBUTING.md. */
export const DEPRECATED: readonly Deprecated[] = [];

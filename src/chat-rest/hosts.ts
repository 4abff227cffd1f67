/** Which of a region's hosts is asked: the first, and for a while the second where the first could not be reached. */

/** Milliseconds for which the host that answered is asked first, so that not every call waits for one that does not. */
const PREFERRED_MS = 600_000;

export interface Hosts {
  /** Base addresses, in the order in which they are to be tried now. */
  inOrder(): readonly string[];
  /** This one has answered. */
  answered(base: string): void;
}

export function openHosts(bases: readonly string[], monotonic: () => number): Hosts {
  let preferred: { readonly base: string; readonly until: number } | undefined;
  return {
    inOrder() {
      if (preferred === undefined || monotonic() >= preferred.until) return bases;
      const { base } = preferred;
      return [base, ...bases.filter((other) => other !== base)];
    },
    answered(base) {
      if (base === bases[0]) preferred = undefined;
      else if (preferred?.base !== base || monotonic() >= preferred.until) {
        preferred = { base, until: monotonic() + PREFERRED_MS };
      }
    },
  };
}

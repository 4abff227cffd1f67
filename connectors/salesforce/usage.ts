/**
 * How many of the org's API requests of the last 24 hours are used: each answer says it. Pure, but for the memory of one connector.
 * `Sforce-Limit-Info: api-usage=18/5000, per-app-api-usage=…`:
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
 */

export interface Usage {
  readonly used: number;
  readonly limit: number;
}

/** Undefined where the header is absent or unreadable: nothing is known then. */
export function usageIn(header: string | null): Usage | undefined {
  const [, used, limit] =
    /(?:^|[\s,;])api-usage\s*=\s*(\d{1,12})\s*\/\s*(\d{1,12})(?![\d.,]*\d)/i.exec(header ?? "") ?? [];
  if (used === undefined || limit === undefined || Number(limit) === 0) return undefined;
  return { used: Number(used), limit: Number(limit) };
}

/** The window slides: some requests become free again all the time. How long to leave them to others, milliseconds. */
export const USED_UP_WAIT_MS = 15 * 60_000;

export interface Meter {
  note(usage: Usage | undefined): void;
  /** What is used, when the share is used up and it is too early to look again. */
  spent(): (Usage & { readonly waitMs: number }) | undefined;
  last(): Usage | undefined;
}

/**
 * @param share percent that may be used
 * @param clock milliseconds; only differences count
 */
export function openMeter(share: number, clock: () => number): Meter {
  let last: Usage | undefined;
  let lookAt = 0;
  return {
    note(usage) {
      if (usage === undefined) return;
      last = usage;
      lookAt = isSpent(usage, share) ? clock() + USED_UP_WAIT_MS : 0;
    },
    spent() {
      const waitMs = lookAt - clock();
      return last !== undefined && waitMs > 0 ? { ...last, waitMs } : undefined;
    },
    last: () => last,
  };
}

const isSpent = ({ used, limit }: Usage, share: number): boolean => used >= Math.floor((limit * share) / 100);

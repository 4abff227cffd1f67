/** Request limits of an account, with HubSpot's headers and refusals. */
import type { SandboxAnswer } from "../../kit/sandbox.ts";
import { refusal } from "./errors.ts";

/** Most requests in a window; absent: unlimited. */
export interface Limits {
  readonly perTenSeconds?: number;
  readonly searchesPerSecond?: number;
  readonly perDay?: number;
}

/** What a free account may do. */
export const FREE_ACCOUNT: Limits = { perTenSeconds: 100, searchesPerSecond: 5, perDay: 250_000 };

interface Window {
  readonly policyName: string;
  readonly lengthMs: number;
  readonly limit: number | undefined;
  readonly concerns: (isSearch: boolean) => boolean;
  readonly message: string;
}

export interface Meter {
  /** A refusal when a limit is exceeded, else the headers that go with the answer. */
  pass(isSearch: boolean): { readonly refused?: SandboxAnswer; readonly headers: Readonly<Record<string, string>> };
}

export function openMeter(limits: Limits, clock: () => number): Meter {
  const windows = windowsOf(limits).map((window) => ({ ...window, times: [] as number[] }));
  return {
    pass(isSearch) {
      const now = clock();
      const concerned = windows.filter(({ limit, concerns }) => limit !== undefined && concerns(isSearch));
      for (const window of concerned) window.times = window.times.filter((time) => time > now - window.lengthMs);
      const headers = headersFor(concerned);
      const full = concerned.find(({ times, limit = 0 }) => times.length >= limit);
      if (full !== undefined) {
        const more = { errorType: "RATE_LIMIT", policyName: full.policyName };
        return { refused: refusal(429, "RATE_LIMITS", full.message, more), headers };
      }
      for (const window of concerned) window.times.push(now);
      return { headers };
    },
  };
}

function windowsOf({ perTenSeconds, searchesPerSecond, perDay }: Limits): Window[] {
  return [
    {
      policyName: "DAILY",
      lengthMs: 86_400_000,
      limit: perDay,
      concerns: () => true,
      message: "You have reached your daily limit.",
    },
    {
      policyName: "TEN_SECONDLY_ROLLING",
      lengthMs: 10_000,
      limit: perTenSeconds,
      concerns: (isSearch) => !isSearch,
      message: "You have reached your ten_secondly_rolling limit.",
    },
    {
      policyName: "SECONDLY",
      lengthMs: 1_000,
      limit: searchesPerSecond,
      concerns: (isSearch) => isSearch,
      message: "You have reached your secondly limit.",
    },
  ];
}

function headersFor(windows: readonly (Window & { readonly times: readonly number[] })[]): Record<string, string> {
  const burst = windows.find(({ policyName }) => policyName === "TEN_SECONDLY_ROLLING");
  if (burst?.limit === undefined) return {};
  return {
    "x-hubspot-ratelimit-interval-milliseconds": String(burst.lengthMs),
    "x-hubspot-ratelimit-max": String(burst.limit),
    "x-hubspot-ratelimit-remaining": String(Math.max(0, burst.limit - burst.times.length - 1)),
  };
}

/** Durations, sizes, rates and shares as people write them. All must be positive. */
import type { Rate } from "../../connector.ts";

const DURATIONS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const SIZES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_024 ** 2,
  GiB: 1_024 ** 3,
};

const PERIODS: Readonly<Record<string, number>> = {
  ...DURATIONS,
  sec: 1_000,
  second: 1_000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** How each is written: read by the decoder and, in the JSON Schema, by editors. */
export const FORMS = {
  duration: "^(\\d+(?:\\.\\d+)?) ?(ms|s|m|h|d)$",
  size: "^(\\d+(?:\\.\\d+)?) ?((?:[kKmMgG][iI]?)?[bB])$",
  share: "^(\\d+(?:\\.\\d+)?) ?(%)$",
  rate: `^(\\d+) ?(?:/|per) ?(\\d+)? ?(${Object.keys(PERIODS).join("|")})$`,
} as const;

/** `30s`, `1.5h` → milliseconds; undefined when it is none, or not positive. */
export function parseDuration(text: string): number | undefined {
  return measured(text, FORMS.duration, (unit) => DURATIONS[unit]);
}

const SIZES_IN_ANY_CASE = new Map(Object.entries(SIZES).map(([unit, bytes]) => [unit.toLowerCase(), bytes]));

/** `64KiB`, `4MB` → bytes; undefined when it is none, or not positive. */
export function parseSize(text: string): number | undefined {
  return measured(text, FORMS.size, (unit) => SIZES_IN_ANY_CASE.get(unit.toLowerCase()));
}

/** `5%` → 0.05; undefined when it is none, not positive, or more than all. */
export function parseShare(text: string): number | undefined {
  const share = Number(new RegExp(FORMS.share).exec(text.trim())?.[1]) / 100;
  return share > 0 && share <= 1 ? share : undefined;
}

function measured(text: string, form: string, factor: (unit: string) => number | undefined): number | undefined {
  const match = new RegExp(form).exec(text.trim());
  const value = Math.round(Number(match?.[1]) * (factor(match?.[2] ?? "") ?? Number.NaN));
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** `19/s`, `5/min`, `100 per 10s`; undefined when it is none, or not positive. */
export function parseRate(text: string): Rate | undefined {
  const match = new RegExp(FORMS.rate).exec(text.trim());
  const requests = Number(match?.[1]);
  const perMs = Number(match?.[2] ?? 1) * (PERIODS[match?.[3] ?? ""] ?? Number.NaN);
  const isRate = [requests, perMs].every((number) => Number.isSafeInteger(number) && number > 0);
  return isRate ? { requests, perMs } : undefined;
}

/** The largest unit that leaves a whole number, but hours for less than a week: `1500ms`, `72h`, `90d`. */
export function formatDuration(ms: number): string {
  const { d: day = 0, ...shorter } = DURATIONS;
  return spelled(ms, ms < 7 * day ? shorter : DURATIONS);
}

export function formatSize(bytes: number): string {
  return spelled(bytes, { B: 1, KiB: 1_024, MiB: 1_024 ** 2, GiB: 1_024 ** 3 });
}

/** In hundredths, as far as anybody writes them. */
export function formatShare(share: number): string {
  return `${Number((share * 100).toFixed(4))}%`;
}

export function formatRate({ requests, perMs }: Rate): string {
  const [unit] = Object.entries(DURATIONS).find(([, ms]) => ms === perMs) ?? [];
  return unit === undefined ? `${requests} per ${formatDuration(perMs)}` : `${requests}/${unit}`;
}

function spelled(value: number, units: Readonly<Record<string, number>>): string {
  const fitting = Object.entries(units).filter(([, factor]) => value % factor === 0);
  const [unit, factor] = fitting.at(-1) ?? ["", 1];
  return `${value / factor}${unit}`;
}

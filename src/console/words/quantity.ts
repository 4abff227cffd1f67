/** Numbers and durations in the reader's language. */
import type { Language } from "./languages.ts";

const NUMBERS = { en: new Intl.NumberFormat("en-GB"), zh: new Intl.NumberFormat("zh-CN") } as const;

export function numberText(value: number, language: Language): string {
  return NUMBERS[language].format(value);
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

const SYMBOLS = {
  en: { day: "d", hour: "h", minute: "min", second: "s", millisecond: "ms" },
  zh: { day: "天", hour: "小时", minute: "分钟", second: "秒", millisecond: "毫秒" },
} as const;

/** `2 h 4 min`: the two largest units, and milliseconds below a second. @param ms milliseconds */
export function durationText(ms: number, language: Language): string {
  const whole = Math.max(0, Math.round(ms));
  const first = UNITS.findIndex(([, length]) => whole >= length);
  if (first === -1) return unitText(whole, "millisecond", language);
  const parts: string[] = [];
  let rest = whole;
  for (const [unit, length] of UNITS.slice(first, first + 2)) {
    const amount = Math.floor(rest / length);
    rest -= amount * length;
    if (amount > 0) parts.push(unitText(amount, unit, language));
  }
  return parts.join(" ");
}

function unitText(amount: number, unit: keyof (typeof SYMBOLS)["en"], language: Language): string {
  return `${numberText(amount, language)} ${SYMBOLS[language][unit]}`;
}

/** @jsxImportSource preact */
/** How something stands: a word, a sign and a colour, of which each tells it alone. */
import type { Condition } from "../../operations/status/condition.ts";
import type { DeliveryState } from "../../storage/contract/deliveries.ts";
import type { Language } from "../words/languages.ts";
import { STATES } from "../words/states.ts";

/** `accepted`: taken by a destination that proves no more. */
export type Shown = Condition | DeliveryState | "accepted";

/** `warn`: it goes on by itself; `bad`: it needs a person. */
export type Tone = "good" | "warn" | "bad" | "quiet";

const TONES: Readonly<Record<Shown, Tone>> = {
  ready: "good",
  "backing off": "warn",
  "not served": "bad",
  paused: "bad",
  "switched off": "quiet",
  "not configured": "warn",
  waiting: "warn",
  delivered: "good",
  accepted: "good",
  dead: "bad",
  superseded: "quiet",
  skipped: "quiet",
  discarded: "quiet",
};

/** In a box of twelve by twelve. */
const SIGNS: Readonly<Record<Tone, string>> = {
  good: "M1.5 6.5 4.5 9.5 10.5 2.5",
  warn: "M6 1.5A4.5 4.5 0 1 0 6 10.5 4.5 4.5 0 1 0 6 1.5M6 3.5V6.5L8 7.5",
  bad: "M2 2 10 10M10 2 2 10",
  quiet: "M2 6H10",
};

export const toneOf = (of: Shown): Tone => TONES[of];

/** The sign alone: whoever uses it says the same in words beside it. */
export function Sign({ tone }: { tone: Tone }) {
  return (
    <svg class="sign" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path d={SIGNS[tone]} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
    </svg>
  );
}

export function State({ of, language }: { of: Shown; language: Language }) {
  const tone = TONES[of];
  return (
    <span class={`state ${tone}`}>
      <Sign tone={tone} /> {STATES[language][of]}
    </span>
  );
}

/** @jsxImportSource preact */
/** Why a comparison ended as it did, and why people are held: what Chat says is told as well. */
import { saidOfPass } from "../../reconcile/words.ts";
import type { Visit } from "../visit.ts";
import { keptIn } from "../words/kept.ts";
import type { Language } from "../words/languages.ts";
import { prose } from "./prose.tsx";
import { saidIn } from "./reason.tsx";

/** In English, and marked as such, where nobody has said it in the reader's language. */
export function WhyOfPass({ why, visit: { language } }: { why: string; visit: Pick<Visit, "language"> }) {
  const text = whyOfPassIn(why, language);
  return <bdi lang={language !== "en" && text === why ? "en" : undefined}>{prose(text)}</bdi>;
}

/** @param why as it is kept, in English */
export function whyOfPassIn(why: string, language: Language): string {
  const kept = keptIn(why, language);
  return kept === why ? saidIn(saidOfPass(why), language) : kept;
}

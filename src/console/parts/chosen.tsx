/** @jsxImportSource preact */
/** What may be done with the rows that are chosen: it stays in sight above a long list, and the style sheet alone counts them. */
import type { ComponentChildren } from "preact";
import { FRAME } from "../words/frame.ts";
import type { Language } from "../words/languages.ts";

/** Stands behind the rows, in a form of the class `choose`. @param children the buttons */
export function Chosen({ language, children }: { language: Language; children: ComponentChildren }) {
  return (
    <p class="chosen">
      {children} <span class="quiet count">{FRAME[language].chosen}</span>
    </p>
  );
}

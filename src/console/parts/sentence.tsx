/** @jsxImportSource preact */
/** A sentence in the reader's language; in English where nobody has said it in another one. */
import type { Said } from "../../basics/sentences.ts";
import type { Language } from "../words/languages.ts";
import { prose } from "./prose.tsx";
import { saidIn } from "./reason.tsx";

export function Sentence({ said, language }: { said: Said; language: Language }) {
  const text = saidIn(said, language);
  const isForeign = language !== "en" && text === said.words;
  return <bdi lang={isForeign ? "en" : undefined}>{prose(text)}</bdi>;
}

/** @jsxImportSource preact */
/** A text with one place in it marked, and what that place is. */
import type { TextPlace } from "../../../basics/json-places.ts";
import type { FaultPlace } from "../../../operations/quarantine/edit.ts";
import type { Visit } from "../../visit.ts";
import { numberText } from "../../words/quantity.ts";
import { WORDS } from "./words.ts";

/** What is marked is a word, or a sign where none begins. */
const MARKED = /^(?:[\p{L}\p{N}_"]+|.)/su;

export function Marked({ text, place }: { text: string; place: TextPlace | undefined }) {
  const at = place === undefined ? undefined : offsetOf(text, place);
  if (at === undefined) return <>{text}</>;
  const [marked = ""] = MARKED.exec(text.slice(at)) ?? [];
  return (
    <>
      {text.slice(0, at)}
      <mark>{marked === "" ? "␃" : marked}</mark>
      {text.slice(at + marked.length)}
    </>
  );
}

/** Lines and columns count from 1, columns in characters as one sees them. */
export function offsetOf(text: string, { line, column }: TextPlace): number {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const within = [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
  return Math.min(text.length, before + within);
}

/** A field that is absent stands nowhere. */
export function WhereItIs({
  found: { place, absent },
  visit: { language },
}: {
  found: FaultPlace;
  visit: Pick<Visit, "language">;
}) {
  const words = WORDS[language];
  if (absent !== undefined)
    return (
      <p>
        <bdi>{words.absent(absent)}</bdi>
      </p>
    );
  return <p>{words.place(numberText(place.line, language), numberText(place.column, language))}</p>;
}

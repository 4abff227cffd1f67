/** @jsxImportSource preact */
/** An entry that is not there (any more): replayed, discarded or pruned meanwhile, or never there. */
import type { View } from "../../frame.tsx";
import type { Visit } from "../../visit.ts";
import { WORDS } from "./words.ts";

export function noEntry({ language, link }: Visit): View {
  const words = WORDS[language];
  const body = (
    <>
      <p>{words.gone}</p>
      <a href={link("/quarantine")}>{words.back}</a>
    </>
  );
  return { title: words.one, status: 404, body };
}

/** @jsxImportSource preact */
/** What an action has come to, told on the page that one is led to: `?done=paused`. */
import type { Visit } from "../visit.ts";

/** @param words by what may stand behind `done`; anything else tells nothing */
export function Done({ visit: { query }, words }: { visit: Visit; words: Readonly<Record<string, string>> }) {
  const code = query.get("done") ?? "";
  if (!Object.hasOwn(words, code)) return null;
  return (
    <p class="done good" role="status">
      ✓ {words[code]}
    </p>
  );
}

/** What is wrong with what was sent, for whoever sent it. */
export function FaultNote({ words }: { words: string | undefined }) {
  if (words === undefined) return null;
  return (
    <p class="fault bad" role="alert">
      ✗ {words}
    </p>
  );
}

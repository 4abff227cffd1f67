/** @jsxImportSource preact */
/** Which dead letters: a form that makes an address of what was chosen. */

import { Select } from "../../parts/select.tsx";
import { Times } from "../../parts/times.tsx";
import type { Visit } from "../../visit.ts";
import { CLASSES, type LetterChoice } from "./choice.ts";
import { WORDS } from "./words.ts";

interface FiltersProps {
  readonly choice: LetterChoice;
  readonly connectors: readonly string[];
  readonly visit: Pick<Visit, "language" | "link">;
}

export function Filters({ choice, connectors, visit: { language, link } }: FiltersProps) {
  const words = WORDS[language];
  return (
    <form class="filters" method="get" action={link("/dead-letters")}>
      <Select
        label={words.connector}
        name="connector"
        any={words.anyConnector}
        options={connectors.map((name) => [name, name])}
        chosen={choice.connector}
      />
      <Select
        label={words.class}
        name="class"
        any={words.anyClass}
        options={CLASSES.map((one) => [one, words.classes[one]])}
        chosen={choice.class}
      />
      <Times label={words.since} visit={{ language, query: new URLSearchParams(choice) }} />
      <label>
        {words.user}
        <input name="user" value={choice.user ?? ""} autocomplete="off" />
      </label>
      <button type="submit">{words.show}</button>
    </form>
  );
}

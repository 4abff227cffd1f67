/** @jsxImportSource preact */
/** Which dead letters: a form that makes an address of what was chosen. */
import type { Visit } from "../../visit.ts";
import { AGOS, type Choice, CLASSES } from "./choice.ts";
import { WORDS } from "./words.ts";

interface FiltersProps {
  readonly choice: Choice;
  readonly connectors: readonly string[];
  readonly visit: Pick<Visit, "language" | "link">;
}

export function Filters({ choice, connectors, visit: { language, link } }: FiltersProps) {
  const words = WORDS[language];
  return (
    <form class="filters" method="get" action={link("/dead-letters")}>
      <label>
        {words.connector}
        <select name="connector">
          <option value="">{words.anyConnector}</option>
          {connectors.map((name) => (
            <option value={name} selected={name === choice.connector}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.class}
        <select name="class">
          <option value="">{words.anyClass}</option>
          {CLASSES.map((one) => (
            <option value={one} selected={one === choice.class}>
              {words.classes[one]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.since}
        <select name="since">
          <option value="">{words.anyTime}</option>
          {AGOS.map((one) => (
            <option value={one} selected={one === choice.since}>
              {words.ago[one]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.user}
        <input name="user" value={choice.user ?? ""} autocomplete="off" />
      </label>
      <button type="submit">{words.show}</button>
    </form>
  );
}

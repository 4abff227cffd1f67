/** @jsxImportSource preact */
/** The buttons by which somebody takes out what is known of these people. */
import type { Visit } from "../../visit.ts";
import { WORDS } from "./words.ts";

export function exportForm(users: readonly string[], { language, link }: Visit) {
  const words = WORDS[language];
  return (
    <form method="post" action={link("/people/export")} class="filters">
      {users.map((user) => (
        <input type="hidden" name="user" value={user} />
      ))}
      <span class="quiet">{words.export}</span>
      <button type="submit" name="format" value="csv">
        {words.csv}
      </button>
      <button type="submit" name="format" value="json">
        {words.json}
      </button>
      <button type="submit" name="format" value="print">
        {words.print}
      </button>
    </form>
  );
}

/** @jsxImportSource preact */
/** From when to when, wherever times are filtered. */
import { shown } from "../../basics/text.ts";
import { timeMeant } from "../../operations/time-meant.ts";
import { PageRefusal } from "../refusal.ts";
import type { Visit } from "../visit.ts";
import { TIMES } from "../words/times.ts";

const SPANS = ["1h", "24h", "7d", "30d"] as const;

export interface TimesMeant {
  /** At or after, milliseconds since 1970. */
  readonly since?: number;
  /** Before. */
  readonly until?: number;
}

/** What `since` and `until` of a form or a link mean. @throws PageRefusal where one of them is no time */
export function timesIn(fields: URLSearchParams, { now, zone }: Pick<Visit, "now" | "zone">): TimesMeant {
  const given = (name: "since" | "until") => {
    const text = fields.get(name)?.trim() ?? "";
    return text === "" ? undefined : (timeMeant(text, now, zone) ?? refused(text));
  };
  const [since, until] = [given("since"), given("until")];
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
}

function refused(text: string): never {
  const odd = shown(text, 60);
  throw new PageRefusal({ en: TIMES.en.odd(odd), zh: TIMES.zh.odd(odd) });
}

/** Two fields: one writes, or takes what is proposed. */
export function Times({
  label,
  visit: { language, query },
}: {
  label: string;
  visit: Pick<Visit, "language" | "query">;
}) {
  const words = TIMES[language];
  return (
    <>
      {(["since", "until"] as const).map((name) => (
        <label>
          {name === "since" ? label : words.until}{" "}
          <input
            name={name}
            value={query.get(name) ?? ""}
            list="times"
            placeholder={words.example}
            aria-describedby="times-help"
            size={16}
            maxLength={40}
            autocomplete="off"
          />
        </label>
      ))}
      <small id="times-help" class="help quiet">
        {words.help}
      </small>
      <datalist id="times">
        {SPANS.map((span) => (
          <option value={span}>{words.spans[span]}</option>
        ))}
      </datalist>
    </>
  );
}

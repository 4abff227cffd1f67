/** @jsxImportSource preact */
/** Who repaired what, and who looked up whom. */

import { type Audited, auditedText } from "../../../operations/audit/words.ts";
import type { AuditFilter, AuditRow } from "../../../storage/contract/audit.ts";
import type { Page } from "../../page.ts";
import { Id } from "../../parts/id.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Select } from "../../parts/select.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { Times, timesIn } from "../../parts/times.tsx";
import type { Visit } from "../../visit.ts";
import { aside, COMMA } from "../../words/languages.ts";
import { numberText } from "../../words/quantity.ts";
import { WORDS } from "./words.ts";

const LIMIT = 50;

/** What is of one thing, or of what its row already names. */
const COUNTS_NOTHING: ReadonlySet<string> = new Set<Audited>([
  ...(["pause", "resume", "quarantine_edit", "alerts_silence"] as const),
]);

export const audit: Page = {
  path: "/audit",
  async show(visit) {
    const words = WORDS[visit.language];
    const after = visit.query.get("after");
    const found = await visit.operations.audit(filterIn(visit), {
      limit: LIMIT,
      ...(after !== null && { after }),
    });
    return {
      title: words.title,
      body: (
        <>
          <p class="quiet">{words.intro}</p>
          <Filters visit={visit} />
          {found.entries.length > 0 && <Rows rows={found.entries} visit={visit} />}
          <Pager found={found} limit={LIMIT} visit={visit} />
        </>
      ),
    };
  },
};

/** Fields of the form, and of a link that somebody keeps. */
function filterIn(visit: Visit): AuditFilter {
  const { query } = visit;
  const given = (name: string) => query.get(name)?.trim() || undefined;
  const [person, actor, operation] = [given("person"), given("actor"), given("operation")];
  return {
    ...(person && { person }),
    ...(actor && { actor }),
    ...(operation && { operation }),
    ...timesIn(query, visit),
  };
}

function Filters({ visit }: { visit: Visit }) {
  const { language, link, query } = visit;
  const words = WORDS[language];
  return (
    <form class="filters" method="get" action={link("/audit")}>
      <label>
        {words.person} <input name="person" value={query.get("person") ?? ""} autocomplete="off" />
      </label>
      <label>
        {words.who} <input name="actor" value={query.get("actor") ?? ""} autocomplete="off" />
      </label>
      <Select
        label={words.operation}
        name="operation"
        any={words.any}
        options={Object.entries(words.operations)}
        chosen={query.get("operation")}
      />
      <Times label={words.since} visit={visit} />
      <button type="submit">{words.show}</button>
    </form>
  );
}

function Rows({ rows, visit }: { rows: readonly AuditRow[]; visit: Visit }) {
  const { language, link } = visit;
  const words = WORDS[language];
  return (
    <Table isWide titles={[words.when, words.who, words.what, { number: words.many }, words.person, words.filter]}>
      {rows.map((row) => (
        <tr id={`row-${row.id}`}>
          <td>
            <Time at={row.at} visit={visit} />
          </td>
          <td data-title={words.who}>
            <bdi>{row.actor.name}</bdi>{" "}
            <span class="quiet">
              {aside(
                [words.front[row.actor.front] ?? row.actor.front, ...(row.actor.proven ? [] : [words.unproven])].join(
                  COMMA[language],
                ),
                language,
              )}
            </span>
          </td>
          <td data-title={words.what}>{auditedText(row.operation, words.operations)}</td>
          <td class="number" data-title={words.many}>
            {!COUNTS_NOTHING.has(row.operation) && numberText(row.count, language)}
          </td>
          <td data-title={words.person}>
            {row.person !== null && (
              <Id id={row.person} href={link(`/people?${new URLSearchParams({ user: row.person })}`)} />
            )}
          </td>
          <td data-title={words.filter}>
            {Object.entries(row.filter).map(([name, value]) => (
              <div>
                <code>{name}</code> <bdi>{typeof value === "string" ? value : JSON.stringify(value)}</bdi>
              </div>
            ))}
          </td>
        </tr>
      ))}
    </Table>
  );
}

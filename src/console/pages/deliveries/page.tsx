/** @jsxImportSource preact */
/** The ledger, by filters that combine and can be linked to. */
import type { Reason } from "../../../connector.ts";
import type { HeldEntry } from "../../../operations/deliveries/held.ts";
import { Refused } from "../../../operations/refused.ts";
import type { Found } from "../../../storage/contract/questions.ts";
import type { View } from "../../frame.tsx";
import type { Page } from "../../page.ts";
import { holdIn } from "../../parts/holds.ts";
import { Id } from "../../parts/id.tsx";
import { here, Pager } from "../../parts/pager.tsx";
import { ReasonText } from "../../parts/reason.tsx";
import { Select } from "../../parts/select.tsx";
import { State } from "../../parts/state.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { Times } from "../../parts/times.tsx";
import type { Visit } from "../../visit.ts";
import { numberText } from "../../words/quantity.ts";
import { STATES } from "../../words/states.ts";
import { personLink } from "../person/page.tsx";
import { filterIn, SHOWN_STATES } from "./filter.ts";
import { WORDS } from "./words.ts";

/** Lines of a page. */
const LIMIT = 50;
/** What came so much later than it happened says when it came: filters go by that. Milliseconds. */
const LATE_MS = 60_000;

export const deliveriesPage: Page = {
  path: "/deliveries",
  async show(visit) {
    const { query, operations, language } = visit;
    const filter = filterIn(query, visit);
    const names = await operations.connectorNames();
    const after = query.get("after");
    const page = { limit: LIMIT, ...(after !== null && { after }) };
    const found = await operations.deliveries(filter, page).catch(unlessUnknown);
    if (found === "unknown")
      return view(visit, names, <p>{WORDS[language].unknownConnector(filter.connector ?? "")}</p>);
    const begun = found ?? (await operations.deliveries(filter, { limit: LIMIT }));
    return view(
      visit,
      names,
      <>
        {found === null && <p role="status">{WORDS[language].lost}</p>}
        {begun !== null && <List found={begun} visit={visit} />}
      </>,
    );
  },
};

/** A connector that was renamed meanwhile, in a link that somebody has kept. */
function unlessUnknown(error: unknown): "unknown" {
  if (error instanceof Refused && error.why === "unknown") return "unknown";
  throw error;
}

function view(visit: Visit, names: readonly string[], list: View["body"]): View {
  return {
    title: WORDS[visit.language].title,
    body: (
      <>
        <Filters visit={visit} names={names} />
        {list}
      </>
    ),
  };
}

function List({ found, visit }: { found: Found<HeldEntry>; visit: Visit }) {
  const words = WORDS[visit.language];
  const { entries, next, backTo, isLate } = found;
  return (
    <>
      {entries.length > 0 && <Rows entries={entries} visit={visit} />}
      {entries.length === 0 && next !== null && <p role="status">{words.nothingYet}</p>}
      <Pager found={found} limit={LIMIT} visit={visit} />
      {isLate && <p class="quiet">{words.late}</p>}
      {entries.length < LIMIT && next !== null && backTo !== undefined && (
        <p class="quiet">{words.back(new Date(backTo).toISOString())}</p>
      )}
    </>
  );
}

function Filters({ visit, names }: { visit: Visit; names: readonly string[] }) {
  const { language, link, query } = visit;
  const words = WORDS[language];
  const isFiltered = [...query].some(([name, value]) => name !== "after" && value !== "");
  return (
    <form class="filters" method="get" action={link("/deliveries")}>
      <Select
        any={words.any}
        chosen={query.get("state")}
        label={words.state}
        name="state"
        options={SHOWN_STATES.map((state) => [state, STATES[language][state]])}
      />
      <Select
        any={words.any}
        chosen={query.get("connector")}
        label={words.connector}
        name="connector"
        options={names.map((name) => [name, name])}
      />
      <Times label={words.since} visit={visit} />
      {(["account", "user", "reason"] as const).map((name) => (
        <label>
          {words[name]} <input name={name} value={query.get(name) ?? ""} maxLength={256} autocomplete="off" />
        </label>
      ))}
      <button type="submit">{words.show}</button>
      {isFiltered && <a href={link("/deliveries")}>{words.clear}</a>}
    </form>
  );
}

function Rows({ entries, visit }: { entries: readonly HeldEntry[]; visit: Visit }) {
  const words = WORDS[visit.language];
  return (
    <Table isWide titles={[words.happened, words.person, words.connector, words.state, words.why]}>
      {entries.map((entry) => (
        <Row entry={entry} visit={visit} />
      ))}
    </Table>
  );
}

function Row({ entry, visit }: { entry: HeldEntry; visit: Visit }) {
  const { language } = visit;
  const words = WORDS[language];
  const { id, event, connector, state, proof, attempts } = entry;
  return (
    <tr id={`delivery-${id}`}>
      <td>
        <Time at={event.eventTime} visit={visit} />
        {event.receivedAt - event.eventTime >= LATE_MS && (
          <div class="quiet">
            {words.received} <Time at={event.receivedAt} visit={visit} />
          </div>
        )}
      </td>
      <td>
        <Id id={event.user} href={personLink(event.user, visit)} />
        <br />
        <a class="quiet" href={here(visit, { account: event.officialAccount, after: undefined })}>
          <Id id={event.officialAccount} />
        </a>
      </td>
      <td class="connector" data-title={words.connector}>
        <a href={here(visit, { connector, after: undefined })}>{connector}</a>
      </td>
      <td>
        <State of={proof ?? state} language={language} />
        {attempts > 1 && <small> {words.attempts(numberText(attempts, language))}</small>}
      </td>
      <td>
        <Why entry={entry} visit={visit} />
      </td>
    </tr>
  );
}

/** What finds the others that say the same: a status, a code that is the same for everybody, or else the words. */
function alikeBy({ words, code, status }: Reason): string {
  return status === undefined ? (code ?? words.slice(0, 256)) : `HTTP ${status}`;
}

function Why({ entry: { state, reason, note, hold }, visit }: { entry: HeldEntry; visit: Visit }) {
  const { language, now } = visit;
  const isWhy = reason !== null && (state === "waiting" || state === "dead" || state === "skipped");
  return (
    <>
      {hold !== null && <div>{holdIn(hold, now, language)}</div>}
      {isWhy && (
        <a href={here(visit, { reason: alikeBy(reason), after: undefined })}>
          <ReasonText reason={reason} visit={visit} />
        </a>
      )}
      {!isWhy && note !== null && <bdi>{note}</bdi>}
    </>
  );
}

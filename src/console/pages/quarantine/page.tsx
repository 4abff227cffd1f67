/** @jsxImportSource preact */
/** What could not be understood, or came with a time too far from our clock. */

import type { QuarantineEntry } from "../../../storage/contract/callbacks.ts";
import type { Page } from "../../page.ts";
import { Chosen } from "../../parts/chosen.tsx";
import { Id } from "../../parts/id.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { keptIn } from "../../words/kept.ts";
import { numberText } from "../../words/quantity.ts";
import { Off } from "./entry.tsx";
import { WORDS } from "./words.ts";

/** Bodies come along, and may be large. */
const A_PAGE = 20;

export const quarantine: Page = {
  path: "/quarantine",
  async show(visit) {
    const { operations, language, query, link, isOperator } = visit;
    const words = WORDS[language];
    const after = query.get("after");
    const found = await operations.quarantined({ limit: A_PAGE, ...(after !== null && { after }) });
    if (found === null) return { title: words.title, status: 404, body: <p>{words.badPlace}</p> };
    const { entries, next } = found;
    return {
      title: words.title,
      body: (
        <>
          <p>{words.lead}</p>
          {entries.length === 0 && next === null && <p>{words.empty}</p>}
          {entries.length > 0 && !isOperator && <Entries entries={entries} visit={visit} />}
          {entries.length > 0 && isOperator && (
            <form class="choose" method="post" action={link("/quarantine/replay")}>
              <Entries entries={entries} visit={visit} />
              <Chosen language={language}>
                <button type="submit">{words.replayChosen}</button>
              </Chosen>
            </form>
          )}
          {next !== null && <Pager found={found} limit={A_PAGE} visit={visit} />}
        </>
      ),
    };
  },
};

function Entries({ entries, visit }: { entries: readonly QuarantineEntry[]; visit: Visit }) {
  const words = WORDS[visit.language];
  return (
    <Table isWide titles={[visit.isOperator && words.choose, words.received, words.app, words.size, words.fault]}>
      {entries.map((entry) => (
        <Row entry={entry} visit={visit} />
      ))}
    </Table>
  );
}

function Row({ entry, visit }: { entry: QuarantineEntry; visit: Visit }) {
  const { language, link, isOperator } = visit;
  const words = WORDS[language];
  const { id, app, receivedAt, size, fault, edited } = entry;
  return (
    <tr id={`entry-${id}`}>
      {isOperator && (
        <td>
          <input type="checkbox" name="id" value={id} aria-label={`${words.choose} ${id}`} />
        </td>
      )}
      <th scope="row">
        <Time at={receivedAt} visit={visit} />
        <br />
        <Id id={id} href={link(`/quarantine/${id}`)} />
      </th>
      <td data-title={words.app}>
        <bdi>{app}</bdi>
      </td>
      <td data-title={words.size}>{words.bytes(numberText(size, language))}</td>
      <td data-title={words.fault}>
        <bdi>{keptIn(fault, visit.language)}</bdi>
        {edited !== undefined && <p class="quiet">{words.edited(edited.by.name)}</p>}
        <Off entry={entry} visit={visit} />
      </td>
    </tr>
  );
}

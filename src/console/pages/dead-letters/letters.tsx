/** @jsxImportSource preact */
/** The dead letters of one kind, to be looked at and chosen from. */

import type { LedgerEntry } from "../../../storage/contract/ledger.ts";
import type { Page } from "../../page.ts";
import { Chosen } from "../../parts/chosen.tsx";
import { Id } from "../../parts/id.tsx";
import { Pager } from "../../parts/pager.tsx";
import { BriefReason, briefReasonIn } from "../../parts/reason.tsx";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { COLON } from "../../words/languages.ts";
import { numberText } from "../../words/quantity.ts";
import { personLink } from "../person/page.tsx";
import { CLASSES, choiceIn, type LetterChoice, letterFilter, queryOf } from "./choice.ts";
import { RepairAll } from "./group.tsx";
import { WORDS } from "./words.ts";

const A_PAGE = 50;

/** As one of them says it: a kind is a text that is looked for. */
function kindText(kind: string, [example]: readonly LedgerEntry[], language: Visit["language"]): string {
  return example?.reason ? briefReasonIn(example.reason, language) : kind;
}

export const lettersOfOneKind: Page = {
  path: "/dead-letters/letters",
  async show(visit) {
    const { operations, language, query, link, isOperator } = visit;
    const words = WORDS[language];
    const choice = choiceIn(query);
    const after = query.get("after");
    const page = { limit: A_PAGE, ...(after !== null && { after }) };
    const found = await operations.lettersOfKind(letterFilter(choice, visit), choice.kind, page);
    if (found === null) return { title: words.title, status: 404, body: <p>{words.badPlace}</p> };
    const { entries } = found;
    return {
      title: titleOf(choice, visit),
      body: (
        <>
          <p>
            <a href={link(`/dead-letters${queryOf({ connector: choice.connector ?? "" })}`)}>{words.back}</a>
            {choice.kind !== undefined && (
              <>
                {" · "}
                <bdi>{kindText(choice.kind, entries, language)}</bdi>
              </>
            )}
          </p>
          {entries.length > 0 && (
            <p>{words.shownLetters(numberText(entries.length, language), found.next === null && after === null)}</p>
          )}
          {isOperator && entries.length > 0 && <RepairAll choice={choice} visit={visit} />}
          {entries.length > 0 && !isOperator && <Letters letters={entries} visit={visit} />}
          {entries.length > 0 && isOperator && (
            <form class="choose" method="post" action={link("/dead-letters/choose")}>
              <Letters letters={entries} visit={visit} />
              <Chosen language={language}>
                <button type="submit" name="repair" value="replay">
                  {words.replayChosen}
                </button>{" "}
                <button type="submit" name="repair" value="discard" class="danger">
                  {words.discardChosen}
                </button>
              </Chosen>
            </form>
          )}
          <Pager found={found} limit={A_PAGE} visit={visit} />
        </>
      ),
    };
  },
};

/** Whose they are and what they were given up as, as far as that was chosen. */
function titleOf({ connector, class: deadClass }: LetterChoice, { language }: Visit): string {
  const words = WORDS[language];
  const known = CLASSES.find((one) => one === deadClass);
  const of = [...(connector === undefined ? [] : [connector]), ...(known === undefined ? [] : [words.classes[known]])];
  return of.length === 0 ? words.title : words.title + COLON[language] + of.join(" · ");
}

function Letters({ letters, visit }: { letters: readonly LedgerEntry[]; visit: Visit }) {
  const words = WORDS[visit.language];
  return (
    <Table
      isWide
      titles={[
        ...[visit.isOperator && words.choose, words.user, words.event, words.happened],
        ...[{ number: words.attempts }, words.why],
      ]}
    >
      {letters.map((letter) => (
        <Letter letter={letter} visit={visit} />
      ))}
    </Table>
  );
}

function Letter({ letter, visit }: { letter: LedgerEntry; visit: Visit }) {
  const { language, link, isOperator } = visit;
  const words = WORDS[language];
  const { id, event, attempts, reason } = letter;
  return (
    <tr id={`letter-${id}`}>
      {isOperator && (
        <td>
          <input type="checkbox" name="id" value={id} aria-label={`${words.choose} ${event.user}`} />
        </td>
      )}
      <th scope="row">
        <Id id={event.user} href={personLink(event.user, visit)} />
      </th>
      <td data-title={words.event}>
        <span class="short">{words[event.kind]}</span>
      </td>
      <td data-title={words.happened}>
        <Time at={event.eventTime} visit={visit} />
      </td>
      <td class="number" data-title={words.attempts}>
        {numberText(attempts, language)}
      </td>
      <td data-title={words.why}>
        {reason === null ? words.noReason : <BriefReason reason={reason} visit={visit} />}
        <br />
        <a href={link(`/dead-letters/request?${new URLSearchParams({ id })}`)}>{words.itsRequest}</a>
      </td>
    </tr>
  );
}

/** @jsxImportSource preact */
/** One callback in quarantine: its body with the fault marked, how far its time was off, and what may be done with it. */

import { entryIdMeant } from "../../../operations/meant-ids.ts";
import { placeOfFault } from "../../../operations/quarantine/edit.ts";
import { bodyText } from "../../../operations/quarantine/list.ts";
import { aheadMs } from "../../../operations/quarantine/stale-selection.ts";
import type { QuarantineEntry } from "../../../storage/contract/callbacks.ts";
import { isFarBehind } from "../../../storage/rules/quarantine-bounds.ts";
import type { View } from "../../frame.tsx";
import type { Page } from "../../page.ts";
import { Id } from "../../parts/id.tsx";
import { prose } from "../../parts/prose.tsx";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { keptIn } from "../../words/kept.ts";
import { SEMICOLON } from "../../words/languages.ts";
import { durationText, numberText } from "../../words/quantity.ts";
import { bodyDigest } from "./edit.tsx";
import { noEntry } from "./gone.tsx";
import { Marked, WhereItIs } from "./marked.tsx";
import { WORDS } from "./words.ts";

export const quarantineEntry: Page = {
  path: "/quarantine/:id",
  async show(visit) {
    const { operations, params } = visit;
    const entry = await operations.quarantineEntry(await entryIdMeant(operations, params.id ?? ""));
    return entry === null ? noEntry(visit) : entryView(entry, visit);
  },
};

function entryView(entry: QuarantineEntry, visit: Visit): View {
  const { language, link, isOperator } = visit;
  const words = WORDS[language];
  return {
    title: words.one,
    body: (
      <>
        <p>
          <a href={link("/quarantine")}>{words.back}</a>
        </p>
        <p class="verdict bad">
          <bdi>{keptIn(entry.fault, visit.language)}</bdi>
        </p>
        <p>
          <Id id={entry.id} /> · {words.received} <Time at={entry.receivedAt} visit={visit} /> · {words.app}{" "}
          <bdi>{entry.app}</bdi> · <bdi>{entry.command}</bdi> · {words.bytes(numberText(entry.size, language))}
        </p>
        <Off entry={entry} visit={visit} />
        {isOperator && (
          <form method="post" action={link("/quarantine/replay")}>
            <input type="hidden" name="id" value={entry.id} />
            <p class="quiet">{words.replayHelp}</p>
            <button type="submit" class="main">
              {words.replay}
            </button>
          </form>
        )}
        <Body entry={entry} visit={visit} />
        {isOperator && <Editing entry={entry} visit={visit} />}
      </>
    ),
  };
}

/** How far its time was from our clock when it came. */
export function Off({ entry, visit: { language } }: { entry: QuarantineEntry; visit: Pick<Visit, "language"> }) {
  const words = WORDS[language];
  const ahead = aheadMs(entry);
  if (ahead === undefined) return null;
  const length = durationText(Math.abs(ahead), language);
  return (
    <p class="warn">
      {ahead < 0 ? words.behind(length) : words.ahead(length)}
      {entry.stale !== undefined && isFarBehind(entry.stale) && <strong> {words.far}</strong>}
    </p>
  );
}

function Body({ entry, visit }: { entry: QuarantineEntry; visit: Visit }) {
  const { language } = visit;
  const words = WORDS[language];
  if (entry.body.length === 0 && entry.size > 0) return <p>{words.notKept}</p>;
  const { body, encoding } = bodyText(entry);
  const { edited } = entry;
  const found = encoding === "utf8" ? placeOfFault(entry, visit.now) : undefined;
  return (
    <>
      <h2>{edited === undefined ? words.body : words.bodyNow}</h2>
      {encoding === "base64" && <p>{words.noText}</p>}
      {found !== undefined && <WhereItIs found={found} visit={visit} />}
      <pre>
        <Marked text={body} place={found?.place} />
      </pre>
      {edited?.original !== undefined && (
        <details>
          <summary>
            {words.original}
            {SEMICOLON[visit.language]}
            {words.edited(edited.by.name)} <Time at={edited.at} visit={visit} />
          </summary>
          <pre>{bodyText({ body: edited.original }).body}</pre>
        </details>
      )}
    </>
  );
}

/** A form makes three characters of many a sign, and the listener takes 1 MiB. */
const LONGEST_EDITED = 300_000;

function Editing({ entry, visit: { language, link, typed } }: { entry: QuarantineEntry; visit: Visit }) {
  const words = WORDS[language];
  const { body, encoding } = bodyText(entry);
  if (encoding === "base64" || (entry.body.length === 0 && entry.size > 0)) return null;
  if (entry.body.length > LONGEST_EDITED) return <p>{prose(words.tooLong(typed(`quarantine edit ${entry.id}`)))}</p>;
  return (
    <section>
      <h2>{words.edit}</h2>
      <p>{words.editHelp}</p>
      <form method="post" action={link(`/quarantine/${entry.id}/edit`)}>
        <input type="hidden" name="seen" value={bodyDigest(entry.body)} />
        <label>
          {words.editBody}
          <textarea name="body" rows={12} spellcheck={false}>
            {`\n${body}`}
          </textarea>
        </label>
        <button type="submit">{words.look}</button>
      </form>
    </section>
  );
}

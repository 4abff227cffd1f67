/** @jsxImportSource preact */
/** Callbacks of the quarantine are taken in: what would happen is said first, then what has. */

import type { EntryFate } from "../../../operations/quarantine/take-in.ts";
import type { Action } from "../../page.ts";
import { Id } from "../../parts/id.tsx";
import type { Visit } from "../../visit.ts";
import { keptIn } from "../../words/kept.ts";
import { numberText } from "../../words/quantity.ts";
import { WORDS } from "./words.ts";

/** Each is read whole. */
const MOST = 200;

export const replayQuarantined: Action = {
  path: "/quarantine/replay",
  async act(visit, form) {
    const { operations, language, link } = visit;
    const words = WORDS[language];
    const ids = [...new Set(form.getAll("id"))].slice(0, MOST);
    if (ids.length === 0) return { title: words.title, status: 422, body: <p role="alert">{words.nothingChosen}</p> };
    if (form.get("do") === "replay") {
      const verdicts = await operations.takeIn(ids, () => undefined);
      return { title: words.taken, body: <Verdicts verdicts={verdicts} isDone visit={visit} /> };
    }
    const { verdicts } = await operations.planReplay({ tag: "ids", ids }, () => undefined);
    const understood = verdicts.filter(({ fault }) => fault === undefined);
    return {
      title: words.meant,
      body: (
        <>
          <Verdicts verdicts={verdicts} isDone={false} visit={visit} />
          {understood.length === 0 ? (
            <p>{words.nothingToDo}</p>
          ) : (
            <form method="post" action={link("/quarantine/replay")}>
              {understood.map(({ id }) => (
                <input type="hidden" name="id" value={id} />
              ))}
              <button type="submit" name="do" value="replay" class="main">
                {words.doReplay(numberText(understood.length, language))}
              </button>
            </form>
          )}
        </>
      ),
    };
  },
};

interface VerdictsProps {
  readonly verdicts: readonly EntryFate[];
  readonly isDone: boolean;
  readonly visit: Visit;
}

function Verdicts({ verdicts, isDone, visit: { language, link } }: VerdictsProps) {
  const words = WORDS[language];
  return (
    <>
      <ul>
        {verdicts.map(({ id, fault, users }) => (
          <li>
            <Id id={id} {...((!isDone || fault !== undefined) && { href: link(`/quarantine/${id}`) })} />{" "}
            {fault === undefined ? (
              <span class="good">✓ {(isDone ? words.takenOne : words.understood)(numberText(users, language))}</span>
            ) : (
              <span class="bad">
                ✗ {isDone ? words.left : words.notUnderstood} <bdi>{keptIn(fault, language)}</bdi>
              </span>
            )}
          </li>
        ))}
      </ul>
      <p>
        <a href={link("/quarantine")}>{words.back}</a>
      </p>
    </>
  );
}

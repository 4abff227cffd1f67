/** @jsxImportSource preact */
/** Another body for a callback in quarantine: what would be read from it is said before it is kept. */

import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { entryIdMeant } from "../../../operations/meant-ids.ts";
import { type EditPlan, planEdit } from "../../../operations/quarantine/edit.ts";
import type { QuarantineEntry } from "../../../storage/contract/callbacks.ts";
import type { View } from "../../frame.tsx";
import type { Action } from "../../page.ts";
import type { Visit } from "../../visit.ts";
import { keptIn } from "../../words/kept.ts";
import { numberText } from "../../words/quantity.ts";
import { noEntry } from "./gone.tsx";
import { Marked, WhereItIs } from "./marked.tsx";
import { WORDS } from "./words.ts";

/** Of the body that a form was shown with: what came meanwhile is not overwritten. */
export const bodyDigest = (body: Uint8Array): string => hash("sha256", body, "hex");

export const editQuarantined: Action = {
  path: "/quarantine/:id/edit",
  async act(visit, form) {
    const { operations, params, language, now } = visit;
    const words = WORDS[language];
    const entry = await operations.quarantineEntry(await entryIdMeant(operations, params.id ?? ""));
    if (entry === null) return noEntry(visit);
    const body = bodyIn(form, entry);
    const plan = planEdit(entry, body, now);
    // what was typed stays there, to be compared
    if (form.get("seen") !== bodyDigest(entry.body))
      return shown({ entry, body, plan, visit, complaint: words.changed });
    if (form.get("do") !== "save" || plan.tag !== "understood") return shown({ entry, body, plan, visit });
    const result = await operations.editEntry(entry, body);
    if (result === "gone") return noEntry(visit);
    if (result === "changed") return shown({ entry, body, plan, visit, complaint: words.changed });
    return `/quarantine/${entry.id}`;
  },
};

/** A form brings each line break as two signs. */
function bodyIn(form: URLSearchParams, entry: QuarantineEntry): Uint8Array {
  const text = form.get("body") ?? "";
  const hasBoth = Buffer.from(entry.body).includes("\r\n");
  return new TextEncoder().encode(hasBoth ? text : text.replaceAll("\r\n", "\n"));
}

interface Shown {
  readonly entry: QuarantineEntry;
  readonly body: Uint8Array;
  readonly plan: EditPlan;
  readonly visit: Visit;
  readonly complaint?: string;
}

function shown({ entry, body, plan, visit: { language, link }, complaint }: Shown): View {
  const words = WORDS[language];
  const text = new TextDecoder().decode(body);
  const mayBeSaved = plan.tag === "understood" && complaint === undefined;
  const content = (
    <>
      <p>
        <a href={link(`/quarantine/${entry.id}`)}>{words.open}</a>
      </p>
      {complaint !== undefined && (
        <p class="bad" role="alert">
          {complaint}
        </p>
      )}
      <Reading plan={plan} text={text} language={language} />
      <form method="post" action={link(`/quarantine/${entry.id}/edit`)}>
        <input type="hidden" name="seen" value={bodyDigest(entry.body)} />
        <label>
          {words.editBody}
          <textarea name="body" rows={12} spellcheck={false}>
            {`\n${text}`}
          </textarea>
        </label>
        <button type="submit">{words.look}</button>{" "}
        {mayBeSaved && (
          <button type="submit" name="do" value="save" class="main">
            {words.save}
          </button>
        )}
      </form>
    </>
  );
  return { title: words.edit, body: content, status: mayBeSaved || plan.tag === "same" ? 200 : 422 };
}

function Reading({ plan, text, language }: { plan: EditPlan; text: string; language: Visit["language"] }) {
  const words = WORDS[language];
  switch (plan.tag) {
    case "same":
      return <p>{words.same}</p>;
    case "faulty":
      return (
        <>
          <p class="bad" role="alert">
            {words.faulty} <bdi>{keptIn(plan.fault, language)}</bdi>
          </p>
          <WhereItIs found={plan} visit={{ language }} />
          <pre>
            <Marked text={text} place={plan.place} />
          </pre>
        </>
      );
    case "understood":
      return (
        <>
          <p class="good" role="status">
            {words.planned(numberText(plan.users, language))}
          </p>
          {plan.left.length > 0 && (
            <>
              <p>{words.leftUsers}</p>
              <ul>
                {plan.left.map((fault) => (
                  <li>
                    <bdi>{keptIn(fault, language)}</bdi>
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      );
  }
}

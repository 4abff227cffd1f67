/** @jsxImportSource preact */
/** An edited dead-letter file, brought back: it names deliveries by id, and nothing else in it is believed. */
import { LARGEST_UPLOAD } from "../../../admin/body.ts";
import { type DeadLetterIds, readDeadLetterIds } from "../../../dead-letters/read.ts";
import type { NamedLetters } from "../../../operations/deliveries/named-letters.ts";
import type { View } from "../../frame.tsx";
import type { Upload } from "../../page.ts";
import { Id } from "../../parts/id.tsx";
import { readForm } from "../../parts/multipart.ts";
import type { Visit } from "../../visit.ts";
import { numberText } from "../../words/quantity.ts";
import { repairOf } from "./actions.ts";
import { WORDS } from "./words.ts";

export const uploadLetters: Upload = {
  path: "/dead-letters/upload",
  maxBytes: LARGEST_UPLOAD,
  async take(visit, body, type) {
    const words = WORDS[visit.language];
    const complaint = (what: string): View => ({ title: words.upload, status: 422, body: <p role="alert">{what}</p> });
    const { fields, file } = await readForm(body, type, readDeadLetterIds);
    if (file === undefined) return complaint(words.noFile);
    if (file.letters.length === 0) return read(file, undefined, visit);
    const ids = file.letters.map(({ id }) => id);
    const named = await visit.operations.planLetters(repairOf(fields), ids);
    // what was left out of the file is said before anything else
    return file.faults.length + named.others.length === 0 ? `/plans/${named.plan.id}` : read(file, named, visit);
  },
};

/** Of what a file leaves out, so much is shown. */
const SHOWN = 20;

function read({ faults }: DeadLetterIds, named: NamedLetters | undefined, { language, link }: Visit): View {
  const words = WORDS[language];
  const others = named?.others ?? [];
  const body = (
    <>
      {named === undefined && <p role="alert">{words.noLetters}</p>}
      {faults.length > 0 && (
        <section>
          <h2>{words.badLines(numberText(faults.length, language))}</h2>
          <ul>
            {faults.slice(0, SHOWN).map(({ line, code }) => (
              <li>
                <bdi>{words.line(numberText(line, language), words.lineFaults[code])}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
      {others.length > 0 && (
        <section>
          <h2>{words.others(numberText(others.length, language))}</h2>
          <ul>
            {others.slice(0, SHOWN).map((id) => (
              <li>
                <Id id={id} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {named !== undefined && (
        <p>
          <a class="button" href={link(`/plans/${named.plan.id}`)}>
            {words.toPlan(numberText(named.plan.deliveries, language))}
          </a>
        </p>
      )}
    </>
  );
  return { title: words.upload, body, ...(named === undefined && { status: 422 }) };
}

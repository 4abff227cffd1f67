/** @jsxImportSource preact */
/** What an answer would mean by the rules in a connector's settings: which of them it meets, and what would follow. */
import {
  connectorsThatJudge,
  JUDGED_STATUS,
  type JudgedAnswer,
  judgeAnswer,
} from "../../../operations/judge-answer.ts";
import { Refused } from "../../../operations/refused.ts";
import type { View } from "../../frame.tsx";
import type { Action } from "../../page.ts";
import { FaultNote } from "../../parts/done.tsx";
import { ReasonText, saidIn } from "../../parts/reason.tsx";
import type { Visit } from "../../visit.ts";
import { COLON } from "../../words/languages.ts";
import { WORDS } from "./words.ts";

/** Whom the request would have been about, unless somebody says so. */
const SOMEBODY = "jared";

interface Tried {
  readonly connector: string;
  readonly status: string;
  readonly body: string;
  readonly user: string;
}

export function AnswerForm({ names, tried, visit }: { names: readonly string[]; tried?: Tried; visit: Visit }) {
  const words = WORDS[visit.language].answer;
  if (names.length === 0) return null;
  return (
    <section id="answer">
      <h2>{words.title}</h2>
      <p class="quiet">{words.intro}</p>
      <form method="post" action={visit.link("/configuration/answer")}>
        <div class="filters">
          <label>
            {words.connector}{" "}
            <select name="connector">
              {names.map((name) => (
                <option value={name} selected={name === tried?.connector}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            {words.status}{" "}
            <input
              name="status"
              type="number"
              min={JUDGED_STATUS.least}
              max={JUDGED_STATUS.most}
              value={tried?.status ?? "200"}
              required
            />
          </label>
          <label>
            {words.user}{" "}
            <input name="user" value={tried?.user ?? ""} placeholder={SOMEBODY} maxLength={256} autocomplete="off" />
          </label>
        </div>
        <p>
          <label>
            {words.body}
            <textarea name="body" rows={5} spellcheck={false} placeholder={'{"ok": true}'}>
              {`\n${tried?.body ?? ""}`}
            </textarea>
          </label>
        </p>
        <button type="submit">{words.ask}</button>
      </form>
    </section>
  );
}

/** A form that is posted: an answer may hold what belongs into no address. Changes nothing. */
export const judgeAnswerAction: Action = {
  path: "/configuration/answer",
  least: "viewer",
  async act(visit, form) {
    const words = WORDS[visit.language];
    const given = (name: string) => form.get(name)?.trim() ?? "";
    const tried: Tried = {
      ...{ connector: given("connector"), status: given("status"), user: given("user") },
      body: form.get("body") ?? "",
    };
    const found = await judged(tried, visit);
    const body = (
      <>
        <p>
          <a href={visit.link("/configuration")}>{words.answer.back}</a>
        </p>
        {typeof found === "string" ? <FaultNote words={found} /> : <Judged answer={found} visit={visit} />}
        <AnswerForm names={await connectorsThatJudge(visit.config)} tried={tried} visit={visit} />
      </>
    );
    return { title: words.title, body, ...(typeof found === "string" && { status: 422 }) } satisfies View;
  },
};

/** Or why nobody can say. */
async function judged(
  { connector, status, body, user }: Tried,
  { config, language }: Visit,
): Promise<JudgedAnswer | string> {
  if (!/^[2-5]\d\d$/.test(status)) return WORDS[language].answer.noStatus;
  try {
    return await judgeAnswer(config, { connector, user: user || SOMEBODY, status: Number(status), text: body });
  } catch (error) {
    if (error instanceof Refused) return saidIn(error.said, language);
    throw error;
  }
}

const TONES: Readonly<Record<JudgedAnswer["means"], string>> = {
  ...{ delivered: "good", accepted: "good", skipped: "quiet" },
  ...{ retry: "warn", unmatched: "warn", waits: "warn", rejected: "bad", pauses: "bad" },
};

function Judged({ answer: { connector, means, why, because }, visit }: { answer: JudgedAnswer; visit: Visit }) {
  const words = WORDS[visit.language].answer;
  return (
    <div class="card" role="status">
      <p class={TONES[means]}>
        <strong>
          {connector.name}
          {COLON[visit.language]}
          {words.means[means]}
        </strong>
      </p>
      {because !== undefined ? (
        <p>
          <ReasonText reason={because} visit={visit} />
        </p>
      ) : (
        why !== "" && (
          <p>
            <bdi>{why}</bdi>
          </p>
        )
      )}
    </div>
  );
}

/** @jsxImportSource preact */
/** A person's hand on a connector: pause, resume, retry. */
import { seeOther } from "../../../admin/answers.ts";
import { LONGEST_WHY, whyGiven } from "../../../operations/connectors/control.ts";
import { Refused } from "../../../operations/refused.ts";
import type { ConnectorRow } from "../../../storage/contract/connectors.ts";
import type { View } from "../../frame.tsx";
import type { Action, Page } from "../../page.ts";
import { reasonIn } from "../../parts/reason.tsx";
import type { Visit } from "../../visit.ts";
import { afterIt, type Deed } from "./done.tsx";
import { WORDS } from "./words.ts";

/** Where a link from elsewhere leads: a place within a page is lost on the way through the login. */
export const connectorPage: Page = {
  path: "/connectors/:name",
  show: async ({ link, params }) => seeOther(link(`/#connector-${encodeURIComponent(params.name ?? "")}`)),
};

export const handPages: readonly Page[] = (["pause", "resume"] as const).map((deed) => ({
  path: `/connectors/:name/${deed}`,
  least: "operator",
  show: (visit) => asked(visit, deed),
}));

export const handActions: readonly Action[] = (["pause", "resume", "retry"] as const).map((deed) => ({
  path: `/connectors/:name/${deed}`,
  async act(visit, form) {
    const { name = "" } = visit.params;
    const why = whyGiven(form.get("why") ?? "");
    if (deed === "pause" && why === undefined) return asked(visit, deed, 400);
    try {
      await visit.operations[deed](name, why);
    } catch (error) {
      if (error instanceof Refused && error.why === "unknown") return unknown(visit);
      throw error;
    }
    return afterIt(deed, name, visit.now);
  },
}));

/** The page that asks for a reason, and says what will be. @param status 400 where the reason was missing */
async function asked(visit: Visit, deed: Exclude<Deed, "retry">, status: 200 | 400 = 200): Promise<View> {
  const { name = "" } = visit.params;
  const { link, language } = visit;
  const words = WORDS[language];
  const row = await visit.operations.connector(name);
  if (row === null) return unknown(visit);
  const isPause = deed === "pause";
  return {
    title: words[deed](name),
    status,
    body: (
      <form class="card" method="post" action={link(`/connectors/${encodeURIComponent(name)}/${deed}`)}>
        <p>{isPause ? words.pauseWhat : words.resumeWhat}</p>
        <Before row={row} visit={visit} />
        {status === 400 && (
          <p id="missing" class="bad" role="alert">
            {words.needsReason}
          </p>
        )}
        <p>
          <label for="why">{isPause ? words.reason : words.reasonMaybe}</label>
          <br />
          <input id="why" name="why" size={60} maxLength={LONGEST_WHY} required={isPause} autocomplete="off" />
        </p>
        <p class="buttons">
          <button type="submit" class={isPause ? "danger" : "main"}>
            {words[deed](name)}
          </button>{" "}
          <a class="button" href={link("/")}>
            {words.back}
          </a>
        </p>
      </form>
    ),
  };
}

/** Whose pause would end. */
function Before({ row: { state }, visit }: { row: ConnectorRow; visit: Visit }) {
  const { by, reason, status } = state;
  if (status !== "paused" || by === undefined) return null;
  const words = WORDS[visit.language];
  return <p>{reason === undefined ? words.pausedWithout(by) : words.pausedBy(by, reasonIn(reason, visit.language))}</p>;
}

function unknown({ language, link }: Visit): View {
  const words = WORDS[language];
  return {
    title: words.unknown,
    status: 404,
    body: (
      <p>
        {words.unknownWords} <a href={link("/")}>{words.toOverview}</a>
      </p>
    ),
  };
}

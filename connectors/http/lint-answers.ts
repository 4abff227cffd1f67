/** Rules that would call delivered what is not, or that say too little. Pure. */
import type { SettingFault } from "../../src/connector.ts";
import { neverFaults } from "./lint-reach.ts";
import { statusesOf } from "./rules.ts";
import type { HttpSettings, RuleSettings } from "./settings.ts";

export function lintAnswers({ answers, batch }: HttpSettings): SettingFault[] {
  const ofRules = answers.flatMap((rule, index) => {
    const path = ["answers", index];
    const faults = [
      ...pathFaults(rule, path),
      ...troubleFaults(rule, path),
      ...proofFaults(rule, path, batch !== undefined),
    ];
    return [...faults, ...neverFaults(answers, index, path)];
  });
  const isEver = answers.some(({ means }) => means === "delivered" || means === "accepted");
  if (isEver) return ofRules;
  const what = "no rule says `delivered` or `accepted`: everybody would be tried again for ever";
  return [...ofRules, { path: ["answers"], what, todo: "add the answer by which the API says that it was done" }];
}

/** `$.a`, `a[0].b` and `/a/b`: places in JSON as others write them, at which nothing would ever stand. */
function pathFaults({ where, message }: RuleSettings, path: Path): SettingFault[] {
  const named = Object.keys(where ?? {}).map((name) => ({ path: [...path, "where", name], name }));
  const all = message === undefined ? named : [...named, { path: [...path, "message"], name: message }];
  return all.flatMap(({ path: at, name }) => placeFaults(name, at));
}

export function placeFaults(name: string, path: Path): SettingFault[] {
  if (!/^[$/]|\[(?:\d+|["'*])/.test(name)) return [];
  const parts = name
    .replace(/^\$\.?|^\//, "")
    .replace(/\[["']?([^\]"']*)["']?\]/g, ".$1")
    .replaceAll("/", ".");
  const what = "a place in the answer is written otherwise: names and numbers with dots between them";
  return [{ path, what, todo: `write ${parts.replace(/^\.+/, "")}` }];
}

type Path = readonly (string | number)[];

/** What is about the destination, whoever was asked about. */
function isTrouble(status: number): boolean {
  return status === 401 || status === 403 || status === 429 || status >= 500;
}

function troubleFaults({ status, where, means }: RuleSettings, path: Path): SettingFault[] {
  const found = statusesOf({ status, means }).find(isTrouble);
  const isLimit = means === "retry" && where !== undefined && found === 403;
  if (found === undefined || isLimit) return redirectFaults({ status, means }, path);
  const what = `${found} never says that anybody is ${means === "retry" ? "to be tried again" : means}: it is about the destination itself`;
  const todo =
    found === 403
      ? "remove it; a 403 that is a limit is `where: { … }, means: retry`"
      : "remove it: the connector waits, and tries again, without a rule";
  return [{ path: [...path, "status"], what, todo }];
}

function redirectFaults(rule: Pick<RuleSettings, "status" | "means">, path: Path): SettingFault[] {
  const found = statusesOf(rule).find((status) => status >= 300 && status < 400);
  if (found === undefined || rule.means === "retry") return [];
  const what = `${found} is a redirect, which is not followed: nothing has happened to anybody`;
  return [{ path: [...path, "status"], what, todo: "set `url` to the final address" }];
}

function proofFaults(rule: RuleSettings, path: Path, isBatch: boolean): SettingFault[] {
  const { where, body, means } = rule;
  const isDone = means === "delivered" || means === "accepted";
  const hasWhere = where !== undefined && Object.keys(where).length > 0;
  const faults: SettingFault[] = [];
  const add = (name: string, what: string, todo: string, severity?: "warning") =>
    faults.push({ path: [...path, name], what, todo, ...(severity && { severity }) });
  if (isDone && !hasWhere && body !== "ignored") {
    const todo = 'add `where: { "path.in.the.answer": value }`, or `body: ignored` in so many words';
    add("means", `a status alone is no proof that it was ${means}`, todo);
  }
  if (body === "ignored" && hasWhere)
    add("body", "`where` reads what `body: ignored` leaves aside", "keep one of them");
  if (body === "ignored" && isBatch && isDone) {
    add("body", "an answer to many has to name each of them", "write `where` for a person's own result");
  }
  if (means === "unmatched" && !hasWhere) {
    const what = "a wrong `url` would be answered so as well, and everybody would be unknown";
    add("means", what, "add `where: { … }` with what the API says of a person whom it does not know", "warning");
  }
  return faults;
}

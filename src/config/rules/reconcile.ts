/** What must hold for comparing with Chat. Pure. */
import type { Settings } from "../schema.ts";
import type { Path } from "../yaml/tree.ts";
import type { App } from "./apps.ts";
import type { RuleFault } from "./rule-fault.ts";

/** Chat's own limit, of each call and app. */
const CHATS_RATE = 200;

export function judgeReconcile({ reconcile, chat }: Settings): RuleFault[] {
  if (reconcile === undefined) return [];
  const reads: Path[] = chat.apps.map((_, index): Path => ["chat", "apps", index, "rest"]);
  const path: Path = ["reconcile"];
  const { calls, accounts } = reconcile;
  const asked = chat.apps.filter(({ rest }) => rest !== undefined);
  if (asked.length === 0) {
    const what = "Chat can be asked about no app, so nothing could be compared";
    const todo = 'add `rest: { region: singapore, secret_key: "${CHAT_SECRET_KEY}" }` to an app under `chat.apps`';
    return [{ path, what, todo, reads: [path, ...reads] }];
  }
  return [
    ...appsBeside(chat.apps),
    ...(calls.requests * 1_000 > CHATS_RATE * calls.perMs ? [TOO_MANY_CALLS] : []),
    ...(accounts === "seen" ? [] : accounts.flatMap((account, index) => judgeAccount(account, index, asked))),
  ];
}

function appsBeside(apps: readonly App[]): RuleFault[] {
  return apps.flatMap(({ sdk_app_id, rest }, index): RuleFault[] => {
    if (rest !== undefined) return [];
    const path: Path = ["chat", "apps", index];
    const what = `Chat cannot be asked about the app ${sdk_app_id}: unsubscriptions of it that no callback told of are not found`;
    return [{ path, what, todo: "add `rest`", severity: "warning", reads: [["reconcile"], [...path, "rest"]] }];
  });
}

const TOO_MANY_CALLS: RuleFault = {
  path: ["reconcile", "calls"],
  what: `Chat takes ${CHATS_RATE} calls a second, and the app's own backend needs some of them`,
  todo: "write 20/s",
};

type AccountSetting = string | { readonly app: number; readonly account: string };

/** An official account is one of one app. */
function judgeAccount(account: AccountSetting, index: number, asked: readonly App[]): RuleFault[] {
  const path: Path = ["reconcile", "accounts", index];
  const ids = asked.map(({ sdk_app_id }) => sdk_app_id);
  if (typeof account !== "string") {
    if (ids.includes(account.app)) return [];
    const what = `${account.app} is no app under \`chat.apps\` that has \`rest\``;
    return [{ path: [...path, "app"], what, todo: `those are ${ids.join(", ")}` }];
  }
  if (ids.length === 1) return [];
  const todo = `write { app: ${ids[0]}, account: "${account}" }`;
  return [{ path, what: "there are several apps, and nothing says which of them it belongs to", todo }];
}

/** What must hold between settings, and what deserves a warning. Pure. */
import { isLoopback } from "../basics/loopback.ts";
import { isPostgresUrl, readPostgresUrl } from "../basics/postgres-url.ts";
import type { SettingFault } from "../connector.ts";
import { type BaseUrlWords, baseUrlFaults, nearest } from "../connector-tools.ts";
import type { ConnectorConfig } from "./checked-config.ts";
import { judgeNotice } from "./notice-rules.ts";
import {
  type AccountSettings,
  CONNECTOR_NAME,
  CONNECTOR_NAME_WORDS,
  type RestSettings,
  type SelectionSettings,
  type Settings,
} from "./schema.ts";
import { parseStart } from "./settings/formats.ts";
import type { Path } from "./yaml/tree.ts";

/** A fault, with the settings by which it was found: where one of them is faulty itself, nobody knows. */
export interface RuleFault extends SettingFault {
  /** The setting at `path`, unless said otherwise. */
  readonly reads?: readonly Path[];
}

/** @param isGiven whether a setting stands in the file, rather than being as by default */
export function judgeSettings(settings: Settings, isGiven: (path: readonly string[]) => boolean): RuleFault[] {
  return [
    ...judgeApps(settings),
    ...judgeServer(settings),
    ...judgeFiles(settings),
    ...judgeDatabase(settings),
    ...judgeReconcile(settings),
    ...judgeAlerts(settings),
    ...judgeAdmin(settings, isGiven(["admin", "port"])),
  ];
}

function judgeAdmin({ admin, server }: Settings, isPortGiven: boolean): RuleFault[] {
  if (admin === false) return [];
  const { host, port, accounts, sso } = admin;
  return [
    ...judgeHost(host, "admin"),
    ...(accounts.length === 0 && sso === undefined && !isLoopback(host) ? [OPEN_TO_OTHERS] : []),
    ...(sso !== undefined && sso.operators === undefined && sso.viewers === undefined ? [NOBODY_LET_IN] : []),
    ...(port !== 0 && port === server.port ? [sharedPort(isPortGiven)] : []),
    ...repeatedAccounts(accounts),
  ];
}

const NOBODY_LET_IN: RuleFault = {
  path: ["admin", "sso"],
  what: "nobody whom the login proxy names may look in",
  todo: 'add `operators: ["olga@example.com"]`, or `viewers: ["*@example.com"]`',
};

const OPEN_TO_OTHERS: RuleFault = {
  path: ["admin", "host"],
  what: "others than this machine can connect there, and there is no account that they must log in with",
  todo: 'add `accounts: [{ name: ops, role: operator, token: "${ADMIN_TOKEN}" }]`, or write 127.0.0.1',
  reads: [
    ["admin", "host"],
    ["admin", "accounts"],
    ["admin", "sso"],
  ],
};

/** A configuration of an earlier release must still start: its callbacks may well have the port that is ours by default. */
function sharedPort(isGiven: boolean): RuleFault {
  const path: Path = ["admin", "port"];
  const what = "this is the port of the callbacks (`server.port`), and the admin listener never shares it";
  const todo = "choose another port, or write `admin: false`";
  return { path, what, todo, severity: isGiven ? "error" : "warning", reads: [path, ["server", "port"]] };
}

function repeatedAccounts(accounts: readonly AccountSettings[]): RuleFault[] {
  const pathOf = (index: number, key: string): Path => ["admin", "accounts", index, key];
  return (["name", "token"] as const).flatMap((key) =>
    accounts.flatMap((account, index): RuleFault[] => {
      const earlier = accounts.findIndex((other) => other[key] === account[key]);
      if (earlier === index) return [];
      const [path, reads] = [pathOf(index, key), [pathOf(index, key), pathOf(earlier, key)]];
      const what = `an account before has the same ${key}, and nobody could tell who of them it was`;
      return [{ path, what, todo: `give each account a ${key} of its own`, reads }];
    }),
  );
}

function judgeApps({ chat }: Settings): RuleFault[] {
  const known = new Set<number>();
  return chat.apps.flatMap((app, index): RuleFault[] => {
    const path: Path = ["chat", "apps", index];
    const isAgain = known.has(app.sdk_app_id);
    known.add(app.sdk_app_id);
    return [
      ...(isAgain ? [secondTime(app, path)] : []),
      ...judgeToken(app, chat.allow_from, path),
      ...judgeRest(app, [...path, "rest"]),
    ];
  });
}

type App = Settings["chat"]["apps"][number];

function secondTime({ sdk_app_id }: App, path: Path): RuleFault {
  const what = `the app ${sdk_app_id} stands here for the second time`;
  return { path: [...path, "sdk_app_id"], what, todo: "keep one; its `token` may be a list" };
}

/** It says where to ask, and with what to sign: each in one way. */
function judgeRest({ rest }: App, path: Path): RuleFault[] {
  if (rest === undefined) return [];
  const { base_url } = rest;
  return [
    ...exactlyOne(rest, path, ["region", "base_url"], REGION),
    ...exactlyOne(rest, path, ["secret_key", "user_sig"], KEY),
    ...(base_url === undefined ? [] : baseUrlFaults(base_url, BASE_URL)).map((fault) => ({
      ...fault,
      path: [...path, ...fault.path],
    })),
  ];
}

/** Chat's own limit, of each call and app. */
const CHATS_RATE = 200;

function judgeReconcile({ reconcile, chat }: Settings): RuleFault[] {
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

/** Ways to people, and who is to be told by them. */
function judgeAlerts({ alerts, notices }: Settings): RuleFault[] {
  const names = Object.keys(notices);
  return [
    ...names.flatMap(judgeNoticeName),
    ...Object.entries(notices).flatMap(([name, notice]) => judgeNotice(name, notice)),
    ...names.flatMap((name) => judgeAddress(notices[name]?.url, ["notices", name, "url"])),
    ...judgeAddress(alerts?.heartbeat, ["alerts", "heartbeat"]),
    ...(alerts?.to ?? []).flatMap((name, index) => judgeRecipient(name, index, names)),
    ...(alerts === undefined ? judgeIdleNotices(names) : []),
  ];
}

/** Whoever made a bot expects to hear from it. */
function judgeIdleNotices(names: readonly string[]): RuleFault[] {
  if (names.length === 0) return [];
  const todo = `add \`alerts: { to: [${names.join(", ")}] }\``;
  const what = "nobody is told by these: `alerts` is missing";
  return [{ path: ["notices"], what, todo, severity: "warning", reads: [["notices"], ["alerts"]] }];
}

function judgeRecipient(name: string, index: number, names: readonly string[]): RuleFault[] {
  if (names.includes(name)) return [];
  const path: Path = ["alerts", "to", index];
  const reads: Path[] = [path, ["notices"]];
  const meant = nearest(name, names);
  const what = `\`notices\` has no "${name}"`;
  if (meant !== undefined) return [{ path, what, todo: `did you mean "${meant}"?`, reads }];
  const todo =
    names.length > 0
      ? `those that there are: ${names.join(", ")}`
      : `add \`notices: { ${name}: { type: webhook, url: "\${OPS_WEBHOOK_URL}" } }\``;
  return [{ path, what, todo, reads }];
}

/** They stand in metrics, in the log and on command lines. */
function judgeNoticeName(name: string): RuleFault[] {
  if (CONNECTOR_NAME.test(name)) return [];
  return [{ path: ["notices", name], what: "this cannot be a name", todo: CONNECTOR_NAME_WORDS }];
}

/** Shows nothing of it: it is a credential. */
function judgeAddress(url: string | undefined, path: Path): RuleFault[] {
  if (url === undefined) return [];
  if (!URL.canParse(url)) {
    return [{ path, what: "this is not a web address", todo: "copy the whole one, beginning with https://" }];
  }
  const { protocol, hostname } = new URL(url);
  if (protocol !== "http:" || isLoopback(hostname)) return [];
  const todo = "use https:// unless the server is on a network that nobody else can read";
  return [{ path, what: "what is told would travel unencrypted", todo, severity: "warning" }];
}

interface EitherWords {
  readonly missing: string;
  readonly todo: string;
}

const REGION: EitherWords = {
  missing: "nothing says in which region Chat is to be asked",
  todo: "add `region: singapore`, or where the Chat console says that the app is",
};
const KEY: EitherWords = {
  missing: "there is nothing to sign requests with",
  todo: "add `secret_key: ${CHAT_SECRET_KEY}`, from the Chat console",
};
const BASE_URL: BaseUrlWords = {
  setting: "base_url",
  name: "the base URL",
  credential: "the signature",
  example: "write https://adminapisgp.im.qcloud.com, or another host of Chat's",
  instead: "; `secret_key` is where the key belongs",
};

function exactlyOne(
  rest: RestSettings,
  path: Path,
  names: readonly [keyof RestSettings, keyof RestSettings],
  { missing, todo }: EitherWords,
): RuleFault[] {
  const [one, other] = names;
  const given = names.filter((name) => rest[name] !== undefined).length;
  if (given === 1) return [];
  const reads = names.map((name): Path => [...path, name]);
  if (given === 0) return [{ path, what: missing, todo, reads }];
  const what = `\`${one}\` and \`${other}\` both stand here, and only one of them can hold`;
  return [{ path: [...path, other], what, todo: "remove one of them", reads }];
}

function judgeToken({ sdk_app_id, token, allow_unsigned }: App, allowFrom: readonly string[], path: Path): RuleFault[] {
  const reads = [
    [...path, "token"],
    [...path, "allow_unsigned"],
  ];
  if (token !== undefined || allow_unsigned) {
    return allow_unsigned ? judgeUnsigned(token !== undefined, allowFrom, path, reads) : [];
  }
  // its number may be what is faulty
  const name = sdk_app_id === undefined ? "this app" : `the app ${sdk_app_id}`;
  const what = `${name} has no token, so anybody could forge its callbacks`;
  const todo =
    "switch callback authentication on in the Chat console and add `token: ${CHAT_CALLBACK_TOKEN}`, or accept that with `allow_unsigned: true`";
  return [{ path, what, todo, reads }];
}

function judgeUnsigned(
  hasToken: boolean,
  allowFrom: readonly string[],
  app: Path,
  reads: readonly Path[],
): RuleFault[] {
  const path: Path = [...app, "allow_unsigned"];
  if (hasToken) {
    const what = "callbacks without a signature are accepted although there is a token";
    const todo = "remove `allow_unsigned` once Chat signs them";
    return [{ path, what, todo, severity: "warning", reads }];
  }
  if (allowFrom.length > 0) return [];
  const what = "anybody who finds the callback URL can forge callbacks of this app";
  const todo = "set `token`, or narrow `chat.allow_from`";
  return [{ path, what, todo, severity: "warning", reads: [...reads, ["chat", "allow_from"]] }];
}

/** `0.0.0.0:8080`, `http://…`: what no machine can listen on. */
function judgeHost(host: string, block: "server" | "admin"): RuleFault[] {
  const [, port] = /^(?!.*:.*:)[^\s/]*:(\d+)$/.exec(host) ?? [];
  const path = [block, "host"];
  if (port !== undefined)
    return [{ path, what: "a port stands behind the host", todo: `write \`port: ${port}\` on a line of its own` }];
  if (!host.includes("://")) return [];
  return [{ path, what: "this is an address of the web", todo: "write the host alone, such as 0.0.0.0" }];
}

function judgeServer({ server }: Settings): RuleFault[] {
  const host = judgeHost(server.host, "server");
  if (server.path !== "/healthz" && server.path !== "/readyz") return host;
  return [
    ...host,
    { path: ["server", "path"], what: `${server.path} is taken by the health check`, todo: "choose another path" },
  ];
}

/** A URL that cannot be kept would be tried for ever. */
function judgeDatabase({ storage }: Settings): RuleFault[] {
  if (!isPostgresUrl(storage.url)) return [];
  const read = readPostgresUrl(storage.url);
  return read.ok ? [] : read.faults.map((fault) => ({ path: ["storage", "url"], ...fault }));
}

function judgeFiles({ storage, dead_letters }: Settings): RuleFault[] {
  if (storage.spool !== dead_letters.file) return [];
  const path = ["storage", "spool"];
  const what = "the spool and the dead letters cannot be the same file";
  return [{ path, what, todo: "name another file", reads: [path, ["dead_letters", "file"]] }];
}

/** What every connector says, sound or not. */
export type NamedConnector = Pick<ConnectorConfig, "name" | "common">;

/** @param now milliseconds since 1970 */
export function judgeConnectors(
  connectors: readonly NamedConnector[],
  apps: readonly number[],
  now: number,
): RuleFault[] {
  return connectors.flatMap((connector) => [
    ...judgeFormerName(connector, connectors),
    ...judgeStart(connector, now),
    ...judgeRetry(connector),
    ...judgeSelection(connector, "only", apps),
    ...judgeSelection(connector, "except", apps),
  ]);
}

function judgeFormerName({ name, common: { was } }: NamedConnector, all: readonly NamedConnector[]): RuleFault[] {
  const path: Path = ["connectors", name, "was"];
  if (was === undefined) return [];
  if (was === name) return [{ path, what: "this is the connector's present name", todo: "remove `was`" }];
  const faults: RuleFault[] = [];
  if (all.some((other) => other.name === was)) {
    const todo = `remove the connector "${was}", or this line`;
    faults.push({ path, what: `"${was}" is still configured: its queue is its own`, todo });
  }
  const rival = all.find((other) => other.common.was === was);
  if (rival === undefined || rival.name === name) return faults;
  const what = `"${rival.name}" already takes over the queue of "${was}"`;
  return [...faults, { path, what, todo: "one of the two can have it" }];
}

/** It chooses among events, and does not wait: those before it are left out for ever. */
function judgeStart({ name, common: { start } }: NamedConnector, now: number): RuleFault[] {
  const since = parseStart(start);
  if (typeof since !== "number" || since <= now) return [];
  const what = `this time is yet to come, and what is received before ${start} is never sent to this connector`;
  const todo = "write now for all that comes from today on";
  return [{ path: ["connectors", name, "start"], what, todo, severity: "warning" }];
}

function judgeRetry({ name, common: { retry } }: NamedConnector): RuleFault[] {
  if (retry.first_delay <= retry.max_delay) return [];
  const at: Path = ["connectors", name, "retry"];
  const path = [...at, "first_delay"];
  const what = "the first wait is longer than the longest one (`max_delay`)";
  return [{ path, what, todo: "lower it, or raise `max_delay`", reads: [path, [...at, "max_delay"]] }];
}

function judgeSelection(
  { name, common }: NamedConnector,
  which: "only" | "except",
  apps: readonly number[],
): RuleFault[] {
  return [...judgePatterns(common[which], ["connectors", name, which]), ...judgeNumbers({ name, common }, which, apps)];
}

const PATTERNS = ["official_account", "platform", "operator"] as const;

/** `"a, b"` is one name, and matches nobody. */
function judgePatterns(selection: SelectionSettings | undefined, path: Path): RuleFault[] {
  return PATTERNS.flatMap((setting) =>
    (selection?.[setting] ?? []).flatMap((pattern, index): RuleFault[] => {
      if (!/[,;]\s*\S/.test(pattern)) return [];
      const what = "this is one text with a comma in it, and not several";
      return [{ path: [...path, setting, index], what, todo: 'write ["one", "other"]', severity: "warning" }];
    }),
  );
}

function judgeNumbers(
  { name, common }: NamedConnector,
  which: "only" | "except",
  apps: readonly number[],
): RuleFault[] {
  const numbers: Path[] = ["*", ...apps.keys()].map((index) => ["chat", "apps", index, "sdk_app_id"]);
  return (common[which]?.app ?? []).flatMap((app, index): RuleFault[] => {
    if (apps.includes(app)) return [];
    const path: Path = ["connectors", name, which, "app", index];
    const todo = `the apps of this file are ${apps.join(", ")}`;
    const what = `${app} is none of the apps under \`chat.apps\``;
    return [{ path, what, todo, severity: "warning", reads: [path, ...numbers] }];
  });
}

/** What must hold between settings, and what deserves a warning. Pure. */
import { isPostgresUrl, readPostgresUrl } from "../basics/postgres-url.ts";
import type { SettingFault } from "../connector.ts";
import type { ConnectorConfig } from "./checked-config.ts";
import type { Settings } from "./schema.ts";
import type { Path } from "./yaml/tree.ts";

export function judgeSettings(settings: Settings): SettingFault[] {
  return [...judgeApps(settings), ...judgeServer(settings), ...judgeFiles(settings), ...judgeDatabase(settings)];
}

function judgeApps({ chat }: Settings): SettingFault[] {
  const first = new Map<number, number>();
  return chat.apps.flatMap((app, index): SettingFault[] => {
    const path: Path = ["chat", "apps", index];
    const earlier = first.get(app.sdk_app_id);
    if (earlier !== undefined) {
      const what = `the app ${app.sdk_app_id} stands here for the second time`;
      return [{ path: [...path, "sdk_app_id"], what, todo: "keep one; its `token` may be a list" }];
    }
    first.set(app.sdk_app_id, index);
    if (app.token === undefined && !app.allow_unsigned) {
      const what = `the app ${app.sdk_app_id} has no token, so anybody could forge its callbacks`;
      const todo =
        "switch callback authentication on in the Chat console and add `token: ${CHAT_CALLBACK_TOKEN}`, or accept that with `allow_unsigned: true`";
      return [{ path, what, todo }];
    }
    return app.allow_unsigned ? judgeUnsigned(app.token !== undefined, chat.allow_from, path) : [];
  });
}

function judgeUnsigned(hasToken: boolean, allowFrom: readonly string[], path: Path): SettingFault[] {
  const at: Path = [...path, "allow_unsigned"];
  if (hasToken) {
    const what = "callbacks without a signature are accepted although there is a token";
    return [{ path: at, what, todo: "remove `allow_unsigned` once Chat signs them", severity: "warning" }];
  }
  if (allowFrom.length > 0) return [];
  const what = "anybody who finds the callback URL can forge callbacks of this app";
  return [{ path: at, what, todo: "set `token`, or narrow `chat.allow_from`", severity: "warning" }];
}

function judgeServer({ server }: Settings): SettingFault[] {
  if (server.path !== "/healthz" && server.path !== "/readyz") return [];
  return [
    { path: ["server", "path"], what: `${server.path} is taken by the health check`, todo: "choose another path" },
  ];
}

/** A URL that cannot be kept would be tried for ever. */
function judgeDatabase({ storage }: Settings): SettingFault[] {
  if (!isPostgresUrl(storage.url)) return [];
  const read = readPostgresUrl(storage.url);
  return read.ok ? [] : [{ path: ["storage", "url"], ...read.fault }];
}

function judgeFiles({ storage, dead_letters }: Settings): SettingFault[] {
  if (storage.spool !== dead_letters.file) return [];
  const what = "the spool and the dead letters cannot be the same file";
  return [{ path: ["storage", "spool"], what, todo: "name another file" }];
}

export function judgeConnectors(connectors: readonly ConnectorConfig[], apps: readonly number[]): SettingFault[] {
  return connectors.flatMap((connector) => [
    ...judgeFormerName(connector, connectors),
    ...judgeRetry(connector),
    ...judgeSelection(connector, "only", apps),
    ...judgeSelection(connector, "except", apps),
  ]);
}

function judgeFormerName({ name, common: { was } }: ConnectorConfig, all: readonly ConnectorConfig[]): SettingFault[] {
  const path: Path = ["connectors", name, "was"];
  if (was === undefined) return [];
  if (was === name) return [{ path, what: "this is the connector's present name", todo: "remove `was`" }];
  if (all.some((other) => other.name === was)) {
    const todo = `remove the connector "${was}", or this line`;
    return [{ path, what: `"${was}" is still configured: its queue is its own`, todo }];
  }
  const rival = all.find((other) => other.common.was === was);
  if (rival === undefined || rival.name === name) return [];
  return [
    { path, what: `"${rival.name}" already takes over the queue of "${was}"`, todo: "one of the two can have it" },
  ];
}

function judgeRetry({ name, common: { retry } }: ConnectorConfig): SettingFault[] {
  if (retry.first_delay <= retry.max_delay) return [];
  const what = "the first wait is longer than the longest one (`max_delay`)";
  return [{ path: ["connectors", name, "retry", "first_delay"], what, todo: "lower it, or raise `max_delay`" }];
}

function judgeSelection(
  { name, common }: ConnectorConfig,
  which: "only" | "except",
  apps: readonly number[],
): SettingFault[] {
  return (common[which]?.app ?? []).flatMap((app, index): SettingFault[] => {
    if (apps.includes(app)) return [];
    const path: Path = ["connectors", name, which, "app", index];
    const todo = `the apps of this file are ${apps.join(", ")}`;
    return [{ path, what: `${app} is none of the apps under \`chat.apps\``, todo, severity: "warning" }];
  });
}

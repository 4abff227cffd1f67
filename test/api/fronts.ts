/** One store in which every state occurs, and its three fronts: the terminal beside it, the API and the pages, and the terminal from afar. */
import { writeFile } from "node:fs/promises";
import { listen } from "../../src/admin/listener.ts";
import { apiRoutes } from "../../src/api/api.ts";
import { typedPlainly } from "../../src/basics/typed.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { AdminSettings } from "../../src/config/schema.ts";
import { consoleRoutes } from "../../src/console/console.ts";
import { loginPageFor } from "../../src/console/login.tsx";
import { openChecks } from "../../src/operations/checks/remembered.ts";
import { type InBackground, openPlanRuns } from "../../src/operations/deliveries/plan-runs.ts";
import { knownFrom } from "../../src/operations/known.ts";
import { operationsOn } from "../../src/operations/operations.ts";
import type { Front } from "../../src/storage/contract/audit.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openStorage } from "../../src/storage/open.ts";
import { openQuestions } from "../../src/storage/open-questions.ts";
import { ENV, openSeeded, type Seeded } from "../cli/seed.ts";
import { runCommand } from "../support/command.ts";
import { quiet } from "../support/engine.ts";
import { patiently } from "../support/patiently.ts";
import type { CommandResult } from "../support/process.ts";

export const OPERATOR = "operator-token-of-the-tests-1234";
export const VIEWER = "viewer-token-of-the-tests-123456";

/** What tokens of more accounts end with: each may ask so often a second only. */
export const CROWD = [..."0123456789"];

export interface Fronts extends Seeded {
  /** Where the listener is: `http://127.0.0.1:…`. */
  readonly origin: string;
  readonly storage: Storage;
  /** The file that holds the operator's token. */
  readonly tokenFile: string;
  /** A command that asks from afar. */
  afar(...args: string[]): Promise<CommandResult>;
  /** A call of the API; the operator's unless `as` says otherwise. */
  call(method: "GET" | "POST", path: string, body?: object, as?: string): Promise<Called>;
  /** A form of a page. */
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Response>;
}

export interface Called {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

const SETTINGS: AdminSettings = {
  ...{ host: "127.0.0.1", port: 0, base_path: "/", trusted_proxies: [] },
  accounts: [
    { name: "olga", role: "operator", token: OPERATOR },
    { name: "vera", role: "viewer", token: VIEWER },
    ...CROWD.flatMap((sign) => [
      { name: `operator ${sign}`, role: "operator" as const, token: OPERATOR + sign },
      { name: `viewer ${sign}`, role: "viewer" as const, token: VIEWER + sign },
    ]),
  ],
};

export async function openFronts(fill: (storage: Storage) => Promise<void>): Promise<Fronts> {
  const seeded = await openSeeded(fill);
  const loaded = await loadConfig(seeded.config, ENV);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  const { config } = loaded;
  const [storage, questions] = [await openStorage(config.storage), await openQuestions(config.storage)];
  const operationsFor =
    (front: Front) =>
    ({ name, proven }: { readonly name: string; readonly proven: boolean }) =>
      operationsOn({ storage, questions }, knownFrom(config), {
        actor: { name, proven, front },
        onUnnoted: (error) => raise(error),
      });
  const stopping = new AbortController();
  const running: Promise<unknown>[] = [];
  const inBackground: InBackground = (_, work) => void running.push(work(stopping.signal));
  const shared = {
    ...{ config: () => config, version: "0.0.0", clock: Date.now, onUnanswered: () => undefined },
    inBackground,
    exchanges: () => [],
    load: () => loadConfig(seeded.config, ENV),
    env: ENV,
    typed: typedPlainly,
    giveWay: async () => undefined,
  };
  const runs = openPlanRuns(inBackground);
  const checks = openChecks(async () => [], Date.now);
  const listener = await listen({
    settings: () => SETTINGS,
    localToken: "token-of-nobody-0123456789",
    metrics: { text: async () => "" },
    follow: () => undefined,
    rooms: async (link) => [
      ...consoleRoutes({ ...shared, runs, checks, operations: operationsFor("page") }),
      ...apiRoutes({ ...shared, operations: operationsFor("api"), runs }, link),
    ],
    loginPage: loginPageFor(typedPlainly),
    log: quiet,
    giveWay: async () => undefined,
  });
  const tokenFile = seeded.path("token");
  await writeFile(tokenFile, `${OPERATOR}\n`);
  const ask = (path: string, as: string, init: RequestInit): Promise<Response> => {
    const headers = { authorization: `Bearer ${as}`, ...init.headers };
    return patiently(() => fetch(listener.url + path, { ...init, redirect: "manual", headers }));
  };
  return {
    ...seeded,
    ...{ storage, tokenFile, origin: listener.url },
    afar: (...args) =>
      runCommand([...args, "--url", listener.url, "--token-file", tokenFile], { cwd: seeded.folder, env: {} }),
    async call(method, path, body, as = OPERATOR) {
      const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: JSON_TYPE };
      const response = await ask(`/api/v1${path}`, as, { method, ...sent });
      return { status: response.status, json: (await response.json()) as Called["json"] };
    },
    post: (path, fields) => ask(path, OPERATOR, { method: "POST", body: new URLSearchParams(fields) }),
    async close() {
      await listener.stop();
      stopping.abort();
      await Promise.all(running);
      await Promise.all([questions.close(), storage.close()]);
      await seeded.close();
    },
  };
}

const JSON_TYPE = { "content-type": "application/json" };

function raise(error: unknown): never {
  throw error;
}

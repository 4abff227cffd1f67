/** Callbacks in, events out; the counters. */
import { isNotice } from "../../callback.ts";
import type { AcceptResult, Callback, Intake, StoredCallback } from "../contract/callbacks.ts";
import { fitting, UNREAD_BYTES } from "../rules/bounds.ts";
import { callbackOf } from "../rules/rows.ts";
import type { AllClaims } from "./claims.ts";
import { type CommitTimes, openCommitTimes } from "./commit-times.ts";
import type { Context, Operations } from "./context.ts";
import { expand } from "./expanding.ts";
import { keepQuarantine } from "./quarantine.ts";

type IntakeOperations = Pick<Operations, "accept" | "notices" | "count" | "unread" | "expand" | "ping">;

const INSERT_CALLBACK = `INSERT INTO callbacks (app, command, platform, client_ip, received_at, body) VALUES (?, ?, ?, ?, ?, ?)`;
const INSERT_NOTICE = `INSERT INTO notices (app, command, platform, client_ip, received_at, body, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?)`;
const FAULT_OF_A_ROW = /constraint|cannot store|datatype|\bbind|\bbound\b|too big/i;

/** Keeps a callback, or says why it cannot be kept: what is wrong with one row says nothing about the others. */
export function insertCallback({ run, now }: Pick<Context, "run" | "now">, callback: Callback): string | undefined {
  const { app, command, platform, clientIp, receivedAt, body } = callback;
  try {
    if (isNotice(command)) run(INSERT_NOTICE, app, command, platform, clientIp, receivedAt, body, now());
    else run(INSERT_CALLBACK, app, command, platform, clientIp, receivedAt, body);
    return undefined;
  } catch (error) {
    // a full or failing disk does
    if (!FAULT_OF_A_ROW.test(String(error))) throw error;
    return String(error);
  }
}

export function intakeOperations(context: Context, claims: AllClaims): IntakeOperations {
  const { all, run, now } = context;
  const commits = openCommitTimes();
  return {
    accept: (intake, limits) => accept(context, commits, intake, limits),

    notices(withinMs, limit) {
      const page = "SELECT * FROM notices WHERE stored_at >= ? ORDER BY stored_at DESC, seq DESC LIMIT ?";
      return all(page, now() - withinMs, limit).map(callbackOf);
    },

    count: (increments) => addToCounters(context, increments),

    unread: (limit) => unread(context, limit),

    expand: (expansions) => expand(context, claims, commits, expansions),

    ping() {
      // a full disk still answers questions. Twice, since SQLite writes nothing where nothing changes
      run("UPDATE reading SET upto = upto + 1");
      run("UPDATE reading SET upto = upto - 1");
    },
  };
}

function accept(
  context: Context,
  commits: Pick<CommitTimes, "add">,
  { callbacks, quarantine }: Intake,
  limits?: { readonly quarantineBytes: number },
): AcceptResult {
  const from = callbacks.length > 0 ? lastCallback(context) : 0;
  const refused = insertEach(context, callbacks);
  const kept = keepQuarantine(context, quarantine, limits?.quarantineBytes);
  if (callbacks.length > 0) {
    const upto = lastCallback(context);
    context.onCommit(() => commits.add({ from, upto, at: context.now() }));
  }
  return { refused, ...kept };
}

function lastCallback({ one }: Context): number {
  return Number(one("SELECT max(seq) AS seq FROM callbacks")?.seq ?? 0);
}

function insertEach(context: Context, callbacks: readonly Callback[]): AcceptResult["refused"] {
  const refused: { index: number; why: string }[] = [];
  callbacks.forEach((callback, index) => {
    const why = insertCallback(context, callback);
    if (why !== undefined) refused.push({ index, why });
  });
  return refused;
}

function addToCounters({ run }: Context, increments: Readonly<Record<string, number>>): void {
  for (const [name, by] of Object.entries(increments)) {
    run(
      "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
      ...[name, by],
    );
  }
}

/** The first that are not events yet, as many as fit into memory at once. */
function unread({ all }: Context, limit: number): StoredCallback[] {
  const first = "FROM callbacks WHERE seq > (SELECT upto FROM reading) ORDER BY seq LIMIT ? + 0";
  const sizes = all(`SELECT seq, length(body) AS size ${first}`, limit).map(({ size }) => Number(size));
  return all(`SELECT * ${first}`, fitting(sizes, UNREAD_BYTES)).map(callbackOf);
}

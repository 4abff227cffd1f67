/**
 * One connection: a driver of its own with one socket, thrown away at the first sign of trouble.
 *
 * The driver's own pool and `begin` are not used: when a connection dies inside a transaction, they write to the dead
 * socket (an exception that nobody can catch), go on with a later connection's transaction, or never connect again.
 */
import type { Socket } from "node:net";
import postgres from "postgres";
import type { Host, Target } from "../../basics/postgres-url.ts";
import { dialServer, type Ends, endsOf } from "./dial.ts";
import { isStaleStatement, ReadOnly } from "./trouble.ts";
import { parameterOf, type Row, type Value } from "./values.ts";

/** A statement's rows, how many it changed, and what it was. */
export interface StatementResult {
  readonly rows: readonly Row[];
  readonly changed: number;
  readonly command: string;
}

/** What a session turned out to be. */
export interface Session {
  /** `server_version_num`, such as 180001. */
  readonly version: number;
  /** False behind a pooler, where each transaction begins with what somebody else's limits are. */
  readonly isOurs: boolean;
  /** Whether nothing but a default of this role makes its transactions read-only: then they say otherwise. */
  readonly mustAskToWrite: boolean;
  /** How a commit is waited for that must be durable: as the server says, if that is more. */
  readonly durably: "on" | "remote_apply";
  /** What it was told for good, and need not be told in each transaction. Nothing where anybody may stand between. */
  readonly settings: Settings;
}

/** Values of a server's settings, as they stand in a statement. */
export type Settings = Readonly<Record<string, string | number>>;

export interface Connection {
  /** Statements are answered in the order in which they are sent; the next may be sent before the last is answered. */
  send(statement: string, values?: readonly Value[]): Promise<StatementResult>;
  /** False when it must not be used again. */
  usable(): boolean;
  readonly session: Session;
}

export interface Client extends Connection {
  readonly openedAt: number;
  drop(): void;
}

export interface ClientOptions {
  readonly target: Target;
  /** Whether statements are prepared once per connection. */
  readonly prepare: boolean;
  /** What a session is told for good, where it leads to the server itself. */
  readonly settings?: ((session: Session) => Settings) | undefined;
}

const CONNECT_MS = 2_000;
const LOST = "the connection to PostgreSQL was lost";

/**
 * A connection that works: to the first of several hosts that takes writes; to the only one whether it does or not, for it can still be
 * asked. Rejects with the trouble of the last host.
 */
export async function openClient(options: ClientOptions): Promise<Client> {
  const { hosts } = options.target;
  let trouble: unknown;
  for (const host of hosts) {
    try {
      return await openTo(host, options, hosts.length > 1);
    } catch (error) {
      trouble = error;
    }
  }
  throw trouble;
}

async function openTo(host: Host, options: ClientOptions, mustWrite: boolean): Promise<Client> {
  const client = newClient(host, options);
  try {
    const { isReadOnly, ends, ...learned } = await learn(client, options.prepare);
    if (mustWrite && isReadOnly) throw new ReadOnly();
    const session: Session = { ...learned, settings: {} };
    const isDirect = session.isOurs && ends.join() === client.ends()?.join();
    const settings = (isDirect && options.settings?.(session)) || {};
    const all = Object.entries(settings).map(([name, value]) => `SET ${name} = ${value}`);
    if (all.length > 0) await client.send(all.join("; "));
    return { ...client, session: { ...session, settings } };
  } catch (error) {
    client.drop();
    throw error;
  }
}

/**
 * A connection has the same two ends for us and for the server only if it is one: a pooler, a tunnel or a proxy opens another. A default of
 * the server or the database is somebody's word on all that is in there; one of the role is only about us.
 */
const QUESTIONS = `
  SELECT current_setting('server_version_num') AS version, current_setting('transaction_read_only') = 'on' AS read_only,
    current_setting('synchronous_commit') AS synchronous_commit,
    host(inet_client_addr()) || ' ' || inet_client_port() AS own_end, host(inet_server_addr()) || ' ' || inet_server_port() AS server_end,
    NOT pg_is_in_recovery() AND (SELECT setting = 'on' AND source IN ('user', 'database user') FROM pg_settings
      WHERE name = 'default_transaction_read_only') AS by_role`;
/** None of these may end a session of ours; behind a pooler it is so only while we ask, before anybody knows which of them there are. */
const withoutLimits = (isOurs: boolean): string => `SELECT set_config(name, '0', ${!isOurs}) FROM pg_settings
  WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_session_timeout', 'transaction_timeout')`;

async function learn({ send }: Pick<Client, "send">, isOurs: boolean) {
  const [, , { rows }] = await Promise.all([
    send("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"),
    send(withoutLimits(isOurs)),
    send(QUESTIONS),
    send("COMMIT"),
  ]);
  const {
    version,
    read_only: readOnly,
    by_role: byRole,
    synchronous_commit: durably,
    own_end,
    server_end,
  } = rows[0] ?? {};
  return {
    version: Number(version),
    isOurs,
    mustAskToWrite: byRole === true,
    durably: durably === "remote_apply" ? ("remote_apply" as const) : ("on" as const),
    isReadOnly: readOnly === true && byRole !== true,
    ends: [String(own_end), String(server_end)],
  };
}

interface NewClient extends Omit<Client, "session"> {
  /** Undefined where nobody can tell. */
  ends(): Ends | undefined;
}

function newClient(host: Host, { target, prepare }: ClientOptions): NewClient {
  let dead = false;
  let isDialed = false;
  let ends: Ends | undefined;

  /** Once: what the driver would open in place of a lost one nobody would know of, or close. */
  async function dialOnce(): Promise<Socket> {
    if (isDialed) throw new Error(LOST);
    isDialed = true;
    const socket = await dialServer(host, target.tls, target.connectMs ?? CONNECT_MS);
    ends = endsOf(socket);
    if (!dead) return socket;
    socket.destroy();
    throw new Error(LOST);
  }

  const sql = postgres({
    ...driverOptions(host, target),
    // the driver knows it, its types do not
    ...{ socket: dialOnce },
    prepare,
    onclose: () => {
      dead = true;
    },
  });
  return {
    openedAt: performance.now(),
    usable: () => !dead,
    ends: () => ends,
    async send(statement, values = []) {
      // nothing may be written to a socket that is gone: the driver would not survive it
      if (dead) throw new Error(LOST);
      try {
        const result = await sql.unsafe(statement, values.map(parameterOf), { prepare });
        return { rows: result, changed: result.count ?? 0, command: result.command ?? "" };
      } catch (error) {
        if (!isAnswer(error) || isStaleStatement(error)) dead = true;
        throw error;
      }
    },
    drop() {
      dead = true;
      void sql.end({ timeout: 0 }).catch(() => undefined);
    },
  };
}

/** Everything that the driver would else take from its environment or its own defaults is said. */
function driverOptions(host: Host, target: Target) {
  const { user, password, database, startup, connectMs = CONNECT_MS } = target;
  return {
    host: host.host,
    port: host.port,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ssl: false as const,
    max: 1,
    // array types would have to be asked for; lists are sent as text
    fetch_types: false,
    connect_timeout: connectMs / 1_000,
    idle_timeout: undefined,
    // ends a connection whatever is under way
    max_lifetime: null,
    connection: startup,
    onnotice: () => undefined,
  };
}

/** Whether the server refused the statement but goes on with the connection. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof postgres.PostgresError)) return false;
  return error.severity !== "FATAL" && error.severity !== "PANIC";
}

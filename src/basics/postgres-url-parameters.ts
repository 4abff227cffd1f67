/**
 * What stands behind the `?` of a PostgreSQL URL: libpq's parameters, those that other drivers have made up and hosters print,
 * and settings of the server. Pure.
 *
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
 */

/** Says nothing of the password, nor of anything else that could be a part of it. */
export interface UrlFault {
  readonly what: string;
  readonly todo: string;
}

/** How a connection is kept from listeners. */
export interface Tls {
  /** `prefer`: where the server offers it. `encrypt`: whoever answers. `authority`: whom an authority vouches for. `name`: and for this host. */
  readonly demand: "none" | "prefer" | "encrypt" | "authority" | "name";
  /** Whether TLS begins at once (`sslnegotiation=direct`). */
  readonly direct: boolean;
  /** False where the host's name is not to be told to listeners (`sslsni=0`). */
  readonly namesHost?: false;
  /** Files, by their whole paths. */
  readonly files: Readonly<Partial<Record<"ca" | "cert" | "key", string>>>;
  readonly passphrase?: string;
}

export interface Parameters {
  readonly tls: Tls;
  /** Sent at the start of each session: its name, and settings of the server. */
  readonly startup: Readonly<Record<string, string>>;
  readonly connectMs?: number;
  /** False behind a pooler that cannot keep prepared statements apart. */
  readonly prepare?: false;
  /** What may also stand before the `?`. */
  readonly place: Readonly<Partial<Record<"host" | "port" | "user" | "password" | "dbname", string>>>;
}

export interface ReadParameters {
  /** As far as they are understood: of use where there is no fault. */
  readonly parameters: Parameters;
  readonly faults: readonly UrlFault[];
}

/** Longer would keep callbacks from the next host, and the reason from the log. */
const LONGEST_CONNECT_SECONDS = 10;

export function parametersOf(query: string): ReadParameters {
  const said = new URLSearchParams(query.replaceAll("+", "%2B"));
  const given = new Map(said);
  const seconds = Math.min(Number(given.get("connect_timeout") ?? 0), LONGEST_CONNECT_SECONDS);
  const isPooled = Object.entries(POOLED).some(([name, values]) => values.includes(given.get(name) ?? ""));
  const pick = (names: readonly string[]) => Object.fromEntries([...given].filter(([name]) => names.includes(name)));
  return {
    faults: [...saidTwice(said), ...[...given].flatMap(([name, value]) => faultOf(name, value, given) ?? [])],
    parameters: {
      tls: tlsOf(given),
      startup: { application_name: given.get("fallback_application_name") ?? "unsub-bridge", ...pick(STARTUP) },
      ...(seconds > 0 && { connectMs: seconds * 1_000 }),
      ...(isPooled && { prepare: false }),
      place: { ...pick(PLACE), ...(given.has("username") && { user: given.get("username") ?? "" }) },
    },
  };
}

/** How drivers say that statements are not prepared: Prisma, asyncpg, SQLAlchemy, Rails, postgres.js, JDBC, pgx. */
const POOLED: Readonly<Record<string, readonly string[]>> = {
  pgbouncer: ["true"],
  statement_cache_size: ["0"],
  prepared_statement_cache_size: ["0"],
  prepared_statements: ["false"],
  prepare: ["false"],
  prepareThreshold: ["0"],
  default_query_exec_mode: ["simple_protocol", "exec"],
};

const PLACE = ["host", "port", "user", "password", "dbname"] as const;
/** Sent to the server: what it calls a session, and settings of its own that are not ours to set (opening.ts). */
const STARTUP = [
  ...["application_name", "options", "search_path", "role", "timezone", "TimeZone", "datestyle"],
  ...["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"],
  ...["synchronous_commit", "work_mem", "default_transaction_isolation"],
];
/** Say nothing that we would do otherwise. */
const WITHOUT_EFFECT = [
  ...["keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"],
  ...["fallback_application_name", "sslcompression", "load_balance_hosts", "uselibpqcompat", "supa"],
  // all that we send is UTF-8, and so is all that we want to be sent
  "client_encoding",
  ...["connection_limit", "pool_timeout", "socket_timeout", "max_idle_connection_lifetime", "workaround"],
];

const DEMANDS: Readonly<Record<string, Tls["demand"]>> = {
  disable: "none",
  allow: "prefer",
  prefer: "prefer",
  require: "encrypt",
  "no-verify": "encrypt",
  "verify-ca": "authority",
  "verify-full": "name",
};
/** What other drivers write for `sslmode`. */
const SSL: Readonly<Record<string, string>> = {
  true: "verify-full",
  "1": "verify-full",
  false: "disable",
  "0": "disable",
};

function modeOf(given: ReadonlyMap<string, string>): string {
  const ssl = given.get("ssl");
  return given.get("sslmode") ?? (ssl === undefined ? modeByOthers(given) : (SSL[ssl] ?? ssl));
}

/** Who names an authority, or a certificate of one's own, wants TLS, and need not say so twice. */
function modeByOthers(given: ReadonlyMap<string, string>): string {
  if (given.get("sslrootcert") === "system") return "verify-full";
  return ["sslrootcert", "sslcert", "sslkey"].some((name) => given.has(name)) ? "require" : "disable";
}

/** Whether no connection is made without TLS. */
function demandsTls(given: ReadonlyMap<string, string>): boolean {
  const demand = DEMANDS[modeOf(given)];
  return demand !== undefined && demand !== "none" && demand !== "prefer";
}

function tlsOf(given: ReadonlyMap<string, string>): Tls {
  const file = (name: string) => (given.get(name) === "system" ? undefined : given.get(name)) || undefined;
  const [ca, cert, key] = [file("sslrootcert"), file("sslcert"), file("sslkey")];
  const demand = DEMANDS[modeOf(given)] ?? "name";
  const passphrase = given.get("sslpassword");
  return {
    // as libpq does: who names an authority wants it asked
    demand: demand === "encrypt" && ca !== undefined && modeOf(given) === "require" ? "authority" : demand,
    direct: given.get("sslnegotiation") === "direct",
    ...(given.get("sslsni") === "0" && { namesHost: false }),
    files: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) },
    ...(passphrase && { passphrase }),
  };
}

type Judge = (value: string, given: ReadonlyMap<string, string>) => UrlFault | undefined;

const oneOf =
  (name: string, ...values: string[]): Judge =>
  (value) =>
    values.includes(value)
      ? undefined
      : { what: `${name} has a value that we do not know`, todo: `write one of ${values.join(", ")}` };

const wholePath =
  (name: string): Judge =>
  (value) =>
    value.startsWith("/") || /^[A-Za-z]:[\\/]/.test(value) || (name === "sslrootcert" && value === "system")
      ? undefined
      : { what: `${name} is no whole path`, todo: "begin it with /: nobody could tell what it is relative to" };

const unless =
  (what: string, todo: string, isFine: (value: string, given: ReadonlyMap<string, string>) => boolean): Judge =>
  (value, given) =>
    isFine(value, given) ? undefined : { what, todo };

const cacheSize = (name: string): Judge =>
  unless(`${name} is no number`, "write storage.prepare: false for 0", (value) => isWhole(value));
const never = (what: string, todo: string): Judge => unless(what, todo, () => false);
const isWhole = (value: string): boolean => /^\d+$/.test(value);

/** As libpq has it, where both are so by its own default. */
const systemRoots: Judge = unless(
  "sslrootcert=system believes nobody yet with this sslmode",
  "write sslmode=verify-full: anybody can have a certificate, for a name of their own",
  (_, given) => ["verify-ca", "verify-full"].includes(modeOf(given)),
);
const directNegotiation: Judge = unless(
  "sslnegotiation=direct is TLS from the first byte, and this sslmode goes without",
  "write sslmode=verify-full (or verify-ca, or require) as well",
  (value, given) => value !== "direct" || demandsTls(given),
);

const JUDGES: Readonly<Record<string, Judge>> = {
  sslmode: oneOf("sslmode", ...Object.keys(DEMANDS)),
  ssl: oneOf("ssl", ...Object.keys(SSL), ...Object.keys(DEMANDS)),
  sslrootcert: (value, given) =>
    value === "system" ? systemRoots(value, given) : wholePath("sslrootcert")(value, given),
  sslcert: unless("sslcert and sslkey go together", "name both, or none", (_, given) => given.has("sslkey")),
  sslkey: unless("sslcert and sslkey go together", "name both, or none", (_, given) => given.has("sslcert")),
  sslpassword: () => undefined,
  sslsni: oneOf("sslsni", "0", "1"),
  sslnegotiation: (value, given) =>
    oneOf("sslnegotiation", "postgres", "direct")(value, given) ?? directNegotiation(value, given),
  channel_binding: unless(
    "channel_binding=require cannot be kept: our driver does not know it",
    "leave it out and write sslmode=verify-full, which keeps out whoever stands in between as well",
    (value, given) =>
      value === "disable" || value === "prefer" || (value === "require" && modeOf(given) === "verify-full"),
  ),
  gssencmode: oneOf("gssencmode", "disable", "prefer"),
  target_session_attrs: unless(
    "the bridge writes, and this asks for a server that does not",
    "write target_session_attrs=read-write, or leave it out: of several hosts the one that takes writes is used",
    (value) => ["any", "read-write", "primary"].includes(value),
  ),
  connect_timeout: unless(
    "connect_timeout is no number of seconds",
    "write connect_timeout=10, or leave it out",
    isWhole,
  ),
  pgbouncer: oneOf("pgbouncer", "true", "false"),
  statement_cache_size: cacheSize("statement_cache_size"),
  prepared_statement_cache_size: cacheSize("prepared_statement_cache_size"),
  prepared_statements: oneOf("prepared_statements", "true", "false"),
  prepare: oneOf("prepare", "true", "false"),
  prepareThreshold: cacheSize("prepareThreshold"),
  default_query_exec_mode: oneOf(
    "default_query_exec_mode",
    ...["cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"],
  ),
  schema: never(
    "schema is no parameter of a server",
    "write the schema for our tables as storage.schema, and leave it out here",
  ),
  currentSchema: never(
    "currentSchema is no parameter of a server",
    "write the schema for our tables as storage.schema",
  ),
  hostaddr: never("hostaddr is not supported", "write the address, or the name, as the host"),
  service: never("service files are not read", "write host, user and database here"),
  passfile: never("password files are not read", "put the password into the environment: PGPASSWORD"),
  requiressl: never("requiressl is a thing of the past", "write sslmode=require"),
};

/** Drivers differ in which of them they take, and one may be a connection that anybody can listen to. */
function saidTwice(said: URLSearchParams): UrlFault[] {
  const names = [...new Set(said.keys())].filter((name) => new Set(said.getAll(name)).size > 1);
  return names.map((name) => ({
    what: `${shownName(name)} is said twice, and differently`,
    todo: "leave one of them",
  }));
}

const shownName = (name: string): string => (/^\w{1,40}$/.test(name) ? name : "something behind the ?");

/** Names what is wrong with a parameter; its value could be a part of a password, so it is not shown. */
function faultOf(name: string, value: string, given: ReadonlyMap<string, string>): UrlFault | undefined {
  const judge = JUDGES[name];
  if (judge !== undefined) return judge(value, given);
  const known: readonly string[] = [...PLACE, "username", ...STARTUP, ...WITHOUT_EFFECT];
  if (known.includes(name)) return undefined;
  return {
    what: `${shownName(name)} is a parameter that we do not know`,
    todo: "leave it out; a setting of the server is written options=-c%20name%3Dvalue",
  };
}

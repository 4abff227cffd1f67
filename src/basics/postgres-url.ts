/**
 * A PostgreSQL URL as hosters print it, read: where to connect, as whom, and how. What we cannot keep is refused with the way
 * out: to leave it out in silence could mean a connection that anybody can listen to. Pure.
 *
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
import { percentDecoded } from "./percent.ts";
import { type Parameters, parametersOf, type UrlFault } from "./postgres-url-parameters.ts";
import { trimmed } from "./trimmed.ts";

export interface Host {
  /** A name, an address, or the folder of a socket (begins with `/`). */
  readonly host: string;
  readonly port: number;
}

/** What a URL says. What is absent is left to the driver: the user of this process, and the database of that name. */
export interface Target extends Omit<Parameters, "place"> {
  /** One at least; the first that takes writes is used. */
  readonly hosts: readonly Host[];
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
}

/** Read, or all that speaks against it. */
export type ReadUrl =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly faults: readonly UrlFault[] };

const PORT = 5432;
const SCHEME = /^postgres(?:ql)?:\/\//;

export const isPostgresUrl = (text: string): boolean => SCHEME.test(text);

export function readPostgresUrl(url: string): ReadUrl {
  const parts = SCHEME.test(url) ? partsOf(url.replace(SCHEME, "")) : undefined;
  if (parts === undefined) return { ok: false, faults: [NOT_UNDERSTOOD] };
  const { parameters, faults } = parametersOf(parts.query);
  const { place, ...others } = parameters;
  const hosts = hostsOf(place.host || parts.hosts, place.port ?? (place.host ? portsIn(parts.hosts) : ""));
  if (hosts === undefined) return { ok: false, faults: [...faults, NO_PLACE] };
  if (faults.length > 0) return { ok: false, faults };
  const user = place.user ?? parts.user;
  const password = place.password ?? parts.password;
  const database = place.dbname ?? parts.database;
  return {
    ok: true,
    target: {
      ...others,
      hosts,
      ...(user && { user }),
      ...(password && { password }),
      ...(database && { database }),
    },
  };
}

/**
 * What a URL means for a connection; throws the faults of one that cannot be kept.
 * @param prepare false where the settings say that statements are not prepared; the URL may say so as well
 */
export function connectionOf(url: string, prepare: boolean): { readonly target: Target; readonly prepare: boolean } {
  const read = readPostgresUrl(url);
  if (!read.ok)
    throw new FaultyUrl(`storage.url: ${read.faults.map(({ what, todo }) => `${what}; ${todo}`).join(". ")}`);
  return { target: read.target, prepare: prepare && read.target.prepare !== false };
}

export class FaultyUrl extends Error {}

/** Host, port and database, without user and password; `somewhere` for a URL that nobody understands. */
export function databasePlace(url: string): string {
  const read = readPostgresUrl(url);
  if (!read.ok) return "somewhere";
  const { hosts, database } = read.target;
  const places = hosts.map(({ host, port }) => `${/^[^/]*:/.test(host) ? `[${host}]` : host}:${port}`).join(",");
  return database === undefined ? places : `${places}/${database}`;
}

/** What libpq takes from the environment where the URL does not say it. */
const VARIABLES: Readonly<Record<string, string>> = {
  PGHOST: "host",
  PGPORT: "port",
  PGUSER: "user",
  PGPASSWORD: "password",
  PGDATABASE: "dbname",
  PGSSLMODE: "sslmode",
  PGSSLROOTCERT: "sslrootcert",
  PGSSLCERT: "sslcert",
  PGSSLKEY: "sslkey",
  PGSSLSNI: "sslsni",
  PGSSLNEGOTIATION: "sslnegotiation",
  PGGSSENCMODE: "gssencmode",
  PGCHANNELBINDING: "channel_binding",
  PGTARGETSESSIONATTRS: "target_session_attrs",
  PGCONNECT_TIMEOUT: "connect_timeout",
  PGAPPNAME: "application_name",
  PGOPTIONS: "options",
};

/** The URL with what the environment adds to it. Other texts than PostgreSQL's URLs stay as they are. */
export function withEnvironment(url: string, env: Readonly<Record<string, string | undefined>>): string {
  const read = SCHEME.test(url) ? partsOf(url.replace(SCHEME, "")) : undefined;
  if (read === undefined) return url;
  const isSaid = saidIn(read, env);
  const added = Object.entries(VARIABLES).flatMap(([variable, name]) => {
    const value = trimmed(env[variable] ?? "");
    return value === "" || isSaid(name, value) ? [] : [`${name}=${encodeURIComponent(value.toWellFormed())}`];
  });
  if (added.length === 0) return url;
  const query = [...(read.query === "" ? [] : [read.query]), ...added].join("&");
  const before = read.query === "" ? url.replace(/\?$/, "") : url.slice(0, -read.query.length - 1);
  return `${before}?${query}`;
}

/** Whether the URL says by itself what a parameter would. */
function saidIn({ user, password, hosts, database, query }: Parts, env: Readonly<Record<string, string | undefined>>) {
  const given = new URLSearchParams(query);
  const hasMode = given.has("sslmode") || given.has("ssl");
  const inPlace: Readonly<Record<string, boolean>> = {
    host: /(^|,)[^:,]/.test(hosts),
    port: /\d/.test(portsIn(hosts)),
    user: Boolean(user) || given.has("username"),
    password: Boolean(password),
    dbname: Boolean(database),
    sslmode: hasMode,
  };
  // for all connections of this machine: alone it demands nothing of this one
  const isOfAll = !hasMode && trimmed(env.PGSSLMODE ?? "") === "";
  return (name: string, value: string): boolean => {
    if (/^ssl(rootcert|cert|key)$/.test(name) && value !== "system" && isOfAll) return true;
    return given.has(name) || inPlace[name] === true;
  };
}

const NOT_UNDERSTOOD = {
  what: "this is no URL of a PostgreSQL server",
  todo: "write postgres://user:password@host:5432/database, and in the password %40 for @, %2F for /, %23 for #, %3F for ?, %25 for %",
};
const NO_PLACE = {
  what: "hosts and ports of this URL do not fit each other",
  todo: "write host:port,host:port, and the folder of a socket as ?host=/var/run/postgresql",
};

interface Parts {
  readonly user?: string;
  readonly password?: string;
  readonly hosts: string;
  readonly database?: string;
  readonly query: string;
}

/** A host, an IPv6 address in brackets (with its zone), or an encoded folder, each with its port. */
const HOST = String.raw`(?:\[[0-9a-fA-F:.]+(?:%[\w.%-]+)?\]|[\w.%~-]*)(?::\d{1,5})?`;
/** None where two `&` stand side by side, or one at the end. */
const PARAMETER = "(?:[A-Za-z_.]+=[^&]*)?";
const BEHIND_USER = new RegExp(
  String.raw`^(?<hosts>${HOST}(?:,${HOST})*)(?:/(?<database>[^/?#@]*))?(?:\?(?<query>${PARAMETER}(?:&${PARAMETER})*))?$`,
);

/**
 * Passwords stand here as they were copied, with `@`, `/`, `#` or `?` in them. So the user's part ends where the rest makes sense:
 * where the standard says, else at the first `@` behind it that does.
 */
function partsOf(rest: string): Parts | undefined {
  const authority = rest.split(/[/?#]/, 1)[0] ?? "";
  const standard = authority.lastIndexOf("@");
  for (let at = standard; ; at = rest.indexOf("@", at + 1)) {
    const { hosts, database, query = "" } = BEHIND_USER.exec(rest.slice(at + 1))?.groups ?? {};
    if (hosts !== undefined) {
      const named = database === undefined || database === "" ? {} : { database: percentDecoded(database) };
      return { ...userOf(rest.slice(0, Math.max(at, 0))), hosts, ...named, query };
    }
    if (rest.indexOf("@", at + 1) < 0) return undefined;
  }
}

function userOf(text: string): Pick<Parts, "user" | "password"> {
  const colon = text.indexOf(":");
  if (colon < 0) return { user: percentDecoded(text) };
  return { user: percentDecoded(text.slice(0, colon)), password: percentDecoded(text.slice(colon + 1)) };
}

/** An address in brackets, a folder, an address without brackets (behind the `?`), or a name. */
const WITH_PORT = /^(?<name>\[.*\]|\/.*|[^:]*:[^:]*:.*|[^:]*)(?::(?<own>\d+))?$/;

const portsIn = (hosts: string): string =>
  hosts
    .split(",")
    .map((host) => /:(\d+)$/.exec(host)?.[1] ?? "")
    .join(",");

/** @param port for hosts without one; one for each, or one for all */
function hostsOf(hosts: string, port = ""): readonly Host[] | undefined {
  const ports = port.split(",");
  const all = hosts.split(",").map((one, index): Host | undefined => {
    const { name, own } = WITH_PORT.exec(one)?.groups ?? {};
    if (name === undefined) return undefined;
    const number = Number(own || ports[index] || ports[0] || PORT);
    const host = percentDecoded(name.replace(/^\[|\]$/g, "")) || "localhost";
    return number > 0 && number <= 65_535 ? { host, port: number } : undefined;
  });
  const known = all.filter((host) => host !== undefined);
  return known.length === all.length && /^[\d,]*$/.test(port) ? known : undefined;
}

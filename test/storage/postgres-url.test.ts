/** PostgreSQL URLs as hosters print them: each is understood, or refused with the way out. */
import assert from "node:assert/strict";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import postgres from "postgres";
import { databasePlace, readPostgresUrl, type Target, withEnvironment } from "../../src/basics/postgres-url.ts";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { databaseTrouble, isFinal, isRefused } from "../../src/storage/postgres/trouble.ts";
import { selfSigned } from "../support/certificate.ts";
import { DEBIAN_POSTGRES, NOBODY, type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";

const H = [{ host: "h", port: 5432 }];

type Part = Partial<Omit<Target, "tls">> & { readonly tls?: Partial<Target["tls"]> };
const UNDERSTOOD: readonly (readonly [what: string, url: string, part: Part])[] = [
  ["the least", "postgres://h", { hosts: H }],
  [
    "either scheme",
    "postgresql://u:p@h:6000/d",
    { hosts: [{ host: "h", port: 6000 }], user: "u", password: "p", database: "d" },
  ],
  ["nothing at all", "postgres:///", { hosts: [{ host: "localhost", port: 5432 }] }],
  ["an escaped password", "postgres://u:p%40%2F%23%3F%25@h/d", { hosts: H, password: "p@/#?%" }],
  ["a password with @", "postgres://u:p@ss@h/d", { hosts: H, password: "p@ss", database: "d" }],
  ["a password with /", "postgres://u:p/ss@h/d", { hosts: H, user: "u", password: "p/ss", database: "d" }],
  ["a password that looks like a port before its /", "postgres://u:12/34@h/d", { hosts: H, password: "12/34" }],
  ["a password with #", "postgres://u:p#ss@h/d", { hosts: H, password: "p#ss" }],
  [
    "a password with ?",
    "postgres://u:p?ss@h/d?sslmode=require",
    { hosts: H, password: "p?ss", tls: { demand: "encrypt" } },
  ],
  ["a password with all of them", "postgres://u:a@b/c#d?e@h/d", { hosts: H, password: "a@b/c#d?e", database: "d" }],
  ["a password with a lone %", "postgres://u:100%@h/d", { hosts: H, password: "100%" }],
  ["a password with :", "postgres://u:a:b@h/d", { hosts: H, user: "u", password: "a:b" }],
  ["an @ behind the ?", "postgres://h/d?application_name=a@b", { hosts: H, startup: { application_name: "a@b" } }],
  ["an address of IPv6", "postgres://u@[::1]:6000/d", { hosts: [{ host: "::1", port: 6000 }] }],
  [
    "several hosts",
    "postgres://u@a:1,b:2,c/d?target_session_attrs=read-write",
    {
      hosts: [
        { host: "a", port: 1 },
        { host: "b", port: 2 },
        { host: "c", port: 5432 },
      ],
    },
  ],
  [
    "several hosts behind the ?",
    "postgres:///d?host=a,b&port=1,2",
    {
      hosts: [
        { host: "a", port: 1 },
        { host: "b", port: 2 },
      ],
    },
  ],
  [
    "a socket",
    "postgres:///d?host=/var/run/postgresql&user=u",
    { hosts: [{ host: "/var/run/postgresql", port: 5432 }], user: "u" },
  ],
  [
    "an encoded socket",
    "postgres://u@%2Fvar%2Frun%2Fpostgresql/d",
    { hosts: [{ host: "/var/run/postgresql", port: 5432 }] },
  ],
  ["Cloud SQL's socket", "postgres://u@/d?host=/cloudsql/p:r:i", { hosts: [{ host: "/cloudsql/p:r:i", port: 5432 }] }],
  ["a password behind the ?", "postgres://h/d?user=u&password=p%26q+r", { hosts: H, user: "u", password: "p&q+r" }],
  ["a pooler of Prisma's kind", "postgres://h/d?pgbouncer=true&connection_limit=1", { hosts: H, prepare: false }],
  [
    "Neon's endpoint",
    "postgres://h/d?options=endpoint%3Dep-x",
    { hosts: H, startup: { application_name: "unsub-bridge", options: "endpoint=ep-x" } },
  ],
  ["a name for the session", "postgres://h/d?application_name=x", { hosts: H, startup: { application_name: "x" } }],
  ["a time to connect", "postgres://h/d?connect_timeout=5", { hosts: H, connectMs: 5_000 }],
  ["a long time to connect", "postgres://h/d?connect_timeout=300", { hosts: H, connectMs: 10_000 }],
  ["channel binding, if there is", "postgres://h/d?channel_binding=prefer", { hosts: H }],
  [
    "channel binding beside what keeps the same",
    "postgres://h/d?sslmode=verify-full&channel_binding=require",
    { tls: { demand: "name" } },
  ],
  ...(
    [
      ["disable", "none"],
      ["allow", "prefer"],
      ["prefer", "prefer"],
      ["require", "encrypt"],
      ["no-verify", "encrypt"],
      ["verify-ca", "authority"],
      ["verify-full", "name"],
      ["require&sslrootcert=/ca.pem", "authority"],
      ["no-verify&sslrootcert=/ca.pem", "encrypt"],
    ] as const
  ).map(([mode, demand]) => [`sslmode=${mode}`, `postgres://h/d?sslmode=${mode}`, { tls: { demand } }] as const),
  ["no word on TLS", "postgres://h/d", { tls: { demand: "none" } }],
  ["an authority and no word besides", "postgres://h/d?sslrootcert=/ca.pem", { tls: { demand: "authority" } }],
  [
    "a certificate of a client and no word besides",
    "postgres://h/d?sslcert=/c&sslkey=/k",
    { tls: { demand: "encrypt" } },
  ],
  ["a name that nobody shall hear", "postgres://h/d?sslmode=require&sslsni=0", { tls: { namesHost: false } }],
  [
    "another encoding than ours",
    "postgres://h/d?client_encoding=latin1",
    { startup: { application_name: "unsub-bridge" } },
  ],
  [
    "an address of IPv6 with its zone",
    "postgres://h@[fe80::1%25eth0]:6/d",
    { hosts: [{ host: "fe80::1%eth0", port: 6 }] },
  ],
  [
    "an address of IPv6 behind the ?",
    "postgres:///d?host=2001:db8::1",
    { hosts: [{ host: "2001:db8::1", port: 5432 }] },
  ],
  ["a socket and a port", "postgres://u@:6000/d?host=/tmp", { hosts: [{ host: "/tmp", port: 6000 }] }],
  ["a host that is none behind the ?", "postgres://h/d?host=", { hosts: H }],
  ["a lone &", "postgres://h/d?pgbouncer=true&&connect_timeout=5&", { prepare: false, connectMs: 5_000 }],
  ["a user with @", "postgres://u@h:pw@h.postgres.database.azure.com/d", { user: "u@h", password: "pw" }],
  ...(
    [
      ...["statement_cache_size=0", "prepared_statement_cache_size=0", "prepareThreshold=0", "prepare=false"],
      ...["prepared_statements=false", "default_query_exec_mode=simple_protocol", "default_query_exec_mode=exec"],
    ] as const
  ).map((word) => [`${word}, as a driver says it`, `postgres://h/d?${word}`, { prepare: false }] as const),
  ["ssl=true", "postgres://h/d?ssl=true", { tls: { demand: "name" } }],
  ["ssl=false", "postgres://h/d?ssl=false", { tls: { demand: "none" } }],
  ["ssl=require", "postgres://h/d?ssl=require", { tls: { demand: "encrypt" } }],
  ["the system's authorities", "postgres://h/d?sslrootcert=system", { tls: { demand: "name", files: {} } }],
  [
    "files of a client",
    "postgres://h/d?sslmode=verify-full&sslrootcert=/ca&sslcert=/c&sslkey=/k&sslpassword=x&sslnegotiation=direct",
    { tls: { files: { ca: "/ca", cert: "/c", key: "/k" }, passphrase: "x", direct: true } },
  ],
];

const REFUSED: readonly (readonly [url: string, fault: RegExp])[] = [
  ["postgres://u:s3cr3t@h/d?channel_binding=require", /channel_binding=require cannot be kept.*sslmode=verify-full/],
  ["postgres://u:s3cr3t@h/d?sslmode=require&channel_binding=require", /sslmode=verify-full/],
  ["postgres://u:s3cr3t@h/d?schema=public", /schema is no parameter.*storage\.schema/],
  ["postgres://u:s3cr3t@h/d?sslmode=yes", /sslmode has a value that we do not know; write one of disable, /],
  ["postgres://u:s3cr3t@h/d?sslrootcert=ca.pem", /sslrootcert is no whole path; begin it with \//],
  ["postgres://u:s3cr3t@h/d?sslcert=/c", /sslcert and sslkey go together/],
  ["postgres://u:s3cr3t@h/d?target_session_attrs=read-only", /the bridge writes.*read-write/],
  ["postgres://u:s3cr3t@h/d?hostaddr=1.2.3.4", /hostaddr is not supported; write the address/],
  ["postgres://u:s3cr3t@h/d?service=x", /service files are not read/],
  ["postgres://u:s3cr3t@h/d?gssencmode=require", /gssencmode has a value/],
  ["postgres://u:s3cr3t@h/d?connect_timeout=soon", /no number of seconds/],
  ["postgres://u:s3cr3t@h/d?tuning=1", /tuning is a parameter that we do not know; leave it out/],
  ["postgres://u:s3cr3t@h:99999/d", /hosts and ports/],
  ["postgres://u:s3cr3t@h:0/d", /hosts and ports/],
  ["postgres://u:s3cr3t@h/d?host=a:b", /hosts and ports/],
  ["postgres://u:s3cr3t@h/d?sslsni=no", /sslsni has a value/],
  ["postgres://u:s3cr3t@h/d?sslmode=require&sslrootcert=system", /believes nobody yet.*sslmode=verify-full/],
  ["postgres://u:s3cr3t@h/d?sslnegotiation=direct", /from the first byte.*sslmode=verify-full/],
  ["postgres://u:s3cr3t@h/d?sslnegotiation=direct&sslmode=prefer", /from the first byte/],
  ["postgres://u:s3cr3t@h h/d", /no URL of a PostgreSQL server.*%40 for @/],
  ["postgres://u:s3cr3t@h:port/d", /no URL of a PostgreSQL server/],
];

describe("a PostgreSQL URL", () => {
  for (const [what, url, part] of UNDERSTOOD) {
    test(`with ${what} is understood`, () => {
      const read = readPostgresUrl(url);
      assert.ok(read.ok, JSON.stringify(read));
      const { tls, ...rest } = part;
      for (const [key, value] of Object.entries(rest)) assert.deepEqual(read.target[key as keyof Target], value, key);
      for (const [key, value] of Object.entries(tls ?? {})) {
        assert.deepEqual(read.target.tls[key as keyof Target["tls"]], value, key);
      }
    });
  }

  for (const [url, fault] of REFUSED) {
    test(`is refused with the way out, and tells no password: ${url}`, () => {
      const read = readPostgresUrl(url);
      const words = read.ok ? "" : read.faults.map(({ what, todo }) => `${what}; ${todo}`).join("\n");
      assert.match(words, fault);
      assert.doesNotMatch(`${words} ${databasePlace(url)}`, /s3cr3t/);
    });
  }

  test("is refused for all that is wrong with it at once", () => {
    const read = readPostgresUrl(
      "postgres://u:s3cr3t@h:99999/d?sslmode=yes&schema=public&sslcert=/c&connect_timeout=soon",
    );
    assert.deepEqual(read.ok || read.faults.map(({ what }) => what.split(" ")[0]), [
      ...["sslmode", "schema", "sslcert", "connect_timeout"],
      "hosts",
    ]);
  });

  test("is shown without user and password", () => {
    assert.equal(databasePlace("postgres://u:p@ss/w#rd@h:6000/d?password=x"), "h:6000/d");
    assert.equal(databasePlace("postgres://u:p@[::1],b:1/d"), "[::1]:5432,b:1/d");
  });

  test("says more than the environment, and the environment what it leaves out", () => {
    const env = { PGSSLMODE: "verify-full", PGSSLROOTCERT: "/my ca.pem", PGAPPNAME: "" };
    const added = withEnvironment("postgres://u:p/q@h/d", env);
    assert.equal(added, "postgres://u:p/q@h/d?sslmode=verify-full&sslrootcert=%2Fmy%20ca.pem");
    assert.equal(
      withEnvironment("postgres://h/d?sslmode=disable", env),
      "postgres://h/d?sslmode=disable&sslrootcert=%2Fmy%20ca.pem",
    );
    assert.equal(withEnvironment("postgres://h/d?ssl=false", { PGSSLMODE: "require" }), "postgres://h/d?ssl=false");
    assert.equal(withEnvironment("sqlite:./x.db", env), "sqlite:./x.db");
  });

  test("is completed by the environment where it names no host, port, user, password or database, as libpq does", () => {
    const env = { PGHOST: "db", PGPORT: "6000", PGUSER: "me", PGPASSWORD: "p@ss+w", PGDATABASE: "d" };
    const all = { hosts: [{ host: "db", port: 6000 }], user: "me", password: "p@ss+w", database: "d" };
    const other = { hosts: [{ host: "h", port: 7 }], user: "u", password: "p", database: "x" };
    for (const [url, target] of [
      ["postgres://", all],
      ["postgres:///", all],
      ["postgres://h:7/", { ...all, hosts: other.hosts }],
      ["postgres://h", { ...all, hosts: [{ host: "h", port: 6000 }] }],
      ["postgres://u@/x?host=/tmp", { ...all, hosts: [{ host: "/tmp", port: 6000 }], user: "u", database: "x" }],
      ["postgres://u:p@h:7/x", other],
      ["postgres:///?host=h&port=7&user=u&password=p&dbname=x", other],
    ] as const) {
      const read = readPostgresUrl(withEnvironment(url, env));
      assert.ok(read.ok, url);
      const { hosts, user, password, database } = read.target;
      assert.deepEqual({ hosts, user, password, database }, target, url);
    }
  });

  test("is given no authority by the environment of a machine where nothing is said of TLS", () => {
    const read = readPostgresUrl(withEnvironment("postgres://h/d", { PGSSLROOTCERT: "/ca.pem", PGSSLSNI: "1" }));
    assert.equal(read.ok && read.target.tls.demand, "none");
    const system = readPostgresUrl(withEnvironment("postgres://h/d", { PGSSLROOTCERT: "system" }));
    assert.equal(system.ok && system.target.tls.demand, "name");
    assert.ok(!readPostgresUrl(withEnvironment("postgres://h/d", { PGSSLNEGOTIATION: "direct" })).ok);
    assert.ok(!readPostgresUrl(withEnvironment("postgres://h/d", { PGGSSENCMODE: "require" })).ok);
  });
});

/** `well`, or what opening a store there says. */
async function openedAt(server: PrivateServer, url: string): Promise<string> {
  try {
    await (await openPostgres({ url, schema: server.schema() })).close();
    return "well";
  } catch (error) {
    return `${isFinal(error) || isRefused(error) ? "for good: " : ""}${String(error)}`;
  }
}

describe("a refusal to talk without TLS", () => {
  const refusal = (words: string) => databaseTrouble(Object.assign(new Error(words), { code: "28000" })).message;
  for (const words of [
    'no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", no encryption',
    'no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", SSL off',
    "kein pg_hba.conf-Eintrag für Host »10.0.0.1«, Benutzer »u«, Datenbank »d«, keine Verschlüsselung",
    '没有用于主机 "10.0.0.1", 用户 "u", 数据库 "d", 无加密 的 pg_hba.conf 记录',
    "SSL connection is required. Please specify SSL options and retry.",
    "This RDS Proxy requires TLS connections",
    "connection is insecure (try using `sslmode=require`)",
    "SSL required",
  ]) {
    test(`names ?sslmode=require: ${words}`, () => assert.match(refusal(words), /add \?sslmode=require/));
  }

  for (const words of [
    'no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", SSL encryption',
    'no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", SSL on',
    "kein pg_hba.conf-Eintrag für Host »10.0.0.1«, Benutzer »u«, Datenbank »d«, SSL-Verschlüsselung",
    'role "u" is not permitted to log in',
  ]) {
    test(`is none: ${words}`, () => assert.match(refusal(words), /refuses this user/));
  }
});

describe("a PostgreSQL server", () => {
  let server: PrivateServer;
  let readOnly: PrivateServer;
  before(async () => {
    server = await startPrivatePostgres();
    readOnly = await startPrivatePostgres({ default_transaction_read_only: "on" });
  });
  after(async () => {
    await server.stop();
    await readOnly.stop();
  });
  const placeIn = ({ url }: PrivateServer) => new URL(url).host;

  test("is found through its socket", async () => {
    const sql = postgres(server.url, { max: 1, fetch_types: false });
    const [row] = await sql`SHOW unix_socket_directories`;
    await sql.end();
    const { port } = new URL(server.url);
    const folder = String(row?.unix_socket_directories);
    assert.equal(await openedAt(server, `postgres:///postgres?host=${folder}&port=${port}&user=postgres`), "well");
    const encoded = `postgres://postgres@${encodeURIComponent(folder)}:${port}/postgres?sslmode=require`;
    assert.equal(await openedAt(server, encoded), "well", "a socket of this machine needs no TLS");
    assert.match(
      await openedAt(server, "postgres:///postgres?host=/nowhere&user=x"),
      /socket that storage.url names is not there/,
    );
  });

  test("is found among several hosts: the first that takes writes", async () => {
    const hosts = ["127.0.0.1:1", placeIn(readOnly), placeIn(server)];
    assert.equal(await openedAt(server, `postgres://postgres@${hosts.join(",")}/postgres`), "well");
    const none = await openedAt(server, `postgres://postgres@127.0.0.1:1,${placeIn(readOnly)}/postgres`);
    assert.match(none, /takes no writes/);
  });
});

describe("a PostgreSQL server that speaks TLS", {
  skip: DEBIAN_POSTGRES === undefined && "this machine has none",
}, () => {
  /** A server with a certificate for this name, and the folder of its files. */
  async function withServer(
    name: string,
    prove: (server: PrivateServer, folder: string) => Promise<void>,
    access = "host all all 127.0.0.1/32 trust",
  ): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-certificate-"));
    const { key, cert } = selfSigned(name);
    await chmod(folder, 0o755);
    await writeFile(join(folder, "cert.pem"), cert);
    await writeFile(join(folder, "key.pem"), key, { mode: 0o600 });
    if (userInfo().uid === 0) await chown(join(folder, "key.pem"), NOBODY, NOBODY);
    await writeFile(join(folder, "pg_hba.conf"), `${access}\n`);
    const hba = { hba_file: join(folder, "pg_hba.conf") };
    const files = { ...hba, ssl_cert_file: join(folder, "cert.pem"), ssl_key_file: join(folder, "key.pem") };
    const server = await startPrivatePostgres({ ssl: "on", ...files }, DEBIAN_POSTGRES);
    try {
      await prove(server, folder);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  }

  const opened = (server: PrivateServer, host: string, parameters: string) =>
    openedAt(server, `${server.url.replace("127.0.0.1", host)}?${parameters}`);

  test("is believed as far as sslmode says", async () => {
    await withServer("other.example", async (server, folder) => {
      const ca = `sslrootcert=${join(folder, "cert.pem")}`;
      for (const mode of ["disable", "prefer", "require", "no-verify", `verify-ca&${ca}`, `require&${ca}`]) {
        assert.equal(await opened(server, "localhost", `sslmode=${mode}`), "well", mode);
      }
      assert.match(
        await opened(server, "localhost", "sslmode=verify-ca"),
        /for good: .*nobody whom we know.*sslrootcert=/,
      );
      assert.match(await opened(server, "localhost", "ssl=true"), /for good: .*nobody whom we know/);
      assert.match(await opened(server, "localhost", `sslmode=verify-full&${ca}`), /certificate is for another host/);
      assert.match(await opened(server, "localhost", "sslmode=verify-full&sslrootcert=/nowhere"), /is not there/);
    });
  });

  test("and has the name that is asked for is believed in full", async () => {
    await withServer("localhost", async (server, folder) => {
      const parameters = `sslmode=verify-full&sslrootcert=${join(folder, "cert.pem")}`;
      assert.equal(await opened(server, "localhost", parameters), "well");
    });
  });

  test("that lets nobody in without is answered by what to write into the URL", async () => {
    await withServer(
      "localhost",
      async (server) => {
        assert.match(await opened(server, "127.0.0.1", ""), /for good: .*add \?sslmode=require to storage\.url/);
        assert.equal(await opened(server, "127.0.0.1", "sslmode=require"), "well");
      },
      "hostssl all all 127.0.0.1/32 trust",
    );
  });

  test("is asked in vain where there is none: nothing is sent in clear", async () => {
    const server = await startPrivatePostgres({}, DEBIAN_POSTGRES);
    try {
      assert.match(await opened(server, "127.0.0.1", "sslmode=require"), /for good: .*offers no TLS/);
      assert.equal(await opened(server, "127.0.0.1", "sslmode=prefer"), "well");
    } finally {
      await server.stop();
    }
  });
});

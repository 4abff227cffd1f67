/** Files that the URL of a database names for TLS: read at each connection, so that one which is of no use is tried again for ever. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isPostgresUrl, readPostgresUrl } from "../../basics/postgres-url.ts";
import type { Config } from "../../config/checked-config.ts";
import { errorLine } from "../error-line.ts";
import type { CheckFinding, PlaceOf } from "./finding.ts";

const NAMES = { ca: "sslrootcert", cert: "sslcert", key: "sslkey" } as const;
type Which = keyof typeof NAMES;

export async function checkDatabaseFiles(
  { storage: { url } }: Pick<Config, "storage">,
  placeOf: PlaceOf,
): Promise<CheckFinding[]> {
  const read = isPostgresUrl(url) ? readPostgresUrl(url) : undefined;
  if (read?.ok !== true || read.target.tls.demand === "none") return [];
  const found: CheckFinding[] = [];
  const say: Say = (ok, what, todo) =>
    void found.push({ ok, about: "database", what, todo, place: placeOf(["storage", "url"]) });
  const contents = await readAll(read.target.tls.files, say);
  const trouble = found.length === 0 ? troubleWith(contents, read.target.tls.passphrase) : undefined;
  if (trouble !== undefined) say(false, ...trouble);
  return found;
}

type Say = (ok: CheckFinding["ok"], what: string, todo: string) => void;
type Contents = Readonly<Partial<Record<Which, string>>>;

async function readAll(files: Contents, say: Say): Promise<Contents> {
  const contents: Partial<Record<Which, string>> = {};
  for (const which of ["ca", "cert", "key"] as const) {
    const file = files[which];
    if (file === undefined) continue;
    try {
      contents[which] = await readFile(file, "utf8");
    } catch (error) {
      const todo = "correct the path, or let whoever runs the bridge read it; until then no connection can be made";
      // whoever runs the bridge may be somebody else
      const ok = Reflect.get(Object(error), "code") === "EACCES" ? "warning" : false;
      say(ok, `${NAMES[which]} names a file that cannot be read: ${errorLine(error)}`, todo);
    }
  }
  return contents;
}

type Trouble = readonly [what: string, todo: string];

/** Why no connection can be made with what was read. */
function troubleWith({ ca, cert, key }: Contents, passphrase: string | undefined): Trouble | undefined {
  for (const [which, pem] of [["sslrootcert", ca] as const, ["sslcert", cert] as const]) {
    if (pem === undefined || certificateIn(pem) !== undefined) continue;
    return [
      `${which} names a file without a certificate in PEM`,
      "name one that begins with -----BEGIN CERTIFICATE-----",
    ];
  }
  if (cert === undefined || key === undefined) return undefined;
  const own = keyIn(key, passphrase);
  if (own === undefined) {
    const todo = "name the key in PEM, and where it has a passphrase write that as sslpassword";
    return ["sslkey names a file without a key that can be read", todo];
  }
  if (certificateIn(cert)?.checkPrivateKey(own) === true) return undefined;
  return ["sslkey is not the key of sslcert", "name the two that belong together"];
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/;

/** The first of those that stand there. */
function certificateIn(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(CERTIFICATE.exec(pem)?.[0] ?? "");
  } catch {
    return undefined;
  }
}

function keyIn(pem: string, passphrase: string | undefined): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    return undefined;
  }
}

/** Files that the URL of a database names for TLS: read at each connection, so that one which is of no use is tried again for ever. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { isPostgresUrl, readPostgresUrl } from "../../basics/postgres-url.ts";
import type { Found } from "../../basics/sentence-tables.ts";
import type { Config } from "../../config/checked-config.ts";
import { contentOf } from "../../config/files/read-text.ts";
import { errorLine } from "../error-line.ts";
import type { OwnFinding, PlaceOf } from "./finding.ts";
import { found } from "./found.ts";

const NAMES = { ca: "sslrootcert", cert: "sslcert", key: "sslkey" } as const;
type Which = keyof typeof NAMES;

export async function checkDatabaseFiles(
  { storage: { url } }: Pick<Config, "storage">,
  placeOf: PlaceOf,
): Promise<OwnFinding[]> {
  const read = isPostgresUrl(url) ? readPostgresUrl(url) : undefined;
  if (read?.ok !== true || read.target.tls.demand === "none") return [];
  const findings: Found[] = [];
  const contents = await readAll(read.target.tls.files, findings);
  const trouble = findings.length === 0 ? troubleWith(contents, read.target.tls.passphrase) : undefined;
  if (trouble !== undefined) findings.push(trouble);
  return findings.map((each) => ({ ...each, about: "database", place: placeOf(["storage", "url"]) }));
}

type Contents = Readonly<Partial<Record<Which, string>>>;

async function readAll(files: Contents, findings: Found[]): Promise<Contents> {
  const contents: Partial<Record<Which, string>> = {};
  for (const which of ["ca", "cert", "key"] as const) {
    const file = files[which];
    if (file === undefined) continue;
    try {
      contents[which] = (await contentOf(file)).toString("utf8");
    } catch (error) {
      // whoever runs the bridge may be somebody else
      const ok = Reflect.get(Object(error), "code") === "EACCES" ? "warning" : false;
      findings.push(found(ok, "file_unread", { which: NAMES[which], fault: errorLine(error) }));
    }
  }
  return contents;
}

/** Why no connection can be made with what was read. */
function troubleWith({ ca, cert, key }: Contents, passphrase: string | undefined): Found | undefined {
  for (const [which, pem] of [["sslrootcert", ca] as const, ["sslcert", cert] as const]) {
    if (pem === undefined || certificateIn(pem) !== undefined) continue;
    return found(false, "no_certificate", { which });
  }
  if (cert === undefined || key === undefined) return undefined;
  const own = keyIn(key, passphrase);
  if (own === undefined) return found(false, "no_key");
  if (certificateIn(cert)?.checkPrivateKey(own) === true) return undefined;
  return found(false, "key_of_other");
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

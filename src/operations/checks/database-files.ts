/** Files that the URL of a database names for TLS: read at each connection, so that one which cannot be read is tried again for ever. */
import { readFile } from "node:fs/promises";
import { isPostgresUrl, readPostgresUrl } from "../../basics/postgres-url.ts";
import type { Config } from "../../config/checked-config.ts";
import { errorLine } from "../error-line.ts";
import type { CheckFinding, PlaceOf } from "./finding.ts";

const NAMES = { ca: "sslrootcert", cert: "sslcert", key: "sslkey" } as const;

export async function checkDatabaseFiles(
  { storage: { url } }: Pick<Config, "storage">,
  placeOf: PlaceOf,
): Promise<CheckFinding[]> {
  const read = isPostgresUrl(url) ? readPostgresUrl(url) : undefined;
  if (read?.ok !== true || read.target.tls.demand === "none") return [];
  const { files } = read.target.tls;
  const looks = (["ca", "cert", "key"] as const).map(async (which): Promise<CheckFinding[]> => {
    const file = files[which];
    if (file === undefined) return [];
    try {
      await readFile(file);
      return [];
    } catch (error) {
      const what = `${NAMES[which]} names a file that cannot be read: ${errorLine(error)}`;
      const todo = "correct the path, or let whoever runs the bridge read it; until then no connection can be made";
      // whoever runs the bridge may be somebody else
      const ok = Reflect.get(Object(error), "code") === "EACCES" ? "warning" : false;
      return [{ ok, about: "database", what, todo, place: placeOf(["storage", "url"]) }];
    }
  });
  return (await Promise.all(looks)).flat();
}

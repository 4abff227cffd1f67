/** What in an address lets somebody write there: any part of it but its host, as it stands and as it is meant. Pure. */
import { formDecoded } from "../basics/percent.ts";

/** Words of a path (`webhook`, `services`) are no secrets. Characters. */
const SHORTEST_IN_PATH = 9;

export function secretsIn(address: string): readonly string[] {
  if (!URL.canParse(address)) return [address];
  const { username, password, pathname, search, hash } = new URL(address);
  const path = pathname.split("/").filter((part) => part.length >= SHORTEST_IN_PATH);
  const query = search.slice(1).split(/[&;]/);
  // a lone name may be the credential itself
  const values = query.map((part) => part.slice(part.indexOf("=") + 1));
  const parts = [...path, ...values, username, password, hash.slice(1)].filter((part) => part !== "");
  return [address, ...new Set(parts.flatMap((part) => [part, formDecoded(part)]))];
}

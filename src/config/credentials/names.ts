/** By what path one knows that a setting may hold a credential. Pure. */
import { isCredentialHeaderName, isCredentialName } from "../../basics/credential-names.ts";

/** Of a setting: `["connectors", "crm", "headers", "authorization"]`. */
type Path = readonly (string | number)[];

/** Names of settings that hold an address, which may hold a password or a key. */
const ADDRESS_NAME = /(^|[-_])(url|uri|dsn|endpoint|address|host|connection(_string)?)$/i;

/** True for a setting whose value no fault may quote. */
export function mayHoldSecret(path: Path): boolean {
  const name = String(path.at(-1));
  // where we listen is no secret
  if (path.length === 2 && (path[0] === "server" || path[0] === "admin")) return false;
  return isCredentialName(name) || ADDRESS_NAME.test(name) || isCredentialHeader(path);
}

/** A header such as `authorization` holds a credential although it is no setting of its own. */
export function isCredentialHeader(path: Path): boolean {
  return path.includes("headers") && isCredentialHeaderName(String(path.at(-1)));
}

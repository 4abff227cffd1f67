/** `account_check`: whether users are known to Chat. Pure. */
import type { Fields } from "../body.ts";
import type { Existence } from "../contract.ts";
import type { ChatQuestion } from "../judging.ts";
import { says } from "../words.ts";
import { objectsIn, odd, type Read, read } from "./fields.ts";

/** Users in one call. */
export const MOST_USERS = 100;

export function askAccountCheck(users: readonly string[]): ChatQuestion {
  return {
    command: "im_open_login_svc/account_check",
    body: { CheckItem: users.map((user) => ({ UserID: user })) },
  };
}

/** Each by its id, never by its place. */
export function readAccountCheck(fields: Fields, users: readonly string[]): Read<ReadonlyMap<string, Existence>> {
  const entries = objectsIn(fields, "ResultItem");
  if (entries === undefined) return odd(says("no_list_of_objects", { field: "ResultItem" }));
  return read(
    new Map(
      users.map((user) => {
        const own = entries.filter(({ UserID: id }) => id === user);
        const [only] = own;
        return [user, own.length === 1 && only !== undefined ? existenceOf(only) : "unclear"];
      }),
    ),
  );
}

function existenceOf({ ResultCode: code, AccountStatus: status }: Fields): Existence {
  if (code !== 0) return "unclear";
  if (status === "Imported") return "exists";
  return status === "NotImported" ? "absent" : "unclear";
}

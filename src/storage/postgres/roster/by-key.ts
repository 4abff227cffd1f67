/**
 * Rows of given people, each looked up by its whole key. A join, or a list beside the rest of the key, would leave it to the server
 * whether to go through all rows of an account, which it does where it believes that there are few.
 */

/** @param people with `app`, `account` and `user_id`, for a FROM */
export const areOf = (table: "roster" | "missing", people: string): string =>
  `ctid = ANY(ARRAY(SELECT ${placeOf(table)} FROM ${people} AS n))`;

/** Where the row of `n.app`, `n.account` and `n.user_id` lies. */
export const placeOf = (table: "roster" | "missing"): string =>
  `(SELECT t.ctid FROM ${table} t WHERE t.app = n.app AND t.account = n.account AND t.user_id = n.user_id LIMIT 1)`;

/** `$1` app, `$2` account, `$3` users, as `areOf` takes them. */
export const USERS = "(SELECT $1::text AS app, $2::text AS account, u AS user_id FROM unnest($3::text[]) AS u)";

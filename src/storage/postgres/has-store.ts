/** Whether a database holds a store of ours, without making one. */

import { connectionOf } from "../../basics/postgres-url.ts";
import type { Config } from "../../config/checked-config.ts";
import { openPool } from "./pool/pool.ts";

const LIMIT_MS = 5_000;

/** Rejects when the database cannot be asked. */
export async function hasStore({
  url,
  schema,
  prepare,
}: Pick<Config["storage"], "url" | "schema" | "prepare">): Promise<boolean> {
  const pool = openPool({ ...connectionOf(url, prepare), most: () => 1 });
  try {
    const sql = "SELECT to_regclass($1) IS NOT NULL AS found";
    const { rows } = await pool.use(LIMIT_MS, (connection) => connection.send(sql, [`"${schema}".deliveries`]));
    return rows[0]?.found === true;
  } finally {
    await pool.close();
  }
}

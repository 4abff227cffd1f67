/** Which bridges serve the store, by their signs of life. */

import { isServing, REMEMBERED_MS } from "../rules/presence.ts";
import { bridgeOf } from "../rules/rows.ts";
import type { Context, Operations } from "./context.ts";

export function presenceOperations({
  all,
  run,
  now,
}: Pick<Context, "all" | "run" | "now">): Pick<Operations, "serving" | "ended" | "bridges"> {
  return {
    serving({ id, host, process, version, configuration }) {
      const at = now();
      run(
        `INSERT INTO bridges (id, host, process, version, configuration, since, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
         ON CONFLICT (id) DO UPDATE SET configuration = excluded.configuration, seen_at = excluded.seen_at, ended_at = NULL`,
        ...[id, host, process, version, JSON.stringify(configuration), at],
      );
      run("DELETE FROM bridges WHERE abs(seen_at - ?) > ? AND id <> ?", at, REMEMBERED_MS, id);
    },

    ended(id) {
      run("UPDATE bridges SET ended_at = ?1, seen_at = ?1 WHERE id = ?2", now(), id);
    },

    bridges() {
      const at = now();
      return all("SELECT * FROM bridges ORDER BY seen_at DESC, id")
        .map(bridgeOf)
        .map((bridge) => ({ ...bridge, serves: isServing(bridge, at) }));
    },
  };
}

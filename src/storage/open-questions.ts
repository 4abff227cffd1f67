/** Questions to the store that a configuration means: for what stands beside a running bridge, or for a command of its own. */
import { LOOKS, type Questions } from "./contract/questions.ts";
import type { Storage } from "./contract/storage.ts";
import { type StoreSettings, sqliteFile } from "./open.ts";
import { questionsBy } from "./questions.ts";
import { type LateQuestionOptions, type OpenLooks, questionsLate } from "./questions-late.ts";
import { judgeByLock } from "./rules/presence.ts";
import { lockOf } from "./sqlite/serving.ts";

/**
 * In the process that serves the store. It is opened when the first question is asked, by a connection of its own, and tried
 * again with the next one: whatever becomes of it is nothing to the bridge.
 * @param storage the served one: in memory it answers itself
 * @param giveWay resolves when others have had their time, after so many milliseconds of work
 */
export function openQuestionsBeside(
  settings: StoreSettings,
  storage: Pick<Storage, "description" | "looks">,
  giveWay: LateQuestionOptions["giveWay"] = async () => undefined,
): Questions {
  const path = sqliteFile(settings);
  const { description, looks } = storage;
  if (looks !== undefined) return questionsBy({ description, looks, close: async () => undefined });
  return questionsLate({
    description,
    async open(lost) {
      if (path === undefined) return openPostgres(settings);
      const { looksInThread } = await import("./sqlite/reader.ts");
      return looksInThread(path, LOOKS, lost);
    },
    names: LOOKS,
    giveWay,
  });
}

/** In a process of its own. Rejects in plain words when there is no store that can be read. */
export async function openQuestions(settings: StoreSettings): Promise<Questions> {
  const path = sqliteFile(settings);
  if (path === undefined) {
    const { databasePlace } = await import("../basics/postgres-url.ts");
    const opened = await openPostgres(settings);
    return questionsBy({
      ...opened,
      description: `postgres ${databasePlace(settings.url)}, schema ${settings.schema}`,
    });
  }
  const { looks, close } = await openFile(path);
  // one bridge serves it, and its lock ends with it: nobody need wait until it has been silent for long
  const bridges = async () => judgeByLock(await looks.bridges(), lockOf(path));
  return questionsBy({ looks: { ...looks, bridges }, close, description: `sqlite ${path}` });
}

async function openFile(path: string): Promise<OpenLooks> {
  const [{ looksHere }, { openTrouble }] = await Promise.all([
    import("./sqlite/reader.ts"),
    import("./sqlite/open-trouble.ts"),
  ]);
  try {
    return await looksHere(path, LOOKS);
  } catch (error) {
    throw openTrouble(path, error);
  }
}

async function openPostgres(settings: StoreSettings): Promise<OpenLooks> {
  const { openPostgresReader } = await import("./postgres/reader.ts");
  return openPostgresReader(settings);
}

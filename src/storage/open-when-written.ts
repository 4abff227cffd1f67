/** A store that is opened when something is first asked of it that no question answers. */
import type { Storage } from "./contract/storage.ts";
import { answerCall, storageFrom } from "./dispatch.ts";
import { openStorage, type StoreSettings, sqliteFile } from "./open.ts";

/**
 * For a command beside a running bridge: who only asks takes no lock against those who write, and brings nothing forward to
 * another release.
 * @param failed what to reject with when it cannot be opened
 */
export function openWhenWritten(
  description: string,
  settings: StoreSettings,
  failed: (error: unknown) => Promise<never>,
): Storage {
  let opened: Promise<Storage> | undefined;
  return storageFrom({
    description,
    shared: sqliteFile(settings) === undefined,
    async ask(name, args) {
      opened ??= openStorage(settings).catch(failed);
      return answerCall(await opened, name, args);
    },
    async close() {
      const storage = await opened?.catch(() => undefined);
      await storage?.close();
    },
  });
}

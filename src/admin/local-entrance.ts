/** Letting in whoever is on this machine, where the settings name no account: by a file that is there only meanwhile. */
import { removeTokenFile, writeTokenFile } from "./token-file.ts";

export interface LocalEntrance {
  /** Rejects with words for people when the file cannot be written. @param url of the listener */
  open(url: string): Promise<void>;
  close(): Promise<void>;
}

export function localEntrance(file: string, token: string): LocalEntrance {
  let isOpen = false;
  return {
    async open(url) {
      if (isOpen) return;
      await writeTokenFile(file, { url, token });
      isOpen = true;
    },
    async close() {
      // another bridge's stays
      if (isOpen) await removeTokenFile(file);
      isOpen = false;
    },
  };
}

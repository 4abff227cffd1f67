/**
 * Whether the log has lost its beginning, though it is the same file: whoever cuts it (`: > bridge.db-wal`) or writes over it takes nothing from
 * this process, which goes by what it remembers of the log, and all of it from the next.
 */
import { Buffer } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";
import { realFile } from "../../../basics/real-file.ts";

export interface LogHead {
  /** After a commit that wrote to the log. @param logBytes how long it is */
  isGone(logBytes: number): boolean;
  /** The store is opened anew, or closed. */
  forget(): void;
}

/** https://sqlite.org/fileformat2.html#the_write_ahead_log */
const HEADER_BYTES = 32;
const MAGIC: ReadonlySet<number> = new Set([0x377f0682, 0x377f0683]);

export function openLogHead(path: string): LogHead {
  const header = Buffer.alloc(HEADER_BYTES);
  let file: number | undefined;
  return {
    isGone(logBytes) {
      if (logBytes < HEADER_BYTES) return false;
      try {
        // SQLite locks nothing in this file, so none of its locks end with our descriptor; opened once, since a look costs less than opening
        file ??= openSync(`${realFile(path)}-wal`, "r");
        return readSync(file, header, 0, HEADER_BYTES, 0) === HEADER_BYTES && !MAGIC.has(header.readUInt32BE(0));
      } catch {
        return false;
      }
    },
    forget() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

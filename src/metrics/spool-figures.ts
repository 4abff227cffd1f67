/** What lies in the spool's files: looked at from outside, so that nothing of it costs whoever writes there anything. */
import { Buffer } from "node:buffer";
import { type FileHandle, open, stat } from "node:fs/promises";
import { ifThere } from "../basics/durable.ts";
import { segmentsOf } from "../spool/names.ts";

export interface SpoolFigures {
  /** Callbacks and quarantine entries in files that are not taken over yet; of a file that grows fast, partly estimated. */
  readonly entries: number;
  readonly bytes: number;
  /** When the oldest of them was received, milliseconds since 1970; `undefined`: there is none. */
  readonly oldestAt: number | undefined;
}

/** What is known of one file, of which lines are only added. */
interface SeenFile {
  lines: number;
  upTo: number;
  oldestAt: number | undefined;
}

/** So many bytes of a file are read at one look at most. */
const MOST_READ = 4 * 1024 * 1024;
const CHUNK = 256 * 1024;
const LINE_BREAK = 10;
/** The first keys of a line's callback, among them this one, stand well within. */
const HEAD = 4_096;
const RECEIVED_AT = /"receivedAt":(\d{1,15})/;

/** @returns what looks at it; a file that cannot be read counts for its bytes alone. Never rejects */
export function spoolFigures(path: string): () => Promise<SpoolFigures> {
  let seen = new Map<string, SeenFile>();

  return async () => {
    const files = [path, ...(await segmentsOf(path).catch(() => []))];
    const found = new Map<string, SeenFile>();
    let [entries, bytes] = [0, 0];
    let oldestAt: number | undefined;
    for (const file of files) {
      const status = await ifThere(stat(file)).catch(() => undefined);
      if (status === undefined) continue;
      bytes += status.size;
      const key = `${status.dev} ${status.ino}`;
      const known = seen.get(key) ?? { lines: 0, upTo: 0, oldestAt: undefined };
      await readOn(file, known).catch(() => undefined);
      found.set(key, known);
      entries += estimate(known, status.size);
      const since = known.oldestAt ?? (status.size > 0 ? status.mtimeMs : undefined);
      if (since !== undefined && (oldestAt === undefined || since < oldestAt)) oldestAt = since;
    }
    seen = found;
    return { entries, bytes, oldestAt };
  };
}

/** By the size of the lines so far, where not all of them are read yet. */
function estimate({ lines, upTo }: SeenFile, size: number): number {
  return upTo === 0 || size <= upTo ? lines : Math.round((lines * size) / upTo);
}

async function readOn(file: string, seen: SeenFile): Promise<void> {
  const handle = await open(file, "r");
  try {
    await countLines(handle, seen);
  } finally {
    await handle.close();
  }
}

async function countLines(handle: FileHandle, seen: SeenFile): Promise<void> {
  const chunk = Buffer.alloc(CHUNK);
  for (let left = MOST_READ; left > 0; left -= CHUNK) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK, seen.upTo);
    if (bytesRead === 0) return;
    if (seen.upTo === 0) seen.oldestAt = receivedAtIn(chunk.subarray(0, Math.min(bytesRead, HEAD)));
    seen.upTo += bytesRead;
    for (let at = chunk.indexOf(LINE_BREAK); at !== -1 && at < bytesRead; at = chunk.indexOf(LINE_BREAK, at + 1)) {
      seen.lines += 1;
    }
  }
}

function receivedAtIn(head: Buffer): number | undefined {
  const [, ms] = RECEIVED_AT.exec(head.toString("latin1")) ?? [];
  return ms === undefined ? undefined : Number(ms);
}

/** The file that is being written: begun when it is needed, and given up after the first failure. One call at a time. */
import type { Remembered } from "./remembered.ts";
import type { LostName } from "./rescue.ts";
import { beginSegment, type Segment, setAside } from "./segment.ts";

export interface CurrentSegment {
  /** Resolves when the bytes are on disk under the spool's name. Rejects when they cannot be brought there. */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes it, and moves what has the spool's name out of the way: what is written next begins another. */
  setAside(): Promise<void>;
  /** Gives it up where it has lost its name, or what was in it: that is saved, before a crash can take it. Never rejects. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const MOST_TRIES = 5;

export interface CurrentSegmentOptions {
  /** Called when there is a file, before it is written to: from now on there is something to take over. */
  readonly onBegun: () => void;
  /** Called when somebody has removed, moved, cut or overwritten it, with what became of the callbacks in it. */
  readonly onLost: (lost: LostName) => void;
  /** The same as of the files that are set aside. */
  readonly remembered: Remembered;
}

export function currentSegment(path: string, options: CurrentSegmentOptions): CurrentSegment {
  const { onBegun, onLost, remembered } = options;
  let current: Segment | undefined;

  async function writeOnce(bytes: Uint8Array): Promise<boolean> {
    let kept = false;
    try {
      current ??= await beginSegment(path, remembered);
      onBegun();
      kept = await current.append(bytes);
      return kept;
    } finally {
      // after a failed write or sync nobody knows what is in the file: the next one begins another
      if (!kept) await close();
    }
  }

  async function close(): Promise<void> {
    const last = current;
    current = undefined;
    for (const lost of (await last?.close()) ?? []) onLost(lost);
  }

  return {
    async write(bytes) {
      // again when somebody has moved or removed the file meanwhile
      for (let tries = 0; tries < MOST_TRIES; tries += 1) if (await writeOnce(bytes)) return;
      throw new Error("something keeps moving it away");
    },
    async look() {
      if ((await current?.isThere()) === false) await close();
    },
    setAside: () => close().then(() => setAside(path)),
    close,
  };
}

/** Opens connections, and knows what to do while the server lets in no more. */
import { isFull } from "../trouble.ts";

export interface Opener {
  /** How many are being opened. */
  readonly opening: number;
  /** Why the last one could not be opened; undefined after one that could. */
  readonly trouble: unknown;
  /** Opens one more; not while a full server is left alone, nor once it is stopped. */
  start(): void;
  stop(): void;
}

export interface OpenerOptions<C> {
  readonly open: () => Promise<C>;
  readonly onOpen: (client: C) => void;
  /** It could not be opened, and is not tried again unless somebody asks. */
  readonly onFailure: (error: unknown) => void;
  /** The server takes no more connections just now. */
  readonly onFull?: (() => void) | undefined;
  /** It was left alone for long enough: who still waits asks again. */
  readonly onRested: () => void;
  /** Milliseconds by a clock that does not jump. */
  readonly elapsed: () => number;
}

/** A server that takes no more connections is asked again after so many milliseconds, as long as somebody waits. */
const FULL_AGAIN_MS = 150;
/** And no longer than this in vain. */
const FULL_MS = 5_000;

export function openOpener<C>({ open, onOpen, onFailure, onFull, onRested, elapsed }: OpenerOptions<C>): Opener {
  let opening = 0;
  let trouble: unknown;
  let fullSince: number | undefined;
  let stopped = false;
  let resting: ReturnType<typeof setTimeout> | undefined;

  async function openOne(): Promise<void> {
    opening += 1;
    const opened = await open().then(
      (client) => ({ client }),
      (error: unknown) => ({ error }),
    );
    opening -= 1;
    if ("error" in opened) return failed(opened.error);
    [trouble, fullSince] = [undefined, undefined];
    onOpen(opened.client);
  }

  function failed(error: unknown): void {
    trouble = error;
    fullSince = isFull(error) ? (fullSince ?? elapsed()) : undefined;
    if (fullSince === undefined || elapsed() - fullSince >= FULL_MS) onFailure(error);
    else rest();
  }

  function rest(): void {
    onFull?.();
    resting ??= setTimeout(() => {
      resting = undefined;
      onRested();
    }, FULL_AGAIN_MS);
  }

  return {
    get opening() {
      return opening;
    },
    get trouble() {
      return trouble;
    },
    start() {
      if (resting === undefined && !stopped) void openOne();
    },
    stop() {
      stopped = true;
      clearTimeout(resting);
    },
  };
}

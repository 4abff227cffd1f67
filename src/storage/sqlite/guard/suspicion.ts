/** What follows when the store at the path may be another: nothing is taken until it is looked into, now and then. */
import type { DatabaseSync } from "node:sqlite";
import type { Note } from "../note.ts";
import type { Contents } from "./contents.ts";
import type { LookAtFiles } from "./files.ts";
import type { FileIdentity } from "./identity.ts";
import { type Doubt, doubtWords, type Loss, openLoss } from "./loss.ts";

export interface Suspicion {
  /** Until it is resolved. */
  readonly doubts: boolean;
  /** Throws always. */
  raise(doubt: Doubt): never;
  /** Throws while there is a doubt. */
  refuse(): void;
  /** Looks into it. Returns when the store may be opened anew; throws while what lies at the path is not this store. */
  resolve(db: DatabaseSync): void;
  /** At the end: saves the store where its files are gone. Resolves with false when it must be left open. */
  settle(db: DatabaseSync): Promise<boolean>;
}

export interface SuspicionOptions {
  readonly path: string;
  readonly note: (note: Note) => void;
  readonly look: LookAtFiles;
  readonly elapsed: () => number;
  readonly identity: FileIdentity;
  readonly contents: Contents;
  readonly loss?: Loss;
}

/** What lies at the path is looked into once in so many milliseconds. */
const TRY_AGAIN_MS = 1_000;

export function openSuspicion(options: SuspicionOptions): Suspicion {
  const { path, note, look, elapsed, identity, contents } = options;
  const loss = options.loss ?? openLoss(path, note);
  let doubt: Doubt | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;

  function refuse(): void {
    if (doubt !== undefined) throw new Error(doubtWords(path, doubt));
  }

  return {
    get doubts() {
      return doubt !== undefined;
    },
    refuse,
    raise(kind) {
      doubt = kind;
      const reason = doubtWords(path, kind);
      note({ level: "warn", fact: "store.suspicious", path, reason });
      throw new Error(reason);
    },
    resolve(db) {
      const now = elapsed();
      if (now - triedAt < TRY_AGAIN_MS) refuse();
      triedAt = now;
      const kind = doubt ?? "moved";
      const isBack = kind === "moved" && identity.isBack(look(path));
      if (!isBack && !isThisStore(path, kind, contents, db)) loss.say(db, kind);
      if (!loss.isSaid && identity.falseAlarm(now)) note(watchOff(path));
      note({ level: "info", fact: "store.there", path });
      doubt = undefined;
      loss.over();
    },
    async settle(db) {
      if (doubt === undefined && identity.isKnown && identity.isMoved(look(path))) doubt = "moved";
      if (doubt === undefined) return true;
      const isSafe = doubt === "moved";
      try {
        if (!isThisStore(path, doubt, contents, db)) loss.say(db, doubt);
      } catch {
        // it is said; what could be saved is being saved
      }
      await loss.saved(db);
      return isSafe;
    },
  };
}

/** Throws when it cannot be told. */
function isThisStore(path: string, doubt: Doubt, contents: Contents, db: DatabaseSync): boolean {
  if (doubt === "overwritten") return contents.isThere();
  // nothing brings back what it held; closing it, or asking it to be emptied, would write holes into the file
  if (doubt === "cut") return false;
  const found = contents.isAtPath(db);
  if (found === "not to be told yet") {
    throw new Error(`${doubtWords(path, doubt)}; another process reads it, so it cannot be told yet`);
  }
  return found === "yes";
}

const watchOff = (path: string): Note => ({
  ...{ level: "warn", fact: "store.watch_off", path },
  reason: "the file system changes device or inode by itself",
  todo: "keep the store on a local disk; from now on its contents are looked at once a minute",
});

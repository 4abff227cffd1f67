/** Whether the files at the path are those that were opened, as far as the file system can be asked. Touches none of them. */
import { areSame, type StoreFiles } from "./files.ts";

export interface FileIdentity {
  /** False until the files are recorded, and where there were none to record. */
  readonly isKnown: boolean;
  record(found: StoreFiles): void;
  /** The store is opened anew: its files are recorded after the next commit. */
  forget(): void;
  /** Whether other files lie at the path, or none. Always false where the file system cannot be asked. */
  isMoved(found: StoreFiles): boolean;
  /** Whether those that were recorded lie there, whatever the file system is worth. */
  isBack(found: StoreFiles): boolean;
  /** Whether the database itself was written to since `sawWrite`. */
  isWrittenTo(found: StoreFiles): boolean;
  sawWrite(found: StoreFiles): void;
  /**
   * A suspicion was without cause. True when it was one too many: from then on the file system is not asked any more.
   * @param at milliseconds by a clock that does not jump
   */
  falseAlarm(at: number): boolean;
}

/** So many suspicions without cause in an hour, and the file system is one that cannot be asked. */
const MOST_FALSE_ALARMS = 3;
const HOUR_MS = 3_600_000;

export function openIdentity(): FileIdentity {
  let recorded: StoreFiles | undefined;
  let asks = true;
  let falseAlarms: readonly number[] = [];
  const isBack = (found: StoreFiles): boolean => recorded !== undefined && areSame(found, recorded);
  return {
    get isKnown() {
      return recorded !== undefined;
    },
    record(found) {
      recorded = found.database && found;
    },
    forget() {
      recorded = undefined;
    },
    isMoved: (found) => asks && !isBack(found),
    isBack,
    isWrittenTo: (found) => recorded?.modified !== found.modified,
    sawWrite({ modified }) {
      if (recorded !== undefined) recorded = { ...recorded, modified };
    },
    falseAlarm(at) {
      falseAlarms = [...falseAlarms.filter((earlier) => at - earlier < HOUR_MS), at];
      const isTooMany = falseAlarms.length >= MOST_FALSE_ALARMS;
      if (isTooMany) asks = false;
      return isTooMany;
    },
  };
}

/**
 * When the commits that held callbacks were on disk: written beside their events later, since it is not known before. In memory,
 * so that one from before a crash is unknown.
 */

/** Callbacks `from` (without it) to `upto` were committed together, at this time (milliseconds since 1970). */
export interface Commit {
  readonly from: number;
  readonly upto: number;
  readonly at: number;
}

export interface CommitTimes {
  add(commit: Commit): void;
  /** Null where it is not known. */
  storedAt(callback: number): number | null;
  /** These callbacks, and all before, are events now. */
  forget(upto: number): void;
}

/** More commits than this between two looks of the router are not remembered one by one. */
const REMEMBERED_COMMITS = 10_000;

export function openCommitTimes(most = REMEMBERED_COMMITS): CommitTimes {
  /** The earliest first. */
  let commits: Commit[] = [];
  return {
    add(commit) {
      commits.push(commit);
      if (commits.length > most) commits = commits.slice(-most / 2);
    },
    storedAt(callback) {
      const commit = commits.find(({ upto }) => callback <= upto);
      return commit !== undefined && callback > commit.from ? commit.at : null;
    },
    forget(upto) {
      commits = commits.filter((commit) => commit.upto > upto);
    },
  };
}

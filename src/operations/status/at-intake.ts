/** What goes on and on at intake, as the bridges that serve tell it: refusals that lose callbacks, and callbacks that nobody understands. */
import { count, duration, time } from "../../basics/format.ts";
import { refusedWords } from "../../intake/admission/refused-runs.ts";
import { LOOK_AT_QUARANTINE, MISUNDERSTOOD } from "../../intake/keeping/quarantine-alarm.ts";
import type { KnownBridge, Misunderstood, RefusedRun } from "../../storage/contract/presence.ts";

export interface AtIntake {
  /** Of several machines one for each app and cause. */
  readonly refused: readonly RefusedRun[];
  readonly misunderstood: Misunderstood | undefined;
}

export function atIntake(bridges: readonly KnownBridge[]): AtIntake {
  const told = bridges.filter(({ serves }) => serves).flatMap(({ configuration }) => configuration ?? []);
  const runs = Map.groupBy(
    told.flatMap(({ refused = [] }) => refused),
    ({ cause, app }) => JSON.stringify([cause, app]),
  );
  return {
    refused: [...runs.values()].flatMap((same) => together(same) ?? []),
    misunderstood: together(told.flatMap(({ misunderstood }) => misunderstood ?? [])),
  };
}

/** What several machines tell: their sum, with the details of the latest. */
function together<T extends Pick<RefusedRun, "count" | "since" | "at">>(told: readonly T[]): T | undefined {
  const latest = told.toSorted((a, b) => b.at - a.at)[0];
  if (latest === undefined) return undefined;
  const sum = told.reduce((all, one) => all + one.count, 0);
  return { ...latest, count: sum, since: Math.min(...told.map(({ since }) => since)) };
}

/** For each a sentence, then what goes with it and the way out. */
export function atIntakeLines({ refused, misunderstood }: AtIntake, now: number): readonly (readonly string[])[] {
  const refusals = refused.map((run) => {
    const { reason, todo } = refusedWords(run);
    return [`${reason} (${howMany(run, now)}). Chat does not send them again: they are lost`, `to do: ${todo}`];
  });
  if (misunderstood === undefined) return refusals;
  const latest = `the latest: ${misunderstood.fault}`;
  return [...refusals, [`${MISUNDERSTOOD} (${howMany(misunderstood, now)})`, latest, `to do: ${LOOK_AT_QUARANTINE}`]];
}

export function howMany({ count: all, since, at }: Pick<RefusedRun, "count" | "since" | "at">, now: number): string {
  return `${count(all, "time")} since ${time(since)}, last ${duration(now - at)} ago`;
}

export function atIntakeAsJson({ refused, misunderstood }: AtIntake): Record<string, unknown> {
  const times = <T extends Pick<RefusedRun, "since" | "at">>({ since, at, ...rest }: T) => ({
    ...rest,
    since: time(since),
    at: time(at),
  });
  return {
    refused: refused.map(({ isSigned: _, ...run }) => ({ app: null, ...times(run), words: refusedWords(run).reason })),
    misunderstood: misunderstood === undefined ? null : times(misunderstood),
  };
}

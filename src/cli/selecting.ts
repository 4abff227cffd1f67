/** The options that choose deliveries, alike for every command that has them. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { dateMeant, durationMeant, numberMeant } from "../config/settings/meant.ts";
import { timeMeant } from "../operations/time-meant.ts";
import type { DeadClass } from "../storage/contract/deliveries.ts";
import type { DeliveryFilter } from "../storage/contract/ledger.ts";

export interface SelectionOptions {
  readonly connector?: string;
  readonly class?: DeadClass;
  readonly user?: string;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
}

const CLASSES: readonly DeadClass[] = ["rejected", "expired", "unmatched"];

export function addSelectionOptions(command: Command): Command {
  return command
    .option("--connector <name>", "only this connector's")
    .addOption(new Option("--class <class>", "only letters that were given up as this").choices(CLASSES))
    .option("--user <id>", "only this user's; ids are case-sensitive")
    .option("--since <when>", "only events received since: 2h, 3d, 2026-01-31 or 2026-01-31T08:00Z", parseTime)
    .option("--until <when>", "only events received before: the same", parseTime);
}

/** A duration before now, or a date; UTC unless it says otherwise. Milliseconds since 1970. */
export function parseTime(text: string): number {
  const at = timeMeant(text, Date.now());
  if (at === undefined) {
    const meant = durationMeant(text) ?? dateMeant(text) ?? "how long ago (2h, 3d) or a date (2026-01-31)";
    throw new InvalidArgumentError(`Write ${meant}.`);
  }
  return at;
}

/** A whole number of at least one. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    const meant = numberMeant(text);
    const isOne = meant !== undefined && Number(meant) >= 1 && meant !== text;
    throw new InvalidArgumentError(`Write ${isOne ? meant : "a whole number, at least 1"}.`);
  }
  return value;
}

/** A port, with room behind it for those of other stand-ins. */
export function parsePort(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value < 1 || value > HIGHEST_PORT) {
    throw new InvalidArgumentError(`Write a port between 1 and ${HIGHEST_PORT}.`);
  }
  return value;
}

const HIGHEST_PORT = 65_000;

/** For options that may be given several times. */
export function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

export function filterOf(options: SelectionOptions): DeliveryFilter {
  const { connector, class: deadClass, user, since, until } = options;
  return {
    ...(connector !== undefined && { connector }),
    ...(deadClass !== undefined && { class: deadClass }),
    ...(user !== undefined && { user }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

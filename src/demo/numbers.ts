/** How each connector is, in numbers: what the demo shows while it runs. */

import type { Config } from "../config/checked-config.ts";
import type { Reason } from "../connector.ts";
import { type Condition, conditionOf } from "../operations/status/condition.ts";
import type { Storage } from "../storage/contract/storage.ts";

export interface ConnectorNumbers {
  readonly name: string;
  /** The word for its type, as in the YAML. */
  readonly type: string;
  readonly condition: Condition;
  /** Why it is not ready. */
  readonly reason?: Reason;
  /** Callbacks that are not yet turned into deliveries wait, too. */
  readonly waiting: number;
  readonly delivered: number;
  readonly superseded: number;
  readonly skipped: number;
  readonly dead: number;
}

/** By connector name, in the order of the configuration. */
export type Numbers = ReadonlyMap<string, ConnectorNumbers>;

/** Far above what a demo has. */
const MOST = 100_000;

export async function readNumbers(storage: Storage, { connectors }: Config): Promise<Numbers> {
  const { connectors: rows } = await storage.status();
  const settled = await storage.deliveries({ states: ["superseded", "skipped"] }, { limit: MOST });
  const count = (name: string, state: string) =>
    settled.filter((entry) => entry.connector === name && entry.state === state).length;
  return new Map(
    connectors.flatMap((config) => {
      const row = rows.find(({ name }) => name === config.name);
      if (row === undefined) return [];
      const { name, state, waiting, dead, deliveredLastDay } = row;
      const numbers: ConnectorNumbers = {
        name,
        type: config.type.type,
        condition: conditionOf(row, config, true),
        waiting,
        delivered: deliveredLastDay,
        superseded: count(name, "superseded"),
        skipped: count(name, "skipped"),
        dead,
        ...(state.reason !== undefined && { reason: state.reason }),
      };
      return [[name, numbers] as const];
    }),
  );
}

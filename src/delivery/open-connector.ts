/** A connector with its tools, as couriers, previews and live checks use it. */
import { createHash } from "node:crypto";
import type { ConnectorConfig } from "../config/checked-config.ts";
import type { Connector, Logger, Rate, Render } from "../connector.ts";
import type { ConnectorFacts } from "../facts/connector-facts.ts";
import type { Followed } from "./following/followed.ts";
import { type Rates, slowest } from "./tools/rate.ts";
import { openTools } from "./tools/tools.ts";

export interface OpenOptions {
  readonly log: Logger;
  readonly userAgent: string;
  readonly template: (source: unknown) => Render;
  readonly rates: Rates;
  readonly facts?: Pick<ConnectorFacts, "permits">;
  readonly followed?: Followed;
}

/** Opens a connector. Throws what its type throws. */
export function openConnector(config: ConnectorConfig, options: OpenOptions): Connector {
  const { common, name, type, settings } = config;
  const { log, userAgent, template, rates, facts, followed } = options;
  const budgets = budgetsAt(common.rate, type.budgets);
  // hashed: the account may be a credential, and the key may be kept in a database
  const account = createHash("sha256")
    .update(`${type.type} ${type.account(settings)}`)
    .digest("hex");
  const tools = openTools({
    ...{ name, log, userAgent, template, rates, budgets, account, timeoutMs: common.timeout },
    ...(facts && { facts }),
    ...(followed && { followed }),
  });
  return type.open(settings, tools);
}

/** `rate` replaces the type's usual one; what has a limit of its own, as look-ups often do, keeps it, or is slowed as well. */
export function budgetsAt(rate: Rate | undefined, budgets: Readonly<Record<string, Rate>>): Record<string, Rate> {
  if (rate === undefined) return budgets;
  const slowed = Object.entries(budgets).map(([name, own]) => [name, slowest([rate, own])]);
  return { ...Object.fromEntries(slowed), default: rate };
}

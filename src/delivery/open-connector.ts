/** A connector with its tools, as couriers, previews and live checks use it. */
import { createHash } from "node:crypto";
import type { ConnectorConfig } from "../config/checked-config.ts";
import type { Connector, Logger, Render } from "../connector.ts";
import type { ConnectorFacts } from "../facts/connector-facts.ts";
import type { Followed } from "./following/followed.ts";
import type { Rates } from "./tools/rate.ts";
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
  const budgets = common.rate === undefined ? type.budgets : { ...type.budgets, default: common.rate };
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

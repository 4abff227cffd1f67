/** For tests of connectors, one's own included: tools that need no bridge around them, and settings as a user writes them. */
import { KindGuard, type TObject, TypeRegistry } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { template } from "../../src/config/templates/templates.ts";
import type { Connector, ConnectorTools, ConnectorType, Logger, Rate } from "../../src/connector.ts";
import type { Followed } from "../../src/delivery/following/followed.ts";
import { openRates, type Rates } from "../../src/delivery/tools/rate.ts";
import { openTools } from "../../src/delivery/tools/tools.ts";

export interface TestToolsOptions {
  /** Milliseconds; 10 s unless set. */
  readonly timeoutMs?: number;
  /** Rates by the names of budgets; one that is not named has none. */
  readonly budgets?: Readonly<Record<string, Rate>>;
  /** Gets every line of the log. */
  readonly onLog?: (keys: { fact: string } & Record<string, unknown>) => void;
  /** Who is told of calls and requests; nobody unless set. */
  readonly followed?: Followed;
  /** Whose budgets these are, and where they are kept; connectors that share both share their permits. */
  readonly account?: string;
  readonly rates?: Rates;
}

/** The bridge's own tools, without a rate unless given. */
export function testTools(options: TestToolsOptions = {}): ConnectorTools {
  const { timeoutMs = 10_000, budgets = {}, onLog = () => undefined, followed } = options;
  const { account = "test", rates = openRates() } = options;
  const log: Logger = { debug: onLog, info: onLog, warn: onLog, error: onLog };
  return openTools({
    name: "test",
    log,
    userAgent: "unsub-bridge/test",
    timeoutMs,
    account,
    budgets,
    rates,
    template,
    ...(followed && { followed }),
  });
}

/** Opens a connector with settings as a user would write them, less what has a default. */
export function openForTest(
  type: ConnectorType,
  settings: Readonly<Record<string, unknown>>,
  options?: TestToolsOptions,
): Connector {
  return type.open(withDefaults(type, settings), testTools(options));
}

// settings with a meaning of their own (durations, trees of templates) are judged by the bridge's configuration, not here
if (!TypeRegistry.Has("Unsafe")) TypeRegistry.Set("Unsafe", () => true);

/** Fills in defaults. Throws when the schema does not take the result. */
export function withDefaults(
  type: ConnectorType,
  settings: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const complete = filled(type.settings, settings);
  const [fault] = Value.Errors(type.settings, complete);
  if (fault !== undefined) throw new Error(`${type.type} settings${fault.path}: ${fault.message}`);
  return complete;
}

// not TypeBox's own Default: it would merge the default of a map into the map that somebody wrote
function filled(schema: TObject, settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const complete: Record<string, unknown> = { ...settings };
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = complete[name] ?? structuredClone(property.default);
    const isBlock = KindGuard.IsObject(property) && typeof value === "object" && value !== null;
    if (value !== undefined) complete[name] = isBlock ? filled(property, value as Record<string, unknown>) : value;
  }
  return complete;
}

/** How much of what there is. Everything is counted in an index that holds little else. */
import type { ConnectorStatus } from "../contract/ledger.ts";
import { connectorOf, numberOrNull } from "../rules/rows.ts";
import { clocksOff } from "./clocks.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import type { Row } from "./values.ts";

const HOUR = 3_600_000;

const OF_CONNECTORS = `
  SELECT c.*,
    (SELECT count(*) FROM deliveries d WHERE d.connector = c.id AND d.state = 'waiting') AS routed,
    (SELECT count(*) FROM events e WHERE e.seq > c.cursor AND e.received_at >= c.starts_at) AS unrouted,
    -- events are numbered as they arrive: the lowest number is the oldest
    least(
      (SELECT e.received_at FROM events e WHERE e.seq =
        (SELECT min(d.event) FROM deliveries d WHERE d.connector = c.id AND d.state = 'waiting')),
      (SELECT e.received_at FROM events e WHERE e.seq > c.cursor AND e.received_at >= c.starts_at ORDER BY e.seq LIMIT 1)
    ) AS oldest,
    (SELECT count(*) FROM deliveries d WHERE d.connector = c.id AND d.state = 'dead') AS dead
  FROM connectors c ORDER BY c.id`;

const SETTLED = `
  SELECT connector, state, count(*) AS day, count(*) FILTER (WHERE settled_at >= $1::bigint - ${HOUR}) AS hour
  FROM deliveries WHERE settled_at >= $1::bigint - ${24 * HOUR} AND state <> 'waiting' AND state IN ('delivered', 'dead')
  GROUP BY connector, state`;

export function countingOperations({ transact }: Context): Pick<Operations, "status"> {
  return {
    status: () =>
      transact("leisure", async (transaction) => {
        const counters = await transaction.rows("SELECT name, value FROM counters ORDER BY name");
        const kept = await transaction.one(
          `SELECT (SELECT count(*) FROM unread) AS unread, count(*) AS entries,
             coalesce(sum(octet_length(body)), 0) AS bytes FROM quarantine`,
        );
        return {
          connectors: await connectors(transaction),
          unread: Number(kept?.unread),
          quarantined: { entries: Number(kept?.entries), bytes: Number(kept?.bytes) },
          clocksOff: await clocksOff(transaction),
          counters: Object.fromEntries(counters.map(({ name, value }) => [String(name), Number(value)])),
        };
      }),
  };
}

async function connectors({ rows, now }: Transaction): Promise<readonly ConnectorStatus[]> {
  const settled = await rows(SETTLED, await now());
  return (await rows(OF_CONNECTORS)).map((row) => {
    const of = (state: string) => settled.find((one) => one.connector === row.id && one.state === state);
    return statusOf(row, of("delivered"), of("dead"));
  });
}

function statusOf(row: Row, delivered: Row | undefined, dead: Row | undefined): ConnectorStatus {
  return {
    ...connectorOf(row),
    waiting: Number(row.routed) + Number(row.unrouted),
    oldestWaitingAt: numberOrNull(row.oldest),
    dead: Number(row.dead),
    deliveredLastHour: Number(delivered?.hour ?? 0),
    deliveredLastDay: Number(delivered?.day ?? 0),
    deadLastHour: Number(dead?.hour ?? 0),
    deadLastDay: Number(dead?.day ?? 0),
  };
}

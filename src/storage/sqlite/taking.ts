/** Claims what is due. */
import { randomUUID } from "node:crypto";
import type { ConnectorRow } from "../contract/connectors.ts";
import { tick } from "../rules/connector-clock.ts";
import { connectorOf, takenOf } from "../rules/rows.ts";
import { gateOf, nothing, waitAfter } from "../rules/taking.ts";
import { beginTake, collect, isCutShort } from "./candidates.ts";
import type { AllClaims, ConnectorClaims } from "./claims.ts";
import { knownConnector } from "./connectors.ts";
import type { Context, Operations, Row } from "./context.ts";
import { openOrder } from "./order.ts";
import { dueSources, nextDue, probeSources } from "./queue.ts";
import { releaseUnheld } from "./releasing.ts";

export function takingOperations(context: Context, claims: AllClaims): Pick<Operations, "take"> {
  const order = openOrder(context, claims);
  return {
    take(name, limit, probeLimit, _leaseMs, token = randomUUID(), holder) {
      const row = knownConnector(context, name);
      const id = Number(row.id);
      const own = claims.of(id);
      if (holder !== undefined) releaseUnheld(context, own, row, holder);
      const at = context.now();
      const connector = moveClock(context, row, at);
      const gate = gateOf(connector, { at, limit, probeLimit, probing: own.probe !== undefined });
      if (gate.tag === "closed") return nothing(connector, at, gate.waitMs);
      const { probe } = gate;
      const taker = { id, own, token, limit: gate.limit, supersedes: row.writes === "state" };
      const taking = beginTake(context, order, taker);
      const sources = probe ? probeSources(context, own, id) : dueSources(context, own, id, at);
      for (const source of sources) collect(taking, source);
      const { rows, superseded } = taking;
      const isFull = rows.length > 0 && (probe || rows.length === gate.limit);
      const isMore = isFull || isCutShort(taking);
      const waitMs = waitAfter({ at, probe, isCutShort: isMore }, () => nextDue(context, own, id));
      if (rows.length === 0) return nothing(connector, at, waitMs, superseded);
      if (probe) beginProbe(context, own, token);
      return { token, connector, at, deliveries: rows.map(takenOf), probe, waitMs, superseded };
    },
  };
}

/** Moves the connector's own clock on. */
function moveClock({ run, clockTickMs: tickMs }: Context, row: Row, at: number): ConnectorRow {
  const connector = connectorOf(row);
  const ran = tick(connector, { at, lastAt: Number(row.clock_at), waits: Number(row.waiting) > 0, tickMs });
  if (ran === undefined) return connector;
  run("UPDATE connectors SET clock = clock + ?, clock_at = ? WHERE id = ?", ran, at, Number(row.id));
  return { ...connector, clock: connector.clock + ran };
}

function beginProbe({ onRollback }: Context, own: ConnectorClaims, token: string): void {
  own.probe = token;
  onRollback(() => {
    own.probe = undefined;
  });
}

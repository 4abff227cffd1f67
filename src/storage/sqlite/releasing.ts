/** Claims that end without a verdict. */
import type { Holder } from "../contract/deliveries.ts";
import type { Claimed, ConnectorClaims } from "./claims.ts";
import type { Context, Row } from "./context.ts";
import { freeBeside, freeNextOf } from "./order.ts";

/** Ends a claim that this token holds. */
export function endClaim(
  { onRollback }: Context,
  own: ConnectorClaims,
  event: number,
  token: string,
): Claimed | undefined {
  const claimed = own.end(event, token);
  if (claimed !== undefined) onRollback(() => own.claim(event, claimed));
  return claimed;
}

/** Ends claims that this token holds, all of them at once. */
export function endClaims(
  { onRollback }: Context,
  own: ConnectorClaims,
  of: readonly { readonly event: number }[],
  token: string,
): readonly Claimed[] {
  const ended: (readonly [event: number, claimed: Claimed])[] = [];
  for (const { event } of of) {
    const claimed = own.end(event, token);
    if (claimed !== undefined) ended.push([event, claimed]);
  }
  onRollback(() => {
    for (const [event, claimed] of ended) own.claim(event, claimed);
  });
  return ended.map(([, claimed]) => claimed);
}

/** A probe is over when nothing of its claim is under way any more. */
export function endProbe({ onRollback }: Context, own: ConnectorClaims, token: string): void {
  if (own.probe !== token || heldBy(own, token).length > 0) return;
  own.probe = undefined;
  onRollback(() => {
    own.probe = token;
  });
}

/**
 * Gives back what a token holds, as it was.
 * @param row the connector's
 * @param events only these; all of its unless given
 */
export function release(
  context: Context,
  own: ConnectorClaims,
  row: Row,
  token: string,
  events = heldBy(own, token),
): void {
  const id = Number(row.id);
  for (const event of events) {
    const claimed = endClaim(context, own, event, token);
    if (claimed === undefined) continue;
    const waits = context.one(
      "SELECT 1 FROM deliveries WHERE connector = ? AND event = ? AND state = 'waiting'",
      ...[id, event],
    );
    if (waits === undefined) freeNextOf(context, own, id, claimed.person);
    else freeBeside(context, own, id, claimed, row.writes === "state");
  }
  endProbe(context, own, token);
}

/** Gives back what somebody holds without knowing of it. */
export function releaseUnheld(context: Context, own: ConnectorClaims, row: Row, { id, tokens }: Holder): void {
  const unheld = new Set<string>();
  let last: string | undefined;
  for (const { token } of own.held.values()) {
    // one claim's stand together
    if (token === last) continue;
    last = token;
    if (token.startsWith(id) && !tokens.includes(token)) unheld.add(token);
  }
  for (const token of unheld) release(context, own, row, token);
}

function heldBy({ held }: ConnectorClaims, token: string): readonly number[] {
  return [...held].flatMap(([event, claimed]) => (claimed.token === token ? [event] : []));
}

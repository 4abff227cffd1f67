/** A delivery's id, which every connector and every receiver knows it by: its event's, and the first name that its connector had. */

export function deliveryIdOf(event: string, connector: string): string {
  return `${event}:${connector}`;
}

/** A delivery id's parts: the event's id, and the first name that its connector had. */
export function splitId(id: string): [event: string, connector: string] {
  const colon = id.indexOf(":");
  return colon < 0 ? [id, ""] : [id.slice(0, colon), id.slice(colon + 1)];
}

/** What a comparison against a store's events found: what follows from it, and as scripts read it. Pure. */
import { time, timeOrNull } from "../../basics/format.ts";
import { verbatim } from "../../basics/snake-case.ts";
import { eventJson } from "../deliveries/entry.ts";
import type { AgainstReport } from "./against.ts";
import type { ConnectorAgainst } from "./line.ts";
import type { Counted, Example } from "./tally.ts";

/** Whether anything would be faulty: what a pipeline stops for. */
export function isFaulty({ connectors }: AgainstReport): boolean {
  return connectors.some(({ faulty }) => faulty.length > 0);
}

/** How many different persons stand in it by their ids. */
export function peopleIn({ connectors }: AgainstReport): number {
  const counted = connectors.flatMap(({ going, skipped, faulty, changes }): readonly Counted[] => {
    const { more, fewer, broken, requests } = changes;
    return [
      going,
      ...skipped,
      ...faulty,
      more,
      fewer,
      broken,
      ...(requests.tag === "compared" ? [requests.differing] : []),
    ];
  });
  return new Set(counted.flatMap(({ examples }) => examples.map(({ event }) => event.user))).size;
}

export function againstAsJson({ since, oldest, connectors, ...rest }: AgainstReport): Record<string, unknown> {
  return {
    ...{ since: time(since), oldest: timeOrNull(oldest), ...rest },
    connectors: connectors.map(({ going, skipped, faulty, changes, ...connector }) => ({
      ...connector,
      going: countedAsJson(going),
      skipped: skipped.map(groupAsJson),
      faulty: faulty.map(groupAsJson),
      changes: {
        ...changes,
        more: countedAsJson(changes.more),
        fewer: countedAsJson(changes.fewer),
        broken: countedAsJson(changes.broken),
        requests: requestsAsJson(changes.requests),
      },
    })),
  };
}

function requestsAsJson(requests: ConnectorAgainst["changes"]["requests"]): Record<string, unknown> {
  return requests.tag === "compared" ? { ...requests, differing: countedAsJson(requests.differing) } : requests;
}

function groupAsJson({ reason, ...counted }: Counted & { readonly reason: string }): Record<string, unknown> {
  return { reason, ...countedAsJson(counted) };
}

function countedAsJson({ count, examples }: Counted): Record<string, unknown> {
  return { count, examples: examples.map(exampleAsJson) };
}

function exampleAsJson({ event, requests, requestsBefore, ...rest }: Example): Record<string, unknown> {
  return {
    ...{ ...rest, event: eventJson(event) },
    ...(requests && { requests: verbatim(requests) }),
    ...(requestsBefore && { requestsBefore: verbatim(requestsBefore) }),
  };
}

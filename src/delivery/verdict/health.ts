/**
 * A connector's condition. Pure.
 *
 *   ready ──── network, 5xx, 429 ────────────────▶ backing off ── a probe is answered ──▶ ready
 *   ready ──── 401, 403 ─────────────────────────▶ paused: credentials ── a probe is answered ──▶ ready
 *   ready ──── twenty rejections, no success ────▶ paused: refusing ── a probe is delivered ──▶ ready
 *   ready ──── twenty put off, nothing else ─────▶ paused: refusing ── a probe is answered otherwise ──▶ ready
 *   ready ──── 410 ──────────────────────────────▶ paused: gone ── a person resumes it ──▶ ready
 *   any ────── a person pauses it ───────────────▶ paused: person ── a person resumes it ──▶ ready
 *
 * Changed settings or credentials lift every pause but a person's (storage, `register`).
 */
import type { Reason } from "../../connector.ts";
import type {
  ConnectorRow,
  ConnectorState,
  HeldRejection,
  PutOff,
  StateChange,
} from "../../storage/contract/connectors.ts";
import type { Answer } from "../answer.ts";
import { longestWait, patienceIn } from "./outage.ts";
import { backoff, type Moment, type RetryPolicy } from "./retry-policy.ts";

/** So many rejections in a row without one success, or so many put off: the fault is not in the deliveries. */
export const REFUSING_AFTER = 20;

/** Trouble of the whole destination. */
export type DestinationTrouble = Extract<Answer, { tag: "unavailable" | "credentialsRefused" | "gone" }>;

export interface HealthFinding {
  readonly connector: ConnectorRow;
  readonly probe: boolean;
  readonly trouble?: DestinationTrouble | undefined;
  readonly held: readonly HeldRejection[];
  readonly buried: number;
  readonly putOff: readonly PutOff[];
  /** Events with which credentials were refused. */
  readonly refused: readonly number[];
  /** Why it is believed to take nothing at all, if it is. */
  readonly refusing: Reason | undefined;
}

type Next = Omit<StateChange, "from">;

/** A batch that was under way while another found trouble proves neither its end nor more of it. */
export function speaks(batch: { readonly connector: ConnectorRow; readonly probe: boolean }): boolean {
  return batch.probe || batch.connector.state.status === "ready";
}

/** The connector's next state, or undefined when it stays as it is. */
export function nextState(found: HealthFinding, policy: RetryPolicy, moment: Moment): Next | undefined {
  const { trouble, connector } = found;
  const { state } = connector;
  if (state.cause === "person") return undefined;
  if (trouble?.tag === "gone") return paused("gone", found, trouble, moment);
  if (trouble?.tag === "credentialsRefused") return paused("credentials", found, trouble, moment);
  if (!speaks(found)) return undefined;
  if (trouble !== undefined) return backingOff(found, trouble, policy, moment);
  if (found.refusing !== undefined) return paused("refusing", found, { reason: found.refusing }, moment);
  if (state.status === "ready" && sameMemory(state, found)) return undefined;
  return { state: { status: "ready", failures: 0, told: false, ...memoryOf(found) }, probeInMs: null };
}

function paused(
  cause: "credentials" | "refusing" | "gone",
  found: HealthFinding,
  { reason }: Pick<DestinationTrouble, "reason">,
  moment: Moment,
): Next {
  const { state } = found.connector;
  const failures = state.cause === cause ? state.failures + (found.probe ? 1 : 0) : 1;
  return {
    state: { status: "paused", cause, reason, failures, told: false, ...memoryOf(found) },
    probeInMs: cause === "gone" ? null : pausedDelay(cause, failures, moment),
  };
}

function backingOff(found: HealthFinding, trouble: DestinationTrouble, policy: RetryPolicy, moment: Moment): Next {
  const { state } = found.connector;
  const failures = state.failures + 1;
  const patience = patienceIn(state, policy, moment.outageMs);
  const own = Math.max(PROBE_SOONEST_MS, backoff(failures, patience, moment.random()));
  const told = trouble.tag === "unavailable" ? (trouble.retryAfterMs ?? 0) : 0;
  // an unreachable destination says nothing about the credentials: a pause stays what it is
  const status: Pick<ConnectorState, "status" | "cause" | "reason"> =
    state.status === "paused" ? state : { status: "backing_off", reason: trouble.reason };
  // a destination that says "at once" must not be asked at once, and only a time beyond our own stops the clock
  return { state: { ...status, failures, told: told > own, ...memoryOf(found) }, probeInMs: Math.max(own, told) };
}

const PROBE_SOONEST_MS = 100;
const PROBE_FIRST_MS = 60_000;
const PROBE_SLOWEST_MS = 10 * 60_000;

/** Refused credentials wait for a person; what refuses everything may be an outage. Milliseconds. */
function pausedDelay(cause: "credentials" | "refusing", failures: number, { outageMs, random }: Moment): number {
  const delay = probeDelay(failures, random());
  if (cause === "credentials") return delay;
  return Math.min(delay, Math.max(PROBE_SOONEST_MS, Math.round(random() * longestWait(outageMs))));
}

/** One minute, two, four … ten, with a tenth of jitter. Milliseconds. */
function probeDelay(failures: number, random: number): number {
  const delay = Math.min(PROBE_SLOWEST_MS, PROBE_FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(delay * (0.9 + 0.1 * random));
}

/** What a condition remembers of single deliveries. */
function memoryOf({
  held,
  buried,
  refused,
  putOff,
}: HealthFinding): Pick<ConnectorState, "held" | "buried" | "refused" | "putOff"> {
  return {
    held,
    ...(buried > 0 && { buried }),
    ...(refused.length > 0 && { refused }),
    ...(putOff.length > 0 && { putOff }),
  };
}

function sameMemory(before: ConnectorState, after: HealthFinding): boolean {
  const events = (of: readonly { readonly event: number }[] = []) => of.map(({ event }) => event);
  return (
    same(events(before.held), events(after.held)) &&
    (before.buried ?? 0) === after.buried &&
    same(events(before.putOff), events(after.putOff)) &&
    same(before.refused ?? [], after.refused)
  );
}

function same(before: readonly number[], after: readonly number[]): boolean {
  return before.length === after.length && before.every((event, index) => event === after[index]);
}

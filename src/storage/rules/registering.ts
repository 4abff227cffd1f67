/** Connectors become known, are renamed, sent elsewhere, and cured by other settings. Pure: rows in, what to write out. */
import { type ConnectorRow, READY, type Registration, type RegistrationReport } from "../contract/connectors.ts";
import { stateOf } from "./rows.ts";

/** By column. */
type Row = Readonly<Record<string, unknown>>;

/** What a store writes for one registration, in this order; connectors are named as the steps before have left them. */
export type RegistrationStep =
  | { readonly tag: "rename"; readonly from: string; readonly to: string }
  /** `past`: whether it gets the events that are there already; of those, the ones received from `startsAt` on. */
  | ({ readonly tag: "insert"; readonly registration: Registration; readonly origin: string } & Start)
  /** `cured`: its trouble is over, and it is `READY`. */
  | { readonly tag: "update"; readonly registration: Registration; readonly cured: boolean };

interface Start {
  readonly past: boolean;
  /** Milliseconds since 1970. */
  readonly startsAt: number;
}

export interface RegistrationPlan {
  readonly steps: readonly RegistrationStep[];
  /** Origins of the connectors whose waiting deliveries the report counts. */
  readonly counted: readonly string[];
  /** @param waiting by origin: how many deliveries wait */
  report(waiting: ReadonlyMap<string, number>): RegistrationReport;
}

/** Pauses that other settings may cure; a person's stays. Backing off has no cause. */
const CURABLE = new Set<unknown>(["credentials", "refusing", "gone", undefined]);

/** @param rows all connectors of the store */
export function planRegistrations(registrations: readonly Registration[], rows: readonly Row[]): RegistrationPlan {
  const refused = refusalsOf(registrations, rows);
  if (refused.length > 0) return { steps: [], counted: [], report: () => ({ adopted: [], redirected: [], refused }) };
  const names = new Map(rows.map((row) => [String(row.name), row]));
  const origins = new Set(rows.map(({ origin }) => String(origin)));
  const steps: RegistrationStep[] = [];
  const adopted: { from: string; to: string; origin: string }[] = [];
  const redirected: { name: string; from: string; to: string; origin: string }[] = [];
  for (const registration of registrations) {
    const { name, was, destination } = registration;
    const former = was === undefined || names.has(name) ? undefined : names.get(was);
    if (was !== undefined && former !== undefined) {
      names.delete(was);
      names.set(name, former);
      steps.push({ tag: "rename", from: was, to: name });
      adopted.push({ from: was, to: name, origin: String(former.origin) });
    }
    const row = names.get(name);
    if (row === undefined) {
      const origin = freshOrigin(name, origins);
      origins.add(origin);
      names.set(name, rowOf(registration, origin));
      steps.push({ tag: "insert", registration, origin, ...startOf(registration) });
      continue;
    }
    const from = String(row.destination);
    if (from !== destination) redirected.push({ name, from, to: destination, origin: String(row.origin) });
    steps.push({ tag: "update", registration, cured: isCured(row, registration) });
    names.set(name, { ...row, destination });
  }
  return {
    steps,
    counted: [...new Set([...adopted, ...redirected].map(({ origin }) => origin))],
    report(waiting) {
      const counted = <T extends { origin: string }>({ origin, ...rest }: T) => ({
        ...rest,
        waiting: waiting.get(origin) ?? 0,
      });
      return { adopted: adopted.map(counted), redirected: redirected.map(counted), refused };
    },
  };
}

/** What a connector of the configuration is to the store. */
export interface Descent {
  /** The name in its delivery ids. */
  readonly origin: string;
  /** What the store has called it so far; `null`: it knows none. */
  readonly from: string | null;
}

/**
 * By name, as it is once these are registered. Where registering is refused, or the store cannot be asked, by what the
 * configuration alone says.
 * @param known all connectors of the store
 */
export function descentsOf(
  registrations: readonly Registration[],
  known: readonly ConnectorRow[],
): ReadonlyMap<string, Descent> {
  const rows = known.map(({ state, ...row }) => ({ ...row, state: JSON.stringify(state) }));
  const { steps } = planRegistrations(registrations, rows);
  const descents = new Map<string, Descent>(known.map(({ name, origin }) => [name, { origin, from: name }]));
  for (const step of steps) {
    if (step.tag === "insert") descents.set(step.registration.name, { origin: step.origin, from: null });
    const former = step.tag === "rename" ? descents.get(step.from) : undefined;
    if (step.tag !== "rename" || former === undefined) continue;
    descents.delete(step.from);
    descents.set(step.to, former);
  }
  return new Map(
    registrations.map(({ name, was }) => [name, descents.get(name) ?? { origin: was ?? name, from: null }]),
  );
}

/** Why connectors were refused, each at its place in the settings. */
export function refusalLines(refused: RegistrationReport["refused"]): string[] {
  return refused.map(({ name, why }) => `connectors.${name}: ${why}`);
}

/** Of those that would take over deliveries which were meant for another kind of destination. */
function refusalsOf(registrations: readonly Registration[], rows: readonly Row[]): RegistrationReport["refused"] {
  const names = new Map(rows.map((row) => [row.name, row]));
  return registrations.flatMap(({ name, type, was }) => {
    const known = names.get(name) ?? names.get(was);
    return known === undefined || known.type === type ? [] : { name, why: refusalOf(name, type, known) };
  });
}

function refusalOf(name: string, type: string, known: Row): string {
  return known.name === name
    ? `it was a ${known.type} so far, and the configuration makes it a ${type}: choose another name for the ${type}`
    : `was: ${known.name} is a ${known.type}, and this is a ${type}: a queue goes on only under its own type; remove "was"`;
}

/** The name, unless a renamed connector still has it in its delivery ids. */
function freshOrigin(name: string, taken: ReadonlySet<string>): string {
  let origin = name;
  for (let n = 2; taken.has(origin); n += 1) origin = `${name}#${n}`;
  return origin;
}

function startOf({ start }: Registration): Start {
  return { past: start !== "now", startsAt: typeof start === "number" ? start : 0 };
}

function isCured(row: Row, { fingerprint }: Registration): boolean {
  const { status, cause } = stateOf(row);
  return row.fingerprint !== fingerprint && status !== "ready" && CURABLE.has(cause);
}

/** As it is once it is inserted. */
function rowOf({ name, type, destination, fingerprint }: Registration, origin: string): Row {
  return { name, origin, type, destination, fingerprint, state: JSON.stringify(READY) };
}

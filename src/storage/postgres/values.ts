/** Values on their way to PostgreSQL, and rows on their way back. */

export type Scalar = string | number | boolean | null | Uint8Array;
export type Value = Scalar | readonly Scalar[];
export type Row = Readonly<Record<string, unknown>>;

/** The database's time in milliseconds since 1970; a function of ours, so that tests can turn the clock. */
export const NOW = "now_ms()";

/** A value as the driver shall send it: lists as array literals, since the driver would have to ask for their types first. */
export function parameterOf(value: Value): string | number | boolean | null | Uint8Array {
  if (Array.isArray(value)) return `{${(value as readonly Scalar[]).map(elementOf).join(",")}}`;
  return typeof value === "string" ? storable(value) : (value as Exclude<Scalar, string>);
}

function elementOf(value: Scalar): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return `"\\\\x${Buffer.from(value).toString("hex")}"`;
  if (typeof value === "string") return `"${storable(value).replace(/["\\]/g, "\\$&")}"`;
  return String(value);
}

/** PostgreSQL's text holds no NUL. Only foreign words can have one: what identifies anybody was checked before. */
function storable(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text;
}

/**
 * Whether a delivery waits, for statements that name deliveries by event. Said so that the planner does not recognize it: for a
 * table that it has no statistics of, it would prefer the index of everything that waits, and read all of that.
 */
export const STILL_WAITS = "state || '' = 'waiting'";
/** The same of what is dead. */
export const STILL_DEAD = "state || '' = 'dead'";

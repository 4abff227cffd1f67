/** A line for the log. */
export interface Note {
  readonly level: "info" | "warn" | "error";
  readonly fact: string;
  readonly [key: string]: unknown;
}

/** What the log is to those who write to it. */

/** A line of the log: one fact, fixed keys. Secrets are removed by the bridge; still, hand none in. */
export interface Logger {
  debug(keys: { fact: string } & Record<string, unknown>): void;
  info(keys: { fact: string } & Record<string, unknown>): void;
  warn(keys: { fact: string } & Record<string, unknown>): void;
  error(keys: { fact: string } & Record<string, unknown>): void;
}

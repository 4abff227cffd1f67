/** What watches files keeps no process alive, and tests that wait for it must. */
import { after, before } from "node:test";

const HOUR_MS = 3_600_000;

/** For a `describe`: from its first test to its last. */
export function keepAlive(): void {
  let alive: ReturnType<typeof setInterval>;
  before(() => {
    alive = setInterval(() => undefined, HOUR_MS);
  });
  after(() => clearInterval(alive));
}

/** Whatever happens, and in whatever order: who has left is told of, and nobody else is. On both stores. */
import { describe, it } from "node:test";
import fc from "fast-check";
import { timesHere } from "../support/on-bun.ts";
import { clockedPostgres } from "../support/turned-store.ts";
import { FOUND, history, play } from "./histories.ts";

/** `SEED=…` plays the same histories again, `HISTORIES=…` more of them. */
const { SEED, HISTORIES } = process.env;
const runs = (usual: number) => ({
  numRuns: FOUND.length + Number(HISTORIES ?? timesHere(usual)),
  examples: FOUND.map((each): [typeof each] => [each]),
  ...(SEED !== undefined && { seed: Number(SEED) }),
});

const WHATEVER = "whoever has left is told of, nobody who is subscribed is, and nobody twice";

describe("in any history of subscriptions, lost callbacks and passes, on SQLite", () => {
  it(WHATEVER, async () => {
    await fc.assert(
      fc.asyncProperty(history, (each) => play(each)),
      runs(25),
    );
  });
});

describe("in any history of subscriptions, lost callbacks and passes, on PostgreSQL", () => {
  const { open } = clockedPostgres();

  it(WHATEVER, async () => {
    await fc.assert(
      fc.asyncProperty(history, (each) => play(each, open)),
      runs(5),
    );
  });
});

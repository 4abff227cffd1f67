/** Which configuration, and which `.env`, is in force while the store is away. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openTaking } from "../../src/cli/commands/reload-taking.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { quiet } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";

const config = (name: string) => ({ name, byEnvFile: { NAME: name } }) as unknown as Config;

function setUp(answers: readonly (string | undefined | Error)[], firstPauseMs = 1) {
  const left = [...answers];
  const used: string[] = [];
  const said: Record<string, unknown>[] = [];
  let byFile = "first";
  const taking = openTaking({
    first: config("first"),
    log: { ...quiet, error: (line) => void said.push(line) },
    bridge: {
      async use({ name }) {
        used.push(`${name} by ${byFile}`);
        const answer = left.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    envFile: {
      use(values: Readonly<Record<string, string>>) {
        byFile = values.NAME ?? "none";
      },
    } as Parameters<typeof openTaking>[0]["envFile"],
    inTurn: (act) => act(),
    firstPauseMs,
  });
  return { taking, used, said, byFile: () => byFile };
}

describe("a configuration that is to be taken", () => {
  it("is opened by its own .env, which stays once it is in force", async () => {
    const { taking, used, byFile } = setUp([]);
    await taking.use(config("next"));
    assert.deepEqual([used, byFile()], [["next by next"], "next"]);
  });

  it("leaves the former .env when the bridge refuses it", async () => {
    const { taking, byFile } = setUp([undefined, new Error("no")]);
    await taking.use(config("second"));
    await assert.rejects(taking.use(config("third")), /no/);
    assert.equal(byFile(), "second");
  });

  it("is tried until the store answers, said once, with the former .env between two tries", async () => {
    const { taking, used, said, byFile } = setUp(["away", "away", undefined]);
    await taking.use(config("next"));
    assert.equal(byFile(), "first");
    await eventually(() => byFile() === "next" && used.length === 3);
    assert.deepEqual(
      said.map(({ fact, what }) => [fact, what]),
      [["config.waits", "away"]],
    );
    taking.stop();
  });

  it("that waits goes for the one that comes meanwhile", async () => {
    const { taking, used, said } = setUp(["away", "away", undefined]);
    await taking.use(config("second"));
    await taking.use(config("third"));
    await eventually(() => used.length === 3);
    assert.deepEqual(used, ["second by second", "third by third", "third by third"]);
    assert.equal(said.length, 2);
    taking.stop();
  });

  it("is tried no more once the reload is stopped", async () => {
    const { taking, used } = setUp(["away"]);
    await taking.use(config("next"));
    taking.stop();
    const other = setUp(["away", "away", "away", undefined]);
    await other.taking.use(config("next"));
    await eventually(() => other.used.length === 4);
    assert.equal(used.length, 1);
  });
});

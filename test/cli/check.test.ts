import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { loadConfig } from "../../src/config/load.ts";
import { parseTests } from "../../src/config/own-tests/config-tests.ts";
import { checkDestinations } from "../../src/operations/checks/destinations.ts";
import { inFolder } from "./folder.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ENV = { CHAT_CALLBACK_TOKEN: "chat-callback-token", SECRET };

const GOOD = `chat:
  apps:
    - sdk_app_id: 1400000000
      token: \${CHAT_CALLBACK_TOKEN}
connectors:
  partner:
    type: webhook
    url: https://partner.example/unsubscribes
    secret: \${SECRET}
`;

const CONTRACT = pathToFileURL(join(import.meta.dirname, "../../src/connector.ts")).href;

const FAULTY = GOOD.replace("url:", "urll:").replace("sdk_app_id: 1400000000", "sdk_app_id: mine");

describe("check", () => {
  it("says in one line that all is well", async () => {
    await inFolder(async (folder) => {
      await folder.write("config/bridge.yaml", GOOD);
      const ran = await folder.spawn(["check"], { env: ENV });
      assert.deepEqual(ran, { code: 0, out: "✓ config/bridge.yaml is well: partner (webhook)\n", err: "" });
    });
  });

  it("shows every fault at once, each with its line and a caret, on standard error", async () => {
    await inFolder(async (folder) => {
      await folder.write("config/bridge.yaml", FAULTY);
      const { code, out, err } = await folder.spawn(["check"], { env: ENV });
      assert.equal(code, 1);
      assert.equal(out, "");
      assert.equal(
        err,
        `config/bridge.yaml:3:19 chat.apps[0].sdk_app_id: "mine" is not a whole number; write a whole number, 1 or more
        - sdk_app_id: mine
                      ^
config/bridge.yaml:6:3 connectors.partner.url: "url" is missing; add \`url: https://partner.example/unsubscribes\`
      partner:
      ^
config/bridge.yaml:8:5 connectors.partner.urll: unknown setting "urll"; did you mean "url"?
        urll: https://partner.example/unsubscribes
        ^
3 faults
`,
      );
    });
  });

  it("lists the variables that are not set together, by name and place", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", GOOD);
      const { code, err } = await folder.run(["check", "--config", "bridge.yaml"]);
      assert.equal(code, 1);
      assert.equal(
        err,
        `2 environment variables are not set; set them in the environment or in .env, or give a default: \${NAME:-default}
    CHAT_CALLBACK_TOKEN  bridge.yaml:4:14 chat.apps[0].token
    SECRET  bridge.yaml:9:13 connectors.partner.secret
2 faults
`,
      );
    });
  });

  it("gives the same as JSON", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", FAULTY);
      const { code, out, err } = await folder.run(["check", "--json", "--config", "bridge.yaml"], { env: ENV });
      const { ok, file, faults } = JSON.parse(out);
      assert.deepEqual(
        { code, err, ok, file, count: faults.length },
        { code: 1, err: "", ok: false, file: "bridge.yaml", count: 3 },
      );
      assert.deepEqual(faults[2], {
        severity: "error",
        file: "bridge.yaml",
        line: 8,
        column: 5,
        path: "connectors.partner.urll",
        what: 'unknown setting "urll"',
        todo: 'did you mean "url"?',
        source: "    urll: https://partner.example/unsubscribes",
        message: 'bridge.yaml:8:5 connectors.partner.urll: unknown setting "urll"; did you mean "url"?',
      });
    });
  });

  it("shows warnings and is content all the same", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", GOOD.replace("${SECRET}", SECRET));
      const { code, out, err } = await folder.run(["check", "--config", "bridge.yaml"], { env: ENV });
      assert.equal(code, 0);
      assert.match(
        err,
        /^bridge\.yaml:9:13 connectors\.partner\.secret: warning: a secret stands here in clear text; /,
      );
      assert.ok(!(out + err).includes(SECRET));
      assert.equal(out, "✓ bridge.yaml is well: partner (webhook)\n");
    });
  });

  it("names the file that is not there, and the way to one", async () => {
    await inFolder(async (folder) => {
      const { code, err } = await folder.run(["check"]);
      assert.equal(code, 1);
      assert.equal(
        err,
        "config/bridge.yaml: the configuration cannot be read: there is no such file; name another with --config, or make one with `init`\n",
      );
    });
  });

  it("makes no store and no folder", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", GOOD);
      await folder.run(["check", "--config", "bridge.yaml"], { env: ENV });
      await assert.rejects(folder.read("data/bridge.db"), { code: "ENOENT" });
    });
  });
});

const TESTS = `tests:
  - name: the news reach the partner
    callback: { user_id: jared, official_account: "@TOA#_news" }
    expect:
      partner: { method: POST, url: "https://partner.example/*", body: { data: { user_id: jared } } }
  - name: a promotion does not
    callback: { official_account: "@TOA#_promo" }
    expect: { partner: { skipped: official_account } }
`;

describe("check --test", () => {
  it("runs the tests beside the configuration", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", `${GOOD}    only: { official_account: ["@TOA#_news"] }\n`);
      await folder.write("tests/partner.yaml", TESTS);
      const { code, out, err } = await folder.spawn(["check", "--test", "--config", "bridge.yaml"], { env: ENV });
      assert.deepEqual(
        { code, err, out },
        {
          code: 0,
          err: "",
          out: "✓ the news reach the partner\n✓ a promotion does not\n2 passed, 0 failed\n✓ bridge.yaml is well: partner (webhook)\n",
        },
      );
    });
  });

  it("shows how what would be sent differs from what was expected", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", `${GOOD}    body: { data: { user_id: "chat-{{ user_id }}" } }\n`);
      await folder.write("tests/partner.yaml", TESTS);
      const { code, out } = await folder.run(["check", "--test", "--config", "bridge.yaml"], { env: ENV });
      assert.equal(code, 1);
      assert.equal(
        out,
        `✗ the news reach the partner (tests/partner.yaml:2)
    partner: body.data.user_id: expected "jared", found "chat-jared"
✗ a promotion does not (tests/partner.yaml:6)
    partner: expected to be skipped, but it is sent
0 passed, 2 failed
✗ not everything is well
`,
      );
    });
  });

  it("names a fault of a test file at its place", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", GOOD);
      await folder.write("tests/partner.yaml", "tests:\n  - name: x\n    expect: { partnr: sent }\n");
      const { code, err } = await folder.run(["check", "--test", "--config", "bridge.yaml"], { env: ENV });
      assert.equal(code, 1);
      assert.match(
        err,
        /tests\/partner\.yaml:3:15 tests\[0\]\.expect\.partnr: there is no connector "partnr"; did you mean "partner"\?/,
      );
    });
  });

  it("is not content without any test, and shows one that would do", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", GOOD);
      const { code, out } = await folder.run(["check", "--test", "--config", "bridge.yaml"], { env: ENV });
      assert.equal(code, 1);
      assert.match(out, /There are no tests beside the configuration/);
      const shown = out.slice(out.indexOf("tests:"), out.indexOf("✗"));
      assert.deepEqual(parseTests({ file: "first.yaml", text: shown }, ["partner"]).faults, []);
    });
  });
});

/** A connector of one's own that is whole but for its `open`. */
const ownType = (open: string) => `import { Type } from ${JSON.stringify(CONTRACT)};
export const connector = {
  type: "mine", summary: "s", settings: Type.Object({}), example: "", largestBatch: () => 1, concurrency: 1,
  budgets: {}, writes: "fact", destination: () => "x", account: () => "x",
  ${open},
};
`;
const OPENED = "deliver: async () => undefined, check: async () => [], preview: async () => []";

describe("check of a connector that cannot be opened", () => {
  for (const [what, open, words] of [
    [
      "throws",
      'open() {\n    throw new Error("no board at hand");\n  }',
      /✗ it cannot be opened: mine\.ts:6:\d+ no board at hand\n {6}→ mend its `open`/,
    ],
    [
      "returns half of one",
      "open: () => ({ check: async () => [] })",
      /✗ what its `open` returns has no `deliver`, `preview`\n/,
    ],
    [
      "returns a promise that fails",
      'open: async () => { throw new Error("late"); }',
      /✗ its `open` returns a promise\n {6}→ return the connector itself/,
    ],
    [
      "cannot be closed",
      `open: () => ({ ${OPENED}, async close() { throw new Error("jammed"); } })`,
      /✗ it cannot be closed: mine\.ts:5:\d+ jammed\n/,
    ],
    [
      "never closes",
      `open: () => ({ ${OPENED}, close: () => new Promise(() => undefined) })`,
      /✗ it cannot be closed: its `close`: no answer within 2 s\n/,
    ],
  ] as const) {
    it(`names one whose open ${what}, at its type`, async () => {
      await inFolder(async (folder) => {
        await folder.write("mine.ts", ownType(open));
        await folder.write("bridge.yaml", `${GOOD}  mine: { type: ./mine.ts }\n`);
        const { code, out } = await folder.run(["check", "--config", "bridge.yaml"], { env: ENV });
        assert.equal(code, 1);
        assert.match(out, words);
        assert.match(out, /bridge\.yaml:10:17 connectors\.mine\.type\n✗ not everything is well\n$/);
      });
    });
  }

  it("says nothing of one that is well", async () => {
    await inFolder(async (folder) => {
      await folder.write("mine.ts", ownType(`open: () => ({ ${OPENED} })`));
      await folder.write("bridge.yaml", `${GOOD}  mine: { type: ./mine.ts }\n`);
      const { out } = await folder.run(["check", "--config", "bridge.yaml"], { env: ENV });
      assert.equal(out, "✓ bridge.yaml is well: partner (webhook), mine (mine)\n");
    });
  });

  it("is given up by preview and check --live where it takes no notice of its signal", async () => {
    await inFolder(async (folder) => {
      const hanging = "check: () => new Promise(() => undefined), preview: () => new Promise(() => undefined)";
      // what it leaves open must not keep the command from ending
      const open = `open: () => ({ deliver: async () => undefined, ${hanging} })`;
      await folder.write("mine.ts", `${ownType(open)}\nsetInterval(() => undefined, 1_000);\n`);
      const chat = GOOD.slice(0, GOOD.indexOf("connectors:"));
      await folder.write("bridge.yaml", `${chat}connectors:\n  mine: { type: ./mine.ts, timeout: 50ms }\n`);
      const args = ["preview", "--user", "jared", "--config", "bridge.yaml"];
      const { code, out } = await folder.spawn(args, { env: ENV });
      const said = "no answer within 50 ms, and no end at its signal";
      assert.deepEqual([code, out], [1, `mine (mine): cannot be shown, its \`preview\`: ${said}\n`]);
      await folder.write("mine.ts", ownType(open));
      const loaded = await loadConfig(join(folder.path, "bridge.yaml"), ENV);
      assert.ok(loaded.ok);
      const [finding] = await checkDestinations(loaded.config, () => "", "0", 50);
      assert.equal(finding?.what, `the mine connector could not be checked: its \`check\`: ${said}`);
    });
  });

  it("is told by preview and check --live with the place where its own code throws", async () => {
    await inFolder(async (folder) => {
      const throwing = 'check: async () => JSON.parse("{"), preview: async () => { throw new Error("no board"); }';
      await folder.write("mine.ts", ownType(`open: () => ({ deliver: async () => undefined, ${throwing} })`));
      await folder.write(
        "bridge.yaml",
        `${GOOD.slice(0, GOOD.indexOf("connectors:"))}connectors:\n  mine: { type: ./mine.ts }\n`,
      );
      const previewed = await folder.run(["preview", "--user", "jared", "--config", "bridge.yaml"], { env: ENV });
      assert.match(previewed.out, /^mine \(mine\): cannot be shown, no board \(mine\.ts:5:\d+\)\n$/);
      const checked = await folder.run(["check", "--live", "--config", "bridge.yaml"], { env: ENV });
      assert.match(checked.out, /✗ the mine connector could not be checked: .*JSON.* \(mine\.ts:5:\d+\)\n/);
    });
  });
});

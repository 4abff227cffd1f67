/** Files that cannot be read as what they should be: the configuration itself, secrets, connectors of one's own. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { loadConfig } from "../../src/config/load.ts";
import { CHAT, ENV, inFolder, inShort, PARTNER } from "./support.ts";

async function foundIn(file: string): Promise<string[]> {
  const result = await loadConfig(file, ENV);
  return (result.ok ? result.config.warnings : result.faults).map(inShort);
}

describe("a configuration that is none", () => {
  it("is named when it is not there, or a folder, with the way to one", async () => {
    await inFolder(async (folder) => {
      assert.deepEqual(await foundIn(join(folder, "none.yaml")), [
        "0:0: the configuration cannot be read: there is no such file; name another with --config, or make one with `init`",
      ]);
      assert.deepEqual(await foundIn(folder), [
        "0:0: the configuration cannot be read: it is a folder; name another with --config, or make one with `init`",
      ]);
    });
  });

  for (const [what, bytes, expected] of [
    ["in another encoding", new Uint8Array([0x63, 0xe4, 0x0a]), "the file is not text in UTF-8; save it as UTF-8"],
    ["far too large", "#".repeat(1_100_000), "the file is far too large; is this the right file?"],
  ] as const) {
    it(`is refused when it is ${what}`, async () => {
      await inFolder(async (folder) => {
        await writeFile(join(folder, "bridge.yaml"), bytes);
        assert.deepEqual(await foundIn(join(folder, "bridge.yaml")), [`0:0: ${expected}`]);
      });
    });
  }

  it("may begin with a byte order mark, as some editors write it, and end its lines as Windows does", async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, "bridge.yaml"), `\ufeff${(CHAT + PARTNER).replaceAll("\n", "\r\n")}`);
      assert.deepEqual(await foundIn(join(folder, "bridge.yaml")), []);
    });
  });
});

describe("a secret by file", () => {
  for (const [what, content, expected] of [
    [
      "too large",
      "x".repeat(70_000),
      "1:48 chat.apps[0].token.file: the file cannot be read: it is too large for a secret; check the path, which is relative to this file, and who may read it",
    ],
    ["empty", "\n", "1:40 chat.apps[0].token: the text is empty; write for example ${CHAT_CALLBACK_TOKEN}"],
  ] as const) {
    it(`is refused when it is ${what}`, async () => {
      await inFolder(async (folder) => {
        await writeFile(join(folder, "token"), content);
        const yaml = `chat: { apps: [{ sdk_app_id: 1, token: { file: ./token } }] }\n${PARTNER}`;
        await writeFile(join(folder, "bridge.yaml"), yaml);
        assert.deepEqual(await foundIn(join(folder, "bridge.yaml")), [expected]);
      });
    });
  }
});

/** A connector type in a file, whole but for `parts`. */
function typeFile(parts: string, settings = "{}"): string {
  const contract = pathToFileURL(join(import.meta.dirname, "../../src/connector.ts")).href;
  return `import { connectorType, Type } from ${JSON.stringify(contract)};
export const connector = { ...connectorType({
  type: "mine", summary: "s", settings: Type.Object(${settings}), example: "", largestBatch: () => 1, concurrency: 1,
  budgets: {}, writes: "fact", destination: () => "x", account: () => "x", open() { throw new Error("never opened"); },
}), ${parts} };
`;
}

const OWN: readonly (readonly [what: string, source: string, settings: string, ...found: (string | RegExp)[]])[] = [
  [
    "does not parse",
    "export const connector = {{{;\n",
    "",
    /^7:11 connectors\.mine\.type: \.\/mine\.ts: the file cannot be loaded: .+; mend the file$/,
  ],
  [
    "throws when it is loaded",
    'throw new Error("no such board");\n',
    "",
    /^7:11 connectors\.mine\.type: \.\/mine\.ts: the file cannot be loaded: mine\.ts:1:\d+ no such board; mend the file$/,
  ],
  [
    "exports nothing of use",
    "export const a = 1;\n",
    "",
    "7:11 connectors.mine.type: ./mine.ts: the file exports no connector type; write `export const connector = connectorType({ … })`, as in config/example-connector/board.ts",
  ],
  [
    "exports two",
    `${typeFile("")}export const another = { ...connector };\n`,
    "",
    "7:11 connectors.mine.type: ./mine.ts: the file exports several connector types; export one",
  ],
  [
    "lacks a part",
    typeFile("writes: 1"),
    "",
    '7:11 connectors.mine.type: ./mine.ts: the connector type\'s "writes" is not right; write `writes: "fact"` where each one counts, `writes: "state"` where only the newest does',
  ],
  [
    "has a setting that every connector has",
    typeFile("", "{ rate: Type.String() }"),
    "",
    '7:11 connectors.mine.type: ./mine.ts: its setting "rate" is one that every connector has; give it another name',
  ],
  [
    "throws while it judges",
    typeFile('lint() { throw new Error("oops"); }'),
    "",
    /^6:3 connectors\.mine: the connector type cannot judge these settings: mine\.ts:\d:\d+ oops; mend its `lint`$/,
  ],
  [
    "says nothing of what every start asks it",
    typeFile('destination() {}, account() { throw new Error("oops"); }, largestBatch: () => "1"'),
    "",
    /^6:3 connectors\.mine: its `account` throws: mine\.ts:\d:\d+ oops; mend its `account`, which is to return a text$/,
    "6:3 connectors.mine: its `destination` does not return a text; mend its `destination`, which is to return a text",
    "6:3 connectors.mine: its `largestBatch` does not return a number; mend its `largestBatch`, which is to return a number",
  ],
  [
    "cannot say where it writes",
    typeFile('destination() { throw new Error("oops"); }'),
    "",
    /^6:3 connectors\.mine: its `destination` throws: mine\.ts:\d:\d+ oops; mend its `destination`, which is to return a text$/,
  ],
  [
    "has settings that we have no words for",
    typeFile("", '{ a: Type.Tuple([Type.String(), Type.Integer()], { examples: [["a", 1]] }) }'),
    "    a: [x, y]\n",
    "8:8 connectors.mine.a: the value does not fit (/1: expected integer); write for example [a, 1]",
  ],
  [
    "has bounds of its own",
    typeFile(
      "",
      `{ text: Type.String({ minLength: 3 }), list: Type.Array(Type.String(), { minItems: 2, examples: [["a", "b"]] }),
         wait: Type.Unsafe({ unit: "duration", minimum: 1000 }), size: Type.Unsafe({ unit: "size", minimum: 1024 }),
         most: Type.Integer({ maximum: 3 }), part: Type.Number() }`,
    ),
    "    text: a\n    list: [a]\n    wait: 5ms\n    size: 1B\n    most: 4\n    part: x\n",
    "8:11 connectors.mine.text: the text is shorter than 3 characters; make it longer",
    "9:11 connectors.mine.list: the list needs at least 2 entries; write for example [a, b]",
    '10:11 connectors.mine.wait: "5ms" is too short; 1s is the least',
    '11:11 connectors.mine.size: "1B" is too small; 1KiB is the least',
    '12:11 connectors.mine.most: "4" is not possible here; write a whole number, 3 or less',
    '13:11 connectors.mine.part: "x" is not a number; write a number',
  ],
];

describe("a connector of one's own", () => {
  it("has the default of a setting that is optional as well", async () => {
    const settings = '{ channel: Type.Optional(Type.String({ default: "chat" })), note: Type.Optional(Type.String()) }';
    await inFolder(async (folder) => {
      await writeFile(join(folder, "mine.ts"), typeFile("", settings));
      await writeFile(join(folder, "bridge.yaml"), `${CHAT}connectors:\n  mine:\n    type: ./mine.ts\n`);
      const result = await loadConfig(join(folder, "bridge.yaml"), ENV);
      assert.deepEqual(result.ok && result.config.connectors[0]?.settings, { channel: "chat" });
    });
  });

  it("is told where a file is, though the shell calls its folder PWD", async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, "mine.ts"), `throw new Error("no ${folder}/words.txt");\n`);
      await writeFile(join(folder, "bridge.yaml"), `${CHAT}connectors:\n  mine:\n    type: ./mine.ts\n`);
      const result = await loadConfig(join(folder, "bridge.yaml"), { ...ENV, PWD: folder, MY_PWD_TOKEN: "words.txt" });
      const [fault = ""] = result.ok ? [] : result.faults.map(inShort);
      assert.ok(fault.includes(`no ${folder}/`), fault);
      assert.ok(!fault.includes("words.txt"), fault);
    });
  });

  for (const [what, source, settings, ...expected] of OWN) {
    it(`that ${what} is named at its place, with what to do`, async () => {
      await inFolder(async (folder) => {
        await writeFile(join(folder, "mine.ts"), source);
        await writeFile(join(folder, "bridge.yaml"), `${CHAT}connectors:\n  mine:\n    type: ./mine.ts\n${settings}`);
        const found = await foundIn(join(folder, "bridge.yaml"));
        assert.equal(found.length, expected.length, found.join("\n"));
        for (const [index, each] of expected.entries()) {
          if (typeof each === "string") assert.equal(found[index], each);
          else assert.match(found[index] ?? "", each);
          assert.ok(!found[index]?.includes(folder), "the folder on this machine is of no use to anybody");
        }
      });
    });
  }
});

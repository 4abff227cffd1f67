/**
 * A credential that went astray: as any value, in any shape, under any name, as a name, in a comment, in a file that is broken
 * besides. No fault shows it, in no form of output.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { faultsToJson, renderFaults } from "../../src/config/faults/render.ts";
import { loadConfig } from "../../src/config/load.ts";
import { parseTests } from "../../src/config/own-tests/config-tests.ts";
import { child, type YamlNode } from "../../src/config/yaml/tree.ts";
import { parseYaml } from "../../src/config/yaml/yaml.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { CHAT, ENV, inFolder, load } from "./support.ts";

const EXAMPLE = await readFile(join(import.meta.dirname, "../../config/bridge.example.yaml"), "utf8");
const VARIABLES = {
  ...ENV,
  ...Object.fromEntries([...EXAMPLE.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) => [name, "set-to-something"])),
  PARTNER_WEBHOOK_SECRET: ENV.SECRET,
};

/** As vendors make them. */
const SECRETS = [
  "canary4b1dQz8Xw0pV7t",
  "canary7f3d9a1c5e8b2d4f6a",
  "4f9d1c07b8e2a6357f9d1c07b8e2a635",
  "550e8400-e29b-41d4-a716-446655440000",
  "pat-na1-8c1e4f7a-93b2-4d60-a1f5-2b7e9c3d8f01",
  "AKIAIOSFODNN7EXAMPLE",
  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "ghp_QzXwPvTkLmNbRtYpQsDfGhJkLzXcVbNm12",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
  "p@ss/w0rd!x9#Q2",
  "qzxwvkplmtrbnd",
  "8301746529183746",
];
/** Characters in a row that would give one away. */
const PIECE = 6;

function assertSilent(shown: string, whole: string, context: string): void {
  // a vendor's mark is no secret, and our own words name some
  const secret = whole.replace(/^(whsec_|pat-na1-|ghp_)/, "");
  for (let at = 0; at + PIECE <= secret.length; at += 1) {
    const piece = secret.slice(at, at + PIECE);
    assert.ok(!shown.includes(piece), `${JSON.stringify(piece)} is in\n${shown}\nof\n${context}`);
  }
}

/** All that is said of a file. */
async function said(yaml: string): Promise<string> {
  const result = await load(yaml, VARIABLES);
  const faults = result.ok ? result.config.warnings : result.faults;
  return `${renderFaults(faults)}\n${renderFaults(faults, { colour: true })}\n${JSON.stringify(faultsToJson(faults))}`;
}

const escaped = (text: string) => JSON.stringify(text);

/** What a value may become that holds the secret, where YAML has a value. */
const SHAPES: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => (/[#@]/.test(secret) ? escaped(secret) : secret),
  "in double quotes": escaped,
  "in single quotes": (secret) => `'${secret}'`,
  "in a list": (secret) => `[${escaped(secret)}]`,
  "in a map": (secret) => `{ value: ${escaped(secret)} }`,
  "as a name": (secret) => `{ ${escaped(secret)}: 1 }`,
  "behind a word": (secret) => escaped(`Bearer ${secret}`),
  "in a faulty template": (secret) => escaped(`Bearer ${secret} {% bad %}`),
  "in a template": (secret) => escaped(`{{ user_id | append: '${secret}' | upcas }}`),
  "as a variable of a template": (secret) => escaped(`{{ ${secret} }}`),
  "as a filter": (secret) => escaped(`{{ user_id | ${secret} }}`),
  "as a file": (secret) => escaped(`./${secret}.ts`),
  "as a file of a secret": (secret) => `{ file: ${escaped(`./${secret}`)} }`,
  "in an address": (secret) => escaped(`https://me:${secret}@a.example/x?code=${secret}`),
  "in the path of an address": (secret) => escaped(`https://hooks.example/services/${secret}`),
  "in a comment": (secret) => `x9 #${secret}`,
  "cut off by a comment": (secret) => `{ y # ${secret}\n }`,
  "in quotes that never end": (secret) => `"${secret}`,
  "in an alias": (secret) => `*${secret.replace(/[^\w-]/g, "")}`,
  "in a tag": (secret) => `!${secret.replace(/[^\w-]/g, "")} x`,
};

/** Offsets of every value of the example. */
function valuesOf(node: YamlNode): (readonly [number, number])[] {
  if (node.tag === "scalar") return [node.range];
  if (node.tag === "list") return node.items.flatMap(valuesOf);
  return node.entries.flatMap(({ value }) => [value.range, ...valuesOf(value)]);
}
const parsed = parseYaml(EXAMPLE);
assert.ok(parsed.ok);
assert.ok(child(parsed.root, "connectors") !== undefined);
const RANGES = valuesOf(parsed.root);

describe("a credential that went astray is shown by no fault", { skip: ON_BUN_ALONE }, () => {
  for (const [turn, [shape, write]] of Object.entries(SHAPES).entries()) {
    it(`in the place of any value, ${shape}`, async () => {
      // a sixth of the places: another sixth for the next shape
      const places = [...RANGES.entries()].filter(([index]) => index % 6 === turn % 6);
      for (const [index, [from, to]] of places) {
        const secret = SECRETS[(index + turn) % SECRETS.length] ?? assert.fail();
        const yaml = `${EXAMPLE.slice(0, from)}${write(secret)}\n${EXAMPLE.slice(to)}`;
        assertSilent(await said(yaml), secret, `${shape} at ${from}: ${EXAMPLE.slice(from, to).slice(0, 60)}`);
      }
    });
  }

  it("anywhere in a text that is broken anywhere", async () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SECRETS),
        place,
        place,
        fc.constantFrom("", "\n", '"', "'", "[", "{", "}", ": ", "\t", "- ", "#", "|\n", ">-\n  "),
        fc.constantFrom("", " ", "\n    ", '"', ": "),
        async (secret, where, broken, slip, around) => {
          const at = Math.floor(where * EXAMPLE.length);
          const planted = `${EXAMPLE.slice(0, at)}${around}${secret}${around}${EXAMPLE.slice(at)}`;
          const slipAt = Math.floor(broken * planted.length);
          // a slip inside of the secret makes two others of it
          const isInside = slipAt > at && slipAt < at + around.length + secret.length;
          const yaml = isInside ? planted : planted.slice(0, slipAt) + slip + planted.slice(slipAt);
          assertSilent(await said(yaml), secret, yaml);
        },
      ),
      { numRuns: 120 },
    );
  });

  for (const [what, yaml] of [
    ["as the number of an app", (s: string) => `chat: { apps: [{ sdk_app_id: ${escaped(s)}, token: "\${TOKEN}" }] }`],
    ["as a batch", (s: string) => `${hook(`batch: ${escaped(s)}`)}`],
    ["as a rate", (s: string) => `${hook(`rate: ${escaped(s)}`)}`],
    ["as a former name", (s: string) => `${hook(`was: ${escaped(s)}`)}`],
    ["as a type", (s: string) => `${CHAT}connectors: { hook: { type: ${escaped(s)} } }`],
    ["as a setting of its own", (s: string) => hook(`${escaped(s)}: 1`)],
    ["as a connector's name", (s: string) => `${CHAT}connectors: { ${escaped(s)}: { type: webhok } }`],
    ["as two settings", (s: string) => hook(`${escaped(s)}: 1, ${escaped(s)}: 2`)],
    ["on lines in quotes that never end", (s: string) => `${CHAT}x: "first\n  ${s}\n  ${s}: y\n  - ${s}: z\n`],
    ["in a header with a faulty template", (s: string) => hook(`headers: { x-thing: "Bearer ${s} {% bad %}" }`)],
  ] as const) {
    it(what, async () => {
      for (const secret of SECRETS) {
        const shown = await said(yaml(secret));
        // a former name, say, may be any word
        assert.ok(shown.length > 20 || what === "as a former name", "there is something to find");
        assertSilent(shown, secret, yaml(secret));
      }
    });
  }

  it("as the value of a variable that stands somewhere else in clear text", async () => {
    const yaml = `${CHAT}connectors: { hook: { type: segment, write_key: "\${KEY}", batch: correct-horse } }\n`;
    await inFolder(async (folder) => {
      await writeFile(join(folder, "bridge.yaml"), yaml);
      const result = await loadConfig(join(folder, "bridge.yaml"), { ...ENV, KEY: "correct-horse" });
      assert.ok(!result.ok);
      assertSilent(renderFaults(result.faults), "correct-horse", yaml);
    });
  });

  it("in a file of tests beside the configuration", () => {
    for (const secret of SECRETS) {
      for (const text of [
        `tests: [{ name: x, expect: { ${escaped(secret)}: sent } }]`,
        `tests: [{ name: x, expect: { partner: ${escaped(secret)} } }]`,
        `tests: [{ name: x, callback: { event: ${escaped(secret)} }, expect: { partner: sent } }]`,
        `tests: [{ name: x, ${escaped(secret)}: 1, expect: { partner: sent } }]`,
        `tests:\n  - name: "x\n    ${secret}: y\n`,
      ]) {
        const { faults } = parseTests({ file: "first.yaml", text }, ["partner"]);
        assert.ok(faults.length > 0, text);
        assertSilent(renderFaults(faults) + JSON.stringify(faults), secret, text);
      }
    }
  });
});

describe("a fault stays helpful", () => {
  for (const [what, yaml, words] of [
    ["an ordinary word", `${CHAT}log: { level: loud }\n`, /"loud" is not possible here/],
    ["a name with a slip", `${CHAT}sever: {}\n`, /unknown setting "sever"; did you mean "server"\?[\s\S]*sever: /],
    ["a number", `${CHAT}server: { port: 70000 }\n`, /"70000" is not possible here/],
    ["a slip in an address", hook("base_url: https://a.example/hooks"), /base_url: https:\/\/a\.example\/hooks/],
    ["a slip in a file that cannot be read", `${CHAT}sever:\n  port:8080\n  path: /x\n`, /write `port: 8080`/],
    [
      "what looks like a credential",
      `${CHAT}log: { level: "x9Qz7w2Lk" }\n`,
      /a text of 9 characters is not possible here/,
    ],
  ] as const) {
    it(`and shows ${what}`, async () => assert.match(await said(yaml), words));
  }
});

function hook(rest: string): string {
  return `${CHAT}connectors: { hook: { type: webhook, url: "https://a.example/x", secret: "\${SECRET}", ${rest} } }\n`;
}

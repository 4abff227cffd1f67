import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, it } from "node:test";
import { builtInTypes, loadBuiltIn } from "../../src/config/connector-types/built-in.ts";
import { propertiesOf } from "../../src/config/connectors.ts";
import { generatedFiles } from "../../src/config/derived/generated.ts";
import { configJsonSchema, jsonSchemaOf } from "../../src/config/derived/json-schema.ts";
import { loadConfig } from "../../src/config/load.ts";
import { Settings } from "../../src/config/schema.ts";
import { settingOf } from "../../src/config/settings/setting.ts";
import { child, type YamlNode } from "../../src/config/yaml/tree.ts";
import { parseYaml } from "../../src/config/yaml/yaml.ts";
import { CHAT, inFolder, loadGood, WEBHOOK_SECRET } from "./support.ts";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLE = join(ROOT, "config/bridge.example.yaml");
const EXAMPLE_ENV = {
  CHAT_CALLBACK_TOKEN: "chat-callback-token",
  CHAT_CALLBACK_TOKEN_OLD: "chat-callback-token-old",
  CHAT_SECRET_KEY: "chat-secret-key-of-some-length",
  HUBSPOT_ACCESS_TOKEN: "pat-eu1-hubspot-token",
  SEGMENT_WRITE_KEY: "segment-write-key",
  PARTNER_WEBHOOK_SECRET: WEBHOOK_SECRET,
  LOYALTY_CLIENT_ID: "loyalty-client-id-of-some-length",
  LOYALTY_CLIENT_SECRET: "loyalty-client-secret-of-some-length",
  LOYALTY_TOKEN: "loyalty-token-of-some-length",
  POINTS_USER: "points-user-of-some-length",
  POINTS_PASSWORD: "points-password-of-some-length",
  COUPONS_KEY: "coupons-key-of-some-length",
  STAMPS_SECRET: "stamps-secret-of-some-length",
  ADMIN_TOKEN: "admin-token-of-some-length",
  METRICS_TOKEN: "metrics-token-of-some-length",
  HEARTBEAT_URL: "https://beat.example/abc",
  OPS_CHAT_URL: "https://open.feishu.cn/open-apis/bot/v2/hook/ops",
  OPS_CHAT_SECRET: "a-secret-of-the-bot",
  MAIL_HOOK_URL: "https://hooks.example/mail",
};

describe("what is made from the schema is as the schema would make it now (else: bun run generate)", () => {
  it("config/bridge.schema.json, and the tables of settings in the connectors' READMEs", async () => {
    const files = await generatedFiles();
    assert.equal(files.length, 1 + builtInTypes().length);
    for (const { path, content } of files) {
      assert.equal(await readFile(path, "utf8"), content, relative(ROOT, path));
    }
  });
});

describe("the schema for editors", () => {
  type Json = { readonly [key: string]: unknown };
  const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;
  /** With every reference replaced by what it points at; fails for one that points nowhere. */
  function expanded(value: unknown, root: Json): unknown {
    if (Array.isArray(value)) return value.map((each) => expanded(each, root));
    if (!isObject(value)) return value;
    if (typeof value.$ref !== "string") {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, expanded(each, root)]));
    }
    // beside a reference draft 07 reads nothing
    assert.deepEqual(Object.keys(value), ["$ref"]);
    const target = value.$ref
      .split("/")
      .slice(1)
      .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), root);
    assert.ok(isObject(target), value.$ref);
    return expanded(target, root);
  }

  it("says of each type what it and every connector may say, closed to all else, and says the shared part once", async () => {
    const types = await Promise.all(builtInTypes().map(loadBuiltIn));
    const schema = configJsonSchema(types);
    const definitions = schema.definitions as Readonly<Record<string, Json>>;
    for (const type of types) {
      const definition = definitions[type.type];
      assert.ok(definition);
      const { properties, additionalProperties } = expanded(definition, schema) as { properties: Json } & Json;
      assert.equal(additionalProperties, false);
      assert.deepEqual(Object.keys(properties), [...propertiesOf(type).keys()]);
      for (const [name, setting] of propertiesOf(type)) {
        if (name === "type") continue;
        assert.deepEqual(properties[name], expanded(jsonSchemaOf(setting), schema), `${type.type}.${name}`);
        const written: unknown = (definition.properties as Json)[name];
        const isOwn = name in type.settings.properties;
        assert.equal(isObject(written) && "$ref" in written, !isOwn, `${type.type}.${name}`);
      }
    }
  });

  it("finds whatever it refers to", async () => {
    const schema = configJsonSchema(await Promise.all(builtInTypes().map(loadBuiltIn)));
    assert.ok(JSON.stringify(expanded(schema, schema)).length > 10_000);
  });
});

describe("the README", () => {
  it("has every connector type in its table, with its page", async () => {
    const readme = await readFile(join(ROOT, "README.md"), "utf8");
    for (const type of builtInTypes()) {
      const row = new RegExp(`^\\| \`${type}\` .*\\(connectors/${type}/README\\.md\\)`, "m");
      assert.ok(row.test(readme), `README.md, Connectors: add a row for \`${type}\` with its page`);
    }
  });
});

describe("every connector type", () => {
  for (const type of builtInTypes()) {
    it(`${type} runs the conformance suite in a test of its own folder`, async () => {
      const folder = join(ROOT, "connectors", type);
      const tests = (await readdir(folder)).filter((name) => name.endsWith(".test.ts"));
      const texts = await Promise.all(tests.map((name) => readFile(join(folder, name), "utf8")));
      assert.ok(
        texts.some((text) => /\bconnectorSuite\(/.test(text)),
        `no test in connectors/${type} calls connectorSuite`,
      );
    });
  }
});

describe("the example configuration", () => {
  it("is faultless, without a warning", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, "secret");
      await writeFile(file, "a-secret-by-file\n");
      const env = {
        ...EXAMPLE_ENV,
        CHAT_CALLBACK_TOKEN_FILE: file,
        CHAT_USER_SIG_FILE: file,
        RUDDERSTACK_KEY_FILE: file,
      };
      const result = await loadConfig(EXAMPLE, env);
      assert.deepEqual(result.ok ? result.config.warnings : result.faults, []);
    });
  });

  it("misses no setting, of the file or of a connector type that it shows", async () => {
    const parsed = parseYaml(await readFile(EXAMPLE, "utf8"));
    assert.ok(parsed.ok);
    const { root } = parsed;
    const lacking = missing(new Map(Object.entries(Settings.properties)), [root], "");
    const connectors = child(root, "connectors");
    assert.ok(connectors?.tag === "map");
    const nodes = connectors.entries.map(({ value }) => value);
    const ofType = (type: string) => nodes.filter((node) => scalarText(child(node, "type")) === type);
    const shown = builtInTypes().filter((name) => ofType(name).length > 0);
    assert.ok(shown.length > 1, "it shows several types");
    for (const name of shown) {
      const type = await loadBuiltIn(name);
      const own = new Map(Object.entries(type.settings.properties));
      lacking.push(...missing(own, ofType(name), `${name}.`));
    }
    // what every connector may say stands at one of them
    const anyType = await loadBuiltIn("webhook");
    const shared = new Map([...propertiesOf(anyType)].filter(([name]) => !(name in anyType.settings.properties)));
    lacking.push(...missing(shared, nodes, "connectors.*."));
    assert.deepEqual(lacking, []);
  });
});

/** Settings that none of these nodes has, by their dotted names. */
function missing(
  properties: ReadonlyMap<string, Parameters<typeof settingOf>[0]>,
  nodes: readonly YamlNode[],
  prefix: string,
): string[] {
  return [...properties].flatMap(([name, schema]) => {
    const found = nodes.flatMap((node) => child(node, name) ?? []);
    if (found.length === 0) return [prefix + name];
    const setting = settingOf(schema);
    const blocks = [setting, ...(setting.tag === "choice" ? setting.branches.map(settingOf) : [])];
    const block = blocks.find((each) => each.tag === "block");
    if (block !== undefined) return missing(block.properties, found, `${prefix}${name}.`);
    const items = setting.tag === "list" ? settingOf(setting.items) : undefined;
    if (items?.tag !== "block") return [];
    const entries = found.flatMap((node) => (node.tag === "list" ? node.items : []));
    return missing(items.properties, entries, `${prefix}${name}[].`);
  });
}

function scalarText(node: YamlNode | undefined): string | undefined {
  return node?.tag === "scalar" ? node.text : undefined;
}

describe("the example of each connector type", () => {
  for (const name of builtInTypes()) {
    it(`${name} is faultless as it stands`, async () => {
      const { example } = await loadBuiltIn(name);
      const variables = [...example.matchAll(/\$\{(\w+)\}/g)].map(([, variable]) => [variable, "a-credential-4711"]);
      const indented = example.replace(/^(?=.)/gm, "    ");
      const config = await loadGood(`${CHAT}connectors:\n  mine:\n${indented}`, {
        ...Object.fromEntries(variables),
        ...EXAMPLE_ENV,
        TOKEN: "chat-token",
      });
      assert.deepEqual(config.warnings, []);
    });
  }
});

describe("the example of a connector of one's own", () => {
  it("loads from a file beside the YAML", async () => {
    const file = join(ROOT, "config/example-connector/board.ts");
    const yaml = `${CHAT}connectors:
  board:
    type: ${file}
    url: https://board.example/api/messages
    token: \${BOARD_TOKEN}
`;
    const config = await loadGood(yaml, { TOKEN: "chat-token", BOARD_TOKEN: "board-token-of-some-length" });
    assert.equal(config.connectors[0]?.type.type, "board");
    assert.ok(config.readFrom.has(file));
    assert.ok(config.secrets.includes("board-token-of-some-length"));
  });
});

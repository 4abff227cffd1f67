import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { builtInTypes, loadBuiltIn } from "../../src/config/connector-types/built-in.ts";
import { inFolder } from "./folder.ts";

const TYPES = builtInTypes();
const ALL = ["init", "--app", "1400000000", "--connectors", TYPES.join(",")];

/** What one would fill in, by variable: any text, but for those that must have a form. */
const FORMS: Readonly<Record<string, string>> = {
  PARTNER_WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
};
const types = await Promise.all(TYPES.map(loadBuiltIn));
const VARIABLES = types.flatMap(({ example }) => [...example.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name));
const FILLED_IN: Readonly<Record<string, string>> = Object.fromEntries(
  ["CHAT_CALLBACK_TOKEN", ...VARIABLES].map((name) => [name, FORMS[name] ?? `a-credential-of-${name.toLowerCase()}`]),
);

describe("init", () => {
  it("makes files that check accepts once the variables of .env.example are filled in", async () => {
    await inFolder(async (folder) => {
      const made = await folder.spawn(ALL);
      assert.equal(made.code, 0, made.err);
      const names = [...(await folder.read("config/.env.example")).matchAll(/^(\w+)=$/gm)].map(([, name = ""]) => name);
      assert.deepEqual(names, Object.keys(FILLED_IN));
      await folder.write(".env", names.map((name) => `${name}=${FILLED_IN[name]}\n`).join(""));
      const checked = await folder.spawn(["check"]);
      assert.deepEqual(checked, {
        code: 0,
        out: `✓ config/bridge.yaml is well: ${types.map(({ usualName, type }) => `${usualName ?? type} (${type})`).join(", ")}\n`,
        err: "",
      });
    });
  });

  it("puts the schema beside a configuration elsewhere, so that editors find it", async () => {
    await inFolder(async (folder) => {
      const { code } = await folder.run([...ALL, "--config", "etc/chat.yaml"]);
      assert.equal(code, 0);
      assert.match(await folder.read("etc/chat.yaml"), /^# yaml-language-server: \$schema=\.\/bridge\.schema\.json\n/);
      assert.equal(JSON.parse(await folder.read("etc/bridge.schema.json")).title, "unsub-bridge");
    });
  });

  for (const type of TYPES) {
    it(`makes a configuration of ${type} alone that is faultless`, async () => {
      await inFolder(async (folder) => {
        await folder.run(["init", "--app", "1", "--connectors", type]);
        const { code, err } = await folder.run(["check"], { env: FILLED_IN });
        assert.deepEqual({ code, err }, { code: 0, err: "" });
      });
    });
  }

  it("asks on a terminal, until the answers can be", async () => {
    await inFolder(async (folder) => {
      const answers = ["my app", "1400000000", "hubspt", "HubSpot, webhook"];
      const { code, err } = await folder.run(["init"], { answers });
      assert.equal(code, 0);
      assert.match(err, /"my app" is no SDKAppID; it is a number such as 1400000000/);
      assert.match(err, /"hubspt" is not known; did you mean "hubspot"\?/);
      const yaml = await folder.read("config/bridge.yaml");
      assert.match(yaml, /sdk_app_id: 1400000000/);
      assert.deepEqual(yaml.match(/(?<=^ {4}type: )\w+/gm), ["hubspot", "webhook"]);
    });
  });

  it("without a terminal names the flag that is missing, and writes nothing", async () => {
    await inFolder(async (folder) => {
      const { code, err } = await folder.spawn(["init", "--app", "1"]);
      assert.equal(code, 2);
      assert.equal(
        err,
        `--connectors is missing, and there is no terminal to ask on; give --app and --connectors, as in: init --app 1400000000 --connectors ${TYPES[0]},${TYPES.at(-1)}\n`,
      );
      await assert.rejects(folder.read("config/bridge.yaml"));
    });
  });

  for (const [flags, expected] of [
    [["--app", "0", "--connectors", "webhook"], '--app: "0" is no SDKAppID; it is a number such as 1400000000\n'],
    [["--app", "1", "--connectors", "fax"], `--connectors: "fax" is not known; possible: ${TYPES.join(", ")}\n`],
    [["--app", "1", "--connectors", " , "], `--connectors: name at least one of ${TYPES.join(", ")}\n`],
  ] as const) {
    it(`refuses ${flags.join(" ")}`, async () => {
      await inFolder(async (folder) => {
        assert.deepEqual(await folder.run(["init", ...flags]), { code: 2, out: "", err: expected });
      });
    });
  }

  for (const name of ["config/bridge.yaml", "config/.env.example"]) {
    it(`leaves a ${name} that is there as it was, unless --force is given`, async () => {
      await inFolder(async (folder) => {
        await folder.write(name, "# mine\n");
        const { code, err } = await folder.run(ALL);
        assert.equal(code, 2);
        assert.match(err, new RegExp(`^${name} is there already and was left as it is; --force overwrites it`));
        assert.equal(await folder.read(name), "# mine\n");
        assert.equal((await folder.run([...ALL, "--force"])).code, 0);
        assert.notEqual(await folder.read(name), "# mine\n");
      });
    });
  }
});

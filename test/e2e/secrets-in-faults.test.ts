/** Canaries in configurations that are faulty, and in the environment: no command and no line of the log shows them. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { runCommand } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { CREDENTIALS, openWorld, type World } from "../support/world.ts";

const CANARY = "canary4b1dQz8Xw0pV7t";

/** By what is wrong: what becomes of the good YAML. */
const FAULTS: readonly (readonly [what: string, edit: (yaml: string) => string])[] = [
  ["a token as a map", (yaml) => yaml.replace("${CHAT_CALLBACK_TOKEN}", `{ value: ${CANARY} }`)],
  [
    "a token that is cut, and a fault beside it",
    (yaml) => `${yaml.replace("${CHAT_CALLBACK_TOKEN}", `abcd #${CANARY}`)}sever: {}\n`,
  ],
  ["a store's address", (yaml) => `${yaml}storage: { url: "postgres:/me:${CANARY}@db.example/x" }\n`],
  [
    "a webhook's user",
    (yaml) => yaml.replace("/unsubscribes", `/unsubscribes?code=${CANARY}\n    uurl: https://me:${CANARY}@a.example`),
  ],
  ["a store that is its address", (yaml) => `${yaml}storage: postgres://h/db?password=${CANARY}\n`],
  ["a store's address that is a list", (yaml) => `${yaml}storage: { url: ['postgres://u:pa/${CANARY}@h/db'] }\n`],
  [
    "HubSpot's address as a map",
    (yaml) => yaml.replace("access_token:", `base_url: { value: ${CANARY} }\n    access_token:`),
  ],
  [
    "colons in quotes that never end",
    (yaml) => yaml.replace("${SEGMENT_WRITE_KEY}", `"canaryfourbdq:${CANARY.toLowerCase()}:x`),
  ],
  ["a mistyped name", (yaml) => yaml.replace("access_token:", `acces_tokn: ${CANARY}\n    access_token:`)],
  ["the number of an app", (yaml) => yaml.replace(/sdk_app_id: \d+/, `sdk_app_id: ${CANARY}`)],
  ["a type", (yaml) => yaml.replace("type: hubspot", `type: ./${CANARY}.ts`)],
  ["a setting's name", (yaml) => yaml.replace("access_token:", `${CANARY}: x\n    access_token:`)],
  [
    "a connector's name",
    (yaml) => yaml.replace("access_token:", `batch: x\n    access_token:`).replace("crm:", `${CANARY}:`),
  ],
  [
    "a faulty template",
    (yaml) => yaml.replace("/unsubscribes", `/unsubscribes\n    headers: { x-thing: "Bearer ${CANARY} {% bad %}" }`),
  ],
  ["lines of a text that never ends", (yaml) => `${yaml}x: "first\n  ${CANARY}: y\n  - ${CANARY}\n`],
  ["a file that cannot be parsed", (yaml) => yaml.replace("${SEGMENT_WRITE_KEY}", `"${CANARY}\n    and ${CANARY}`)],
];

describe("no secret is shown by what is wrong with it", () => {
  let world: World;
  let good: string;
  before(async () => {
    world = await openWorld({ contacts: [] });
    await world.edit((yaml) => {
      good = yaml;
      return yaml;
    });
  });
  after(() => world.close());

  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runCommand([...args, "--config", world.config], { env: { ...CREDENTIALS, ...env } });
  const silent = (text: string, where: string) => {
    for (let at = 0; at + 8 <= CANARY.length; at += 1) {
      assert.ok(!text.includes(CANARY.slice(at, at + 8)), `${where}\n${text}`);
    }
  };

  for (const [what, edit] of FAULTS) {
    it(`in ${what}, by no command`, async () => {
      await writeFile(world.config, edit(good));
      for (const args of [["check"], ["check", "--json"], ["serve"], ["status"], ["preview", "--user", "x"]]) {
        const { code, out, err } = await run(args);
        assert.notEqual(code, 0, args.join(" "));
        silent(out + err, `${what}: ${args.join(" ")}`);
      }
    });
  }

  it("in an address in the place of a file", async () => {
    await writeFile(world.config, good);
    const address = `postgres://me:${CANARY}@db.example/x`;
    for (const args of [
      ["status", "--config", address],
      ["check", "--json", "--config", address],
      ["serve", address],
    ]) {
      const { code, out, err } = await runCommand(args, { env: CREDENTIALS });
      assert.equal(code, 2, args.join(" "));
      silent(out + err, args.join(" "));
    }
    for (const args of [["restore", address], ["backup", address], [address]]) {
      const { code, out, err } = await run(args);
      assert.equal(code, 2, args.join(" "));
      silent(out + err, args.join(" "));
    }
  });

  it("in variables that were damaged, and in those of a proxy", async () => {
    await writeFile(world.config, good);
    for (const name of Object.keys(CREDENTIALS)) {
      const { code, out, err } = await run(["check"], { [name]: `"${CANARY}"` });
      assert.equal(code, 1, name);
      assert.match(err, new RegExp(`the value of ${name} stands in quotes`));
      silent(out + err, name);
    }
    for (const proxy of [`http://me:${CANARY}@127.0.0.1:1`, `http://me:${CANARY}@[bad`, `me:${CANARY}@a b`]) {
      for (const args of [
        ["check", "--live"],
        ["check", "--live", "--json"],
        ["preview", "--user", "x"],
      ]) {
        const { out, err } = await run(args, { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, UNSUB_BRIDGE_DEBUG: "1" });
        silent(out + err, `${args.join(" ")} through ${proxy}`);
      }
    }
  });

  it("in any line of a running bridge's log, while each of them is refused", async () => {
    await writeFile(world.config, good);
    const bridge = await world.start();
    const said = () => bridge.lines.filter((line) => line.includes('"fact":"config.kept"')).length;
    for (const [what, edit] of FAULTS) {
      const before = said();
      await writeFile(world.config, edit(good));
      await eventually(() => said() > before);
      silent(bridge.lines.join("\n"), what);
    }
    assert.equal(await bridge.stop(), 0);
  });
});

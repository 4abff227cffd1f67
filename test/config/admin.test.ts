/** `admin:`, as one writes it: off, with accounts, and all that must not be. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { loadConfig } from "../../src/config/load.ts";
import { CHAT, ENV, faultTables, findings, inFolder, loadGood, PARTNER } from "./support.ts";

const BOTH = CHAT + PARTNER;
const OPS = "ops-token-0123456789";
const WITH_TOKENS = {
  ...ENV,
  OPS,
  OTHER: "other-token-0123456789",
  SHORT: "too-short-0",
  BLANK: "ops token 0123456789",
};

const accounts = (...lines: readonly string[]) =>
  `${BOTH}admin:\n  accounts:\n${lines.map((line) => `    - ${line}\n`).join("")}`;

describe("admin", () => {
  it("is a listener of this machine alone unless something is written, or all of it commented out", async () => {
    const byDefault = {
      host: "127.0.0.1",
      port: 8081,
      base_path: "/",
      accounts: [],
      trusted_proxies: [],
    };
    for (const yaml of ["", "admin:\n", "admin: {}\n", "admin:\n  # port: 8082\n"]) {
      const { admin } = await loadGood(BOTH + yaml);
      assert.deepEqual({ sso: undefined, ...admin }, { ...byDefault, sso: undefined }, yaml);
    }
  });

  it("is off with false", async () => {
    assert.equal((await loadGood(`${BOTH}admin: false\n`)).admin, false);
  });

  it("takes accounts, whose tokens are secrets like all others", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, "bridge.yaml");
      await writeFile(join(folder, "token"), "prometheus-token-0123456789\n");
      const lines = [
        '{ name: ops, role: operator, token: "${OPS}" }',
        "{ name: p@x.example, role: metrics, token: { file: token } }",
      ];
      await writeFile(file, `${accounts(...lines)}  host: 0.0.0.0\n`);
      const loaded = await loadConfig(file, WITH_TOKENS);
      assert.ok(loaded.ok && loaded.config.admin !== false);
      assert.deepEqual(loaded.config.admin.accounts, [
        { name: "ops", role: "operator", token: OPS },
        { name: "p@x.example", role: "metrics", token: "prometheus-token-0123456789" },
      ]);
      assert.equal(loaded.config.secretsAt.get("admin.accounts[0].token"), OPS);
      assert.ok(loaded.config.secrets.includes("prometheus-token-0123456789"));
      // a change of it is a change of the configuration
      assert.ok(loaded.config.readFrom.has(join(folder, "token")));
    });
  });

  it("lets a configuration start whose callbacks have the port that is ours by default", async () => {
    const yaml = `${BOTH}server: { port: 8081 }\n`;
    const shared =
      "this is the port of the callbacks (`server.port`), and the admin listener never shares it; choose another port, or write `admin: false`";
    const found = await findings(yaml);
    assert.deepEqual(
      found.map((line) => line.replace(/^\S+ /, "")),
      [`admin.port: warning: ${shared}`],
    );
    assert.equal((await loadGood(yaml)).server.port, 8081);
  });

  it("never shows a token, whatever is wrong with it", async () => {
    for (const [name, why] of [
      ["SHORT", "shorter than 20"],
      ["BLANK", "does not fit"],
    ] as const) {
      const yaml = accounts(`{ name: ops, role: operator, token: "\${${name}}" }`);
      const [found = "", ...others] = await findings(yaml, WITH_TOKENS);
      assert.match(found, new RegExp(`admin\\.accounts\\[0\\]\\.token: .*${why}`));
      assert.deepEqual(others, []);
      assert.ok(!found.includes(WITH_TOKENS[name]), found);
    }
    const twice = ["a", "b"].map((name) => `{ name: ${name}, role: viewer, token: "\${OPS}" }`);
    assert.deepEqual(await findings(accounts(...twice), WITH_TOKENS), [
      "13:39 admin.accounts[1].token: an account before has the same token, and nobody could tell who of them it was; give each account a token of its own",
    ]);
  });
});

const OPEN =
  'others than this machine can connect there, and there is no account that they must log in with; add `accounts: [{ name: ops, role: operator, token: "${ADMIN_TOKEN}" }]`, or write 127.0.0.1';

faultTables({
  "the admin listener": [
    ["a wider host without accounts", `${BOTH}admin: { host: 0.0.0.0 }\n`, `10:16 admin.host: ${OPEN}`],
    ["all of IPv6 without accounts", `${BOTH}admin: { host: "::" }\n`, `10:16 admin.host: ${OPEN}`],
    ["loopback in other words", `${BOTH}admin: { host: "::1" }\n`],
    [
      "the port of the callbacks",
      `${BOTH}server: { port: 9000 }\nadmin: { port: 9000 }\n`,
      "11:16 admin.port: this is the port of the callbacks (`server.port`), and the admin listener never shares it; choose another port, or write `admin: false`",
    ],
    ["any port for both", `${BOTH}server: { port: 0 }\nadmin: { port: 0 }\n`],
    [
      "a port that is none",
      `${BOTH}admin: { port: 99999 }\n`,
      '10:16 admin.port: "99999" is not possible here; write a whole number from 0 to 65535',
    ],
    [
      "a word that is neither",
      `${BOTH}admin: true\n`,
      '10:8 admin: "true" is not possible here; possible: false, or a block of settings',
    ],
    [
      "a role that is none",
      `${BOTH}admin: { accounts: [{ name: a, role: admin, token: { file: /dev/null } }] }\n`,
      '10:38 admin.accounts[0].role: "admin" is not possible here; did you mean "operator"? (possible: metrics, viewer, operator)',
      "10:52 admin.accounts[0].token: the text is empty; write for example ${ADMIN_TOKEN}",
    ],
    [
      "a login proxy, and nobody whom it may let in",
      `${BOTH}admin: { sso: { header: X-User, trusted_proxies: [10.0.0.7] } }\n`,
      '10:15 admin.sso: nobody whom the login proxy names may look in; add `operators: ["olga@example.com"]`, or `viewers: ["*@example.com"]`',
    ],
    [
      "a wider host behind a login proxy",
      `${BOTH}admin: { host: 0.0.0.0, sso: { header: X-User, trusted_proxies: [10.0.0.7], viewers: ["*"] } }\n`,
    ],
    [
      "a setting of another block",
      `${BOTH}admin: { path: /x }\n`,
      '10:10 admin.path: unknown setting "path"; did you mean "base_path"?',
    ],
  ],
});

/** Credentials that were damaged on their way here, and faults that must show none. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { redactor } from "../../src/config/credentials/redact.ts";
import type { Env } from "../../src/config/decoding/variables.ts";
import { renderFaults } from "../../src/config/faults/render.ts";
import { loadConfig } from "../../src/config/load.ts";
import { ENV, findings, inFolder, inShort, load, loadGood, WEBHOOK_SECRET } from "./support.ts";

const GOOD = "canary7f3d9a1c5e8b2d4f6a";

/** Every place of a configuration that holds a credential, and the variable that it comes from. */
const PLACES: readonly (readonly [path: string, yaml: (value: string) => string])[] = [
  ["chat.apps[0].token", (value) => `chat: { apps: [{ sdk_app_id: 1, token: ${value} }] }`],
  ["chat.apps[0].token[1]", (value) => `chat: { apps: [{ sdk_app_id: 1, token: ["\${TOKEN}", ${value}] }] }`],
  ["connectors.crm.access_token", (value) => crm(value)],
  ["connectors.seg.write_key", (value) => `${CHAT}connectors: { seg: { type: segment, write_key: ${value} } }`],
  ["connectors.hook.secret", (value) => hook(`secret: ${value}`)],
  ["connectors.hook.secret[1]", (value) => hook(`secret: ["\${SECRET}", ${value}]`)],
  [
    "connectors.hook.headers.authorization",
    (value) => hook(`secret: "\${SECRET}", headers: { authorization: ${value} }`),
  ],
];
const CHAT = 'chat: { apps: [{ sdk_app_id: 1, token: "${TOKEN}" }] }\n';
const crm = (token: string) =>
  `${CHAT}connectors: { crm: { type: hubspot, access_token: ${token}, match: { property: a }, set: { b: c } } }`;
const hook = (rest: string) => `${CHAT}connectors: { hook: { type: webhook, url: "https://a.example/x", ${rest} } }`;

/** What a value becomes on its way: a file or a variable, by what. */
const ODD: readonly (readonly [what: string, value: (good: string) => string, words: RegExp])[] = [
  ["quotes that docker --env-file keeps", (good) => `"${good}"`, /stands in quotes that are part of it/],
  ["single quotes", (good) => `'${good}'`, /stands in quotes that are part of it/],
  ["a quote that nothing closes", (good) => `"${good}`, /begins with a quote that nothing closes/],
  ["a single one", (good) => `'${good}`, /begins with a quote that nothing closes/],
  ["a line break inside", (good) => `${good.slice(0, 9)}\n${good.slice(9)}`, /contains a line break/],
  ["a carriage return inside", (good) => `${good.slice(0, 9)}\r${good.slice(9)}`, /contains a line break/],
  ["a tab", (good) => `${good}\t`, /control character/],
  ["an escape sequence", (good) => `\u001b[1m${good}`, /control character/],
  ["a blank at its end", (good) => `${good} `, /begins or ends with a blank/],
  ["a blank at its beginning", (good) => ` ${good}`, /begins or ends with a blank/],
  ["a space that nobody sees", (good) => `${good}\u200b`, /invisible character/],
  ["characters that are none", (good) => `${good}\ufffd`, /not text in UTF-8/],
  ["a variable that nobody replaced", (good) => `\${${good}}`, /holds a variable itself/],
];

/** What must not be part of any fault. */
function assertSilent(shown: string, ...secrets: readonly string[]): void {
  for (const secret of secrets) {
    for (let at = 0; at + 6 <= secret.length; at += 1) {
      assert.ok(!shown.includes(secret.slice(at, at + 6)), `${secret.slice(at, at + 6)} in\n${shown}`);
    }
  }
}

async function faultsOf(yaml: string, env: Env): Promise<{ errors: string[]; shown: string }> {
  const result = await load(yaml, env);
  const faults = result.ok ? result.config.warnings : result.faults;
  const errors = faults.filter(({ severity }) => severity === "error").map(inShort);
  return { errors, shown: `${renderFaults(faults)}\n${JSON.stringify(faults)}` };
}

/** The secrets of webhooks have a form of their own. */
const goodFor = (path: string) => (path.includes("hook.secret") ? WEBHOOK_SECRET : GOOD);
const valueAt = (config: unknown, path: string): unknown =>
  path
    .split(/[.[\]]+/)
    .filter((part) => part !== "")
    .reduce<unknown>((at, part) => Reflect.get(Object(at), part), config);

describe("a secret from the environment", () => {
  for (const [path, yaml] of PLACES) {
    it(`loses line ends and a byte order mark that a shell put on it: ${path}`, async () => {
      const good = goodFor(path);
      for (const value of [
        `${good}\n`,
        `${good}\r\n`,
        `${good}\r`,
        `${good}\n\n`,
        `\ufeff${good}`,
        `\ufeff${good}\r\n`,
      ]) {
        const config = await loadGood(yaml('"${ODD}"'), { ...ENV, ODD: value });
        const connectors = Object.fromEntries(config.connectors.map(({ name, settings }) => [name, settings]));
        const found = valueAt({ ...config, connectors }, path);
        assert.ok(String(found).includes(good) && !/[\r\n\ufeff]/.test(String(found)), JSON.stringify(found));
      }
    });

    it(`is refused when it was damaged, by its variable's name and without a character of it: ${path}`, async () => {
      const good = goodFor(path);
      for (const [what, damage, words] of ODD) {
        const { errors, shown } = await faultsOf(yaml('"${ODD}"'), { ...ENV, ODD: damage(good) });
        assert.ok(
          errors.some((line) => line.includes(`${path}: the value of ODD`) && words.test(line)),
          `${what}: ${errors}`,
        );
        assertSilent(shown, good);
      }
    });
  }

  it("of a store's address is treated alike", async () => {
    const url = `postgres://bridge:${GOOD}@db.example/x`;
    const yaml = `${CHAT}storage: { url: "\${DATABASE_URL}" }\n`;
    assert.equal((await loadGood(yaml, { ...ENV, DATABASE_URL: `\ufeff${url}\r\n` })).storage.url, url);
    for (const [what, damage, words] of ODD) {
      const { errors, shown } = await faultsOf(yaml, { ...ENV, DATABASE_URL: damage(url) });
      assert.ok(
        errors.some((line) => words.test(line)),
        `${what}: ${errors}`,
      );
      assertSilent(shown, GOOD);
    }
  });
});

describe("any other value from the environment", () => {
  const REMOVE = "remove them: docker's --env-file, for one, keeps quotes";

  it("is told by the quotes that it came with, where it does not fit, and is warned of where it does", async () => {
    const yaml = `chat: { apps: [{ sdk_app_id: "\${APP}", token: "\${TOKEN}" }] }
name: \${NAME}
connectors:
  crm:
    type: hubspot
    access_token: \${KEY}
    match: { property: chat_id }
    set: { status: "\${WORD}", left: "{{ event }}" }
    only: { official_account: ["\${ACCOUNT}"] }
`;
    const names = { APP: "1400000000", NAME: "production", WORD: "left", ACCOUNT: "@TOA#_news" };
    assert.deepEqual(await findings(yaml, { ...ENV, ...names }), []);
    const quoted = Object.fromEntries(Object.entries(names).map(([name, value]) => [name, `"${value}"`]));
    const told = (name: string) => `the value of ${name} stands in quotes that are part of it; ${REMOVE}`;
    assert.deepEqual((await findings(yaml, { ...ENV, ...quoted })).sort(), [
      `1:30 chat.apps[0].sdk_app_id: ${told("APP")}`,
      `2:7 name: ${told("NAME")}`,
      `8:20 connectors.crm.set.status: warning: ${told("WORD")}`,
      `9:32 connectors.crm.only.official_account[0]: warning: ${told("ACCOUNT")}`,
    ]);
  });
});

describe("an address from the environment", () => {
  const http = (url: string) => `${CHAT}connectors:
  loyalty:
    type: http
    url: "${url}"
    auth: { bearer: "\${KEY}" }
    body: { user: "{{ user_id }}" }
    answers: [{ status: 200, body: ignored, means: delivered }]
`;

  it("is a secret's in its password and its keys, also where the address is a template", async () => {
    for (const url of [
      "${ODD}",
      "${ODD}&user={{ user_id | url_encode }}",
      "https://a.example/{{ user_id | url_encode }}?code=${KEY_OF_IT}",
    ]) {
      const env = { ...ENV, ODD: `https://a.example/x?code=${GOOD}`, KEY_OF_IT: GOOD };
      const config = await loadGood(http(url), env);
      assert.ok(config.secrets.includes(GOOD), url);
      assert.deepEqual(config.warnings.map(inShort), []);
    }
    const warned = await faultsOf(http(`https://a.example/x?code=${GOOD}`), ENV);
    assert.match(warned.shown, /loyalty\.url: warning: a secret stands here in clear text/);
    assertSilent(warned.shown, GOOD);
    const cut = await faultsOf(http("").replace('""', `https://a.example/x?code=abcd #${GOOD}`), ENV);
    assert.match(cut.shown, /loyalty\.url: warning: what stands behind the # is a comment/);
    assertSilent(cut.shown, GOOD);
    const none = await faultsOf(http("https://a.example/x?token={{ user_id | url_encode }}"), ENV);
    assert.doesNotMatch(none.shown, /secret/);
  });

  it("is refused when it was damaged, also where the address is a template", async () => {
    for (const [what, damage, words] of ODD.filter(([, , words]) => !/holds a variable/.test(words.source))) {
      const { errors, shown } = await faultsOf(http("${ODD}"), {
        ...ENV,
        ODD: damage(`https://a.example/x?code=${GOOD}`),
      });
      assert.ok(
        errors.some((line) => words.test(line)),
        `${what}: ${errors}`,
      );
      assertSilent(shown, GOOD);
    }
  });

  it("is refused where a quote was left at its end, with a key in it and without", async () => {
    for (const address of [`https://a.example/x?code=${GOOD}`, "https://a.example/x", "https://a.example"]) {
      for (const quote of ['"', "'"]) {
        const yaml = hook('secret: "${SECRET}"').replace("https://a.example/x", "${ODD}");
        const { errors, shown } = await faultsOf(yaml, { ...ENV, ODD: address + quote });
        assert.match(errors.join("\n"), /hook\.url: the value of ODD ends with a quote that nothing opens/);
        assertSilent(shown, GOOD);
      }
    }
  });
});

describe("a secret in a file of its own", () => {
  const withFile = <T>(
    path: string,
    yaml: (value: string) => string,
    bytes: Uint8Array | string,
    use: (shown: string, ok: boolean, value: unknown) => T,
  ) =>
    inFolder(async (folder) => {
      await writeFile(join(folder, "secret"), bytes);
      await writeFile(join(folder, "bridge.yaml"), yaml("{ file: ./secret }"));
      const result = await loadConfig(join(folder, "bridge.yaml"), ENV);
      const faults = result.ok ? result.config.warnings : result.faults;
      const connectors =
        result.ok && Object.fromEntries(result.config.connectors.map((one) => [one.name, one.settings]));
      const value = result.ok ? valueAt({ ...result.config, connectors }, path) : undefined;
      return use(`${renderFaults(faults)}\n${JSON.stringify(faults)}`, result.ok, value);
    });
  const inFiles = PLACES.filter(([path]) => !path.includes("headers"));

  for (const [path, yaml] of inFiles) {
    it(`is read as one from the environment: ${path}`, async () => {
      const good = goodFor(path);
      for (const content of [`${good}\n`, `${good}\r\n\r\n`, `\ufeff${good}\n`]) {
        await withFile(path, yaml, content, (shown, ok, value) => assert.equal(ok && value, good, shown));
      }
      for (const [what, damage, words] of ODD) {
        await withFile(path, yaml, damage(good), (shown, ok) => {
          assert.ok(!ok && words.test(shown), `${what}: ${shown}`);
          assertSilent(shown, good);
        });
      }
    });
  }

  it("is refused when it is UTF-16, as PowerShell writes it, or no text", async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${GOOD}\r\n`, "utf16le")]);
    for (const bytes of [utf16, Buffer.from(GOOD, "utf16le"), Buffer.from([0xc3, 0x28, 0x41, 0x41])]) {
      const [path, yaml] = PLACES[0] ?? assert.fail();
      await withFile(path, yaml, bytes, (shown, ok) => {
        assert.ok(
          !ok && /UTF-8/.test(shown) && /PowerShell/.test(shown + (bytes.length < 9 ? "PowerShell" : "")),
          shown,
        );
        assertSilent(shown, GOOD);
      });
    }
  });
});

describe("a key in PEM", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const PEM = String(privateKey.export({ type: "pkcs8", format: "pem" }));
  const LINES = PEM.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));
  const yaml = (key: string) => `${CHAT}connectors:
  sf:
    type: salesforce
    instance_url: https://x.my.salesforce.com
    client_id: abcd
    jwt: { username: a@b.example, private_key: ${key} }
    match: { field: A__c }
    set: { B__c: x }
`;
  const loaded = (key: string, content: string, variable: string) =>
    inFolder(async (folder) => {
      await writeFile(join(folder, "key.pem"), content);
      await writeFile(join(folder, "bridge.yaml"), yaml(key));
      return loadConfig(join(folder, "bridge.yaml"), { ...ENV, PK: variable });
    });

  it("is taken with its lines, from a file or from the environment, and each of them is a secret", async () => {
    const ways: readonly (readonly [key: string, content: string])[] = [
      ["{ file: ./key.pem }", PEM],
      ["{ file: ./key.pem }", `\ufeff${PEM.replaceAll("\n", "\r\n")}`],
      ["{ file: ./key.pem }", `Bag Attributes\n    localKeyID: 01 02\nKey Attributes: <No Attributes>\n${PEM}`],
      ['"${PK}"', PEM],
      ['"${PK}"', PEM.trim().replaceAll("\n", "\\n")],
    ];
    for (const [key, content] of ways) {
      const result = await loaded(key, content, content);
      assert.deepEqual(result.ok ? [] : result.faults.map(inShort), [], key);
      assert.ok(result.ok);
      const hide = redactor(result.config.secrets);
      for (const line of LINES.filter(({ length }) => length >= 6)) assert.equal(hide(`… ${line} …`), "… *** …");
    }
  });

  it("is refused when it was damaged otherwise, without a character of it", async () => {
    const oneLine = PEM.trim().replaceAll("\n", "\\n");
    for (const [what, value, words] of [
      ["quotes that docker --env-file keeps", `"${oneLine}"`, /stands in quotes/],
      ["a control character", `\u001b[1m${oneLine}`, /control character/],
      ["a space that nobody sees", `${oneLine}\u200b`, /invisible character/],
      ["another text", "abcd", /no RSA private key in PEM/],
      ["a line for a shell", `export KEY=${oneLine.slice(0, 20)}`, /is a line for a shell/],
    ] as const) {
      const result = await loaded('"${PK}"', "", value);
      assert.ok(!result.ok, what);
      assert.match(result.faults.map(inShort).join("\n"), words);
      assertSilent(`${renderFaults(result.faults)}${JSON.stringify(result.faults)}`, ...LINES);
    }
  });
});

describe("a secret in .env", () => {
  const read = (line: string) =>
    inFolder(async (folder) => {
      await writeFile(join(folder, ".env"), `SECRET=${WEBHOOK_SECRET}\n${line}\nLAST=x # a note\n`);
      await writeFile(join(folder, "bridge.yaml"), 'chat: { apps: [{ sdk_app_id: 1, token: "${TOK}" }] }\n');
      const result = await loadConfig(join(folder, "bridge.yaml"), {}, { file: join(folder, ".env"), real: {} });
      const faults = result.ok ? result.config.warnings : result.faults;
      return { ok: result.ok, shown: `${renderFaults(faults)}\n${JSON.stringify(faults)}` };
    });

  for (const [line, words] of [
    [`TOK="${GOOD}`, /the value of TOK begins with a quote that nothing closes/],
    [`TOK='${GOOD}`, /the value of TOK begins with a quote that nothing closes/],
    [`TOK='abc'${GOOD}`, /the value of TOK goes on behind its quotes/],
    [`TOK="abc" ${GOOD} # x`, /the value of TOK goes on behind its quotes/],
    [`TOK="abc"#${GOOD}`, /the value of TOK goes on behind its quotes/],
    [`TOK="${GOOD}\nOTHER="x"`, /the value of TOK goes on behind its quotes/],
  ] as const) {
    it(`is refused where a part of it would be lost: ${line.replace(GOOD, "…")}`, async () => {
      const { ok, shown } = await read(line);
      assert.ok(!ok);
      assert.match(shown, words);
      assertSilent(shown, GOOD);
    });
  }

  it("is warned of where a comment may have cut it, and only there", async () => {
    const { ok, shown } = await read(`TOK=abcd #${GOOD}`);
    assert.ok(ok);
    assert.match(shown, /\.env:2:1: warning: what stands behind the # in TOK is a comment, and no part of the value/);
    assertSilent(shown, GOOD);
    for (const fine of [
      `TOK=${GOOD} # from the console`,
      `TOK="${GOOD}" #x`,
      `TOK="a #b${GOOD}"`,
      `PLACE=eu #x\nTOK=${GOOD}`,
    ]) {
      const { ok: isGood, shown: said } = await read(fine);
      assert.ok(isGood, fine);
      assert.doesNotMatch(said, /is a comment|behind its quotes/, fine);
    }
  });
});

describe("a variable inside of a default", () => {
  const token = async (written: string, env: Env) =>
    (await loadGood(`chat: { apps: [{ sdk_app_id: 1, token: "${written}" }] }\n`, env)).chat.apps[0]?.token;

  it("is replaced, at any depth", async () => {
    assert.equal(await token("${A:-${B}}", { B: "from-b" }), "from-b");
    assert.equal(await token("${A:-${B}}", { A: "from-a", B: "from-b" }), "from-a");
    assert.equal(await token("${A:-${B:-${C}}}", { C: "from-c" }), "from-c");
    assert.equal(await token("x-${A:-y-${B}-z}-w", { B: "b" }), "x-y-b-z-w");
  });

  it("is missing, by its own name, when it is not set either", async () => {
    const yaml = 'chat: { apps: [{ sdk_app_id: 1, token: "${A:-${B}}" }] }\n';
    assert.deepEqual(
      (await findings(yaml, {})).filter((line) => line.includes("token")),
      ["1:46 chat.apps[0].token: the environment variable B is not set; set it, or give a default: ${B:-default}"],
    );
  });

  it("of a form that only shells know is refused, never taken letter by letter", async () => {
    for (const written of [
      "${A:?no token}",
      "${A-${B}}",
      "${A:+x}",
      "${A:-${B:?}}",
      "${A",
      "${A:-${B}",
      "${!A}",
      "${}",
    ]) {
      const result = await load(`chat: { apps: [{ sdk_app_id: 1, token: "${written}" }] }\n`, { B: "b" });
      assert.ok(!result.ok && JSON.stringify(result.faults).includes("${ begins no variable here"), written);
    }
  });
});

describe("a secret that looks like a name of one", () => {
  for (const text of [
    "$CHAT_TOKEN",
    "$(cat token)",
    "%CHAT_TOKEN%",
    "{{ chat_token }}",
    "$${CHAT_TOKEN}",
    "$env:TOKEN",
    "<your-token>",
  ]) {
    it(`is warned of: ${text}`, async () => {
      const { shown } = await faultsOf(`chat: { apps: [{ sdk_app_id: 1, token: "${text}" }] }\n`, ENV);
      assert.match(shown, /looks like the name of a secret/);
      assert.doesNotMatch(shown, /chat_token|CHAT_TOKEN"|cat token|your-token/);
    });
  }

  it("names the form to write, with the variable that is meant where it can be told from a credential", async () => {
    for (const text of ["%CHAT_TOKEN%", "$CHAT_TOKEN", "$env:CHAT_TOKEN", "<CHAT_TOKEN>", "{{ CHAT_TOKEN }}"]) {
      const { shown } = await faultsOf(`chat: { apps: [{ sdk_app_id: 1, token: "${text}" }] }\n`, ENV);
      assert.match(shown, /write \$\{CHAT_TOKEN\}, with braces/, text);
    }
    const { shown } = await faultsOf('chat: { apps: [{ sdk_app_id: 1, token: "%X7Q2B9ZK4%" }] }\n', ENV);
    assert.match(shown, /write \$\{NAME\}, with braces/);
  });

  it("is warned of in a header and in an address as well", async () => {
    assert.match((await faultsOf(hook('headers: { authorization: "Bearer $TOK" }'), ENV)).shown, /looks like the name/);
    const storage = `${CHAT}storage: { url: "postgres://me:$DB_PASSWORD@db/x" }\n`;
    assert.match((await faultsOf(storage, ENV)).shown, /looks like the name/);
  });

  it("is none when it merely has a dollar in it", async () => {
    assert.doesNotMatch((await faultsOf(crm('"pa$$w0rd-$1-x%41"'), ENV)).shown, /looks like the name/);
  });
});

describe("no fault shows a secret, nor a part of it", () => {
  const S = "canary4b1dQz8Xw0pV7t";
  for (const [what, yaml] of [
    ["cut at a comment", `chat: { apps: [{ sdk_app_id: 1,\n token: abcd${S} #${S}\n }] }\nsever: {}\n`],
    ["cut at a comment, in a block", `chat:\n  apps:\n    - sdk_app_id: 1\n      token: abcd #${S}\nconnectors: {}\n`],
    ["a comment behind a variable", `chat:\n  apps:\n    - { sdk_app_id: x, token: "\${TOKEN}" } #${S}\n      \n`],
    ["as a map", `chat: { apps: [{ sdk_app_id: 1, token: { value: ${S} } }] }\n`],
    ["as the key of a map", `chat: { apps: [{ sdk_app_id: 1, token: { ${S} } }] }\n`],
    ["as a list of maps", `chat: { apps: [{ sdk_app_id: 1, token: [{ ${S}: ${S} }] }] }\n`],
    ["below its file", `chat: { apps: [{ sdk_app_id: 1, token: { file: ./x, ${S}: ${S} } }] }\n`],
    ["in an address of a store", `${CHAT}storage: { url: "mysql://me:${S}@db/x" }\n`],
    ["in an address with odd characters", `${CHAT}storage: { url: "postgres:/me:a/${S}#${S}@db/x y" }\n`],
    ["in a store's parameters", `${CHAT}storage: { url: "postgres//db/x?password=${S}" }\n`],
    ["with userinfo", hook(`url2: x`).replace("https://a.example/x", `https://me:${S}@a.example/x`)],
    ["in a fragment", hook(`method: POST`).replace("https://a.example/x", `https://a.example/x#${S}`)],
    ["in an address without a scheme", hook(`method: POST`).replace("https://a.example/x", `a.example/x?code=${S}`)],
    ["with a blank in it", hook(`method: POST`).replace("https://a.example/x", `https://a example/x?sig=${S}`)],
    ["in HubSpot's address", crm("'${TOKEN}'").replace("match:", `base_url: "https://me:${S}@x", match:`)],
    ["in HubSpot's address that is none", crm("'${TOKEN}'").replace("match:", `base_url: "me:${S}@x", match:`)],
    ["in Segment's host", `${CHAT}connectors: { s: { type: segment, write_key: "\${KEY}", host: "x?k=${S}" } }`],
    ["in a header that is no template", hook(`headers: { authorization: "Bearer ${S} {{ x" }`)],
    ["in a header with a line break", hook(`headers: { x-api-key: "${S}\\n${S}" }`)],
    ["under a mistyped name", `chat: { apps: [{ sdk_app_id: 1, tokn: ${S} }] }\n`],
    ["on the line below", `chat:\n  apps:\n    - sdk_app_id: 1\n      token:\n        ${S}\n        ${S}: x\n`],
    ["in a block text", `chat:\n  apps:\n    - sdk_app_id: 1\n      token: |\n        ${S}\n        ${S}\n`],
    ["as a list", `chat:\n  apps:\n    - sdk_app_id: 1\n      token:\n        - ${S}\n        - [${S}]\n`],
    ["as an alias", `chat: { apps: [{ sdk_app_id: 1, token: *${S} }] }\n`],
    ["as a tag", `chat: { apps: [{ sdk_app_id: 1, token: !${S} x }] }\n`],
    ["in quotes that never end", `chat:\n  apps:\n    - sdk_app_id: 1\n      token: "${S}\n      x ${S}\n`],
    ["behind a bracket too many", `chat: { apps: [{ sdk_app_id: 1, token: ${S} }] ]\n`],
    ["behind an escape", `chat: { apps: [{ sdk_app_id: 1, token: "${S}\\q" }] }\n`],
    ["twice", `chat:\n  apps:\n    - sdk_app_id: 1\n      token: ${S}\n      token: ${S}\n`],
    ["indented wrongly", `chat:\n  apps:\n    - sdk_app_id: 1\n       token: ${S}\n   ${S}\n`],
    ["with a tab", `chat:\n  apps:\n    - sdk_app_id: 1\n\t  token: ${S}\n`],
    ["without a space", `chat:\n  apps:\n    - token:${S}\n`],
    ["short and without a space", `chat:\n  apps:\n    - token:qzxwvk9\n`],
    ["as a header's map", hook(`headers: { authorization: { value: "Bearer ${S}" } }`)],
    ["as a header's list", hook(`headers: { x-functions-key: ["${S}"] }`)],
    [
      "as a header's block",
      `${CHAT}connectors:\n  h:\n    type: webhook\n    url: https://a.example\n    secret: "\${SECRET}"\n    headers:\n      authorization:\n        value: Bearer ${S}\n`,
    ],
    ["in headers that are a list", hook(`headers: ["authorization: Bearer ${S}"]`)],
    ["in headers that are a text", hook(`headers: "authorization: Bearer ${S}"`)],
    ["in an address that is a list", `${CHAT}connectors: { h: { type: webhook, url: ['https://p/?code=${S}'] } }`],
    [
      "in an address that is a map",
      `${CHAT}connectors: { h: { type: webhook, url: { value: 'https://p/?code=${S}' } } }`,
    ],
    ["in a store's address that is a list", `${CHAT}storage: { url: ['postgres://u:pa/${S}@h/db'] }\n`],
    ["in a store's address that is a map", `${CHAT}storage: { url: { value: 'postgres://h/db?password=${S}' } }\n`],
    ["in a store that is its address", `${CHAT}storage: postgres://h/db?password=${S}\n`],
    ["in a store that is a list", `${CHAT}storage: [ 'postgres://u:pa/${S}@h/db' ]\n`],
    [
      "in Segment's host that is a list",
      `${CHAT}connectors: { s: { type: segment, write_key: "\${KEY}", host: ['https://u:pa/${S}@h'] } }`,
    ],
    [
      "in HubSpot's address that is a list",
      crm("'${TOKEN}'").replace("match:", `base_url: ["https://me:pa/${S}@x"], match:`),
    ],
    ["in the place of the apps", `chat: { apps: ${S} }\n`],
    ["in the place of an app", `chat: { apps: [1400000000, ${S}] }\n`],
    ["in the place of an app, on a line of its own", `chat:\n  apps:\n    - ${S}\n`],
    ["in the place of a connector", `${CHAT}connectors: { h: ${S} }`],
    ["in the place of all connectors", `${CHAT}connectors: [${S}]`],
    ["in the place of a type", `${CHAT}connectors: { h: { type: [${S}] } }`],
    ["in the place of the whole file", `- ${S}\n`],
    ["deep in a body", hook(`body: { api_key: { x: "${S} {% bad %}" } }`)],
    ["in a body's list", hook(`body: { token: [{ x: "${S} {{ bad" }] }`)],
    ["in quotes that never end, with colons", `chat:\n  apps:\n    - sdk_app_id: 1\n      token: "canary:${S}:x\n`],
    [
      "with colons of its own",
      `chat:\n  apps:\n    - sdk_app_id: 1\n      token: dqzxwv: ${S}\n      token: [dqzxwv: x: y\n`,
    ],
  ] as const) {
    it(what, async () => {
      const { shown } = await faultsOf(yaml, ENV);
      assert.ok(shown.length > 10, "there is something to find");
      assertSilent(shown, S, "qzxwvk9", "dqzxwv");
    });
  }

  it("under a name in camel case, in a type of one's own", async () => {
    const board = `import { Type } from "@sinclair/typebox";
      export const connector = { type: "board", summary: "", example: "", largestBatch: () => 1, concurrency: 1, budgets: {},
        writes: "fact", destination: () => "", account: () => "", open: () => ({}),
        settings: Type.Object({ signingKey: Type.String({ maxLength: 9 }), bearer: Type.String({ pattern: "^x$" }) }) };\n`;
    await inFolder(async (folder) => {
      await writeFile(
        join(folder, "board.ts"),
        board.replace("@sinclair/typebox", import.meta.resolve("@sinclair/typebox")),
      );
      const own = `${CHAT}connectors: { b: { type: ./board.ts, signingKey: "${S}", bearer: "${S}" } }\n`;
      await writeFile(join(folder, "bridge.yaml"), own);
      const result = await loadConfig(join(folder, "bridge.yaml"), ENV);
      assert.ok(!result.ok);
      const shown = `${renderFaults(result.faults)}\n${JSON.stringify(result.faults)}`;
      assert.match(shown, /signingKey: the text is longer/);
      assert.match(shown, /bearer: the value does not fit/);
      assertSilent(shown, S);
    });
  });

  it("nor is it shown later: a setting of a type of one's own that is named so is a secret, declared or not", async () => {
    const board = `import { Type } from "${import.meta.resolve("@sinclair/typebox")}";
      export const connector = { type: "board", summary: "", example: "", largestBatch: () => 1, concurrency: 1, budgets: {},
        writes: "fact", destination: () => "", account: () => "",
        open: () => ({ deliver: async () => ({}), check: async () => [], preview: async () => [] }),
        settings: Type.Object({ apiKey: Type.String(), token_url: Type.String(), secret_header: Type.String(),
          more: Type.Union([Type.Object({ passphrase: Type.String() }), Type.Object({ x: Type.Integer() })]) }) };\n`;
    await inFolder(async (folder) => {
      await writeFile(join(folder, "board.ts"), board);
      const own = `${CHAT}connectors:
  b:
    type: ./board.ts
    apiKey: "\${OWN}"
    token_url: https://login.example/oauth2/v2token7/x1
    secret_header: X-Board-Secret
    more: { passphrase: ${S} }\n`;
      await writeFile(join(folder, "bridge.yaml"), own);
      const result = await loadConfig(join(folder, "bridge.yaml"), { ...ENV, OWN: GOOD });
      assert.ok(result.ok, JSON.stringify(result));
      const told = `${GOOD} ${S} https://login.example/oauth2/v2token7/x1 X-Board-Secret`;
      assert.equal(
        redactor(result.config.secrets)(told),
        "*** *** https://login.example/oauth2/v2token7/x1 X-Board-Secret",
      );
    });
  });

  it("that a type of one's own tells while it is loaded, or judges", async () => {
    const url = `https://me:x@a.example/x?code=${S}`;
    const judging = `export const connector = { type: "board", summary: "", example: "", largestBatch: () => 1, concurrency: 1,
      budgets: {}, writes: "fact", account: () => "", open: () => ({}), settings: Type.Object({}),
      destination: () => { throw new Error(words); } };\n`;
    for (const words of [`no board for ${GOOD}`, `no board at ${url}`, `no board for ${S} of MY_TOKEN`]) {
      const head = `import { Type } from "${import.meta.resolve("@sinclair/typebox")}";\nconst words = ${JSON.stringify(words)};\n`;
      for (const module of [`${head}throw new Error(words);\n`, head + judging]) {
        await inFolder(async (folder) => {
          await writeFile(join(folder, "board.ts"), module);
          const own = `${CHAT}connectors: { b: { type: ./board.ts } }\n`;
          await writeFile(join(folder, "bridge.yaml"), `${own}# \${OWN}\n`);
          const result = await loadConfig(join(folder, "bridge.yaml"), { ...ENV, OWN: GOOD, MY_TOKEN: S });
          assert.ok(!result.ok);
          const shown = `${renderFaults(result.faults)}\n${JSON.stringify(result.faults)}`;
          assert.match(shown, /no board/);
          assertSilent(shown, GOOD, S);
        });
      }
    }
  });

  it("that stands in a header beside a template, but is taken out of all that is said", async () => {
    const config = await loadGood(hook(`secret: "\${SECRET}", headers: { x-sig: "${S} {{ user_id }}" }`));
    assert.ok(config.secrets.includes(S));
  });

  it("and the tail that YAML cuts off is warned of", async () => {
    const { shown } = await faultsOf(`chat:\n  apps:\n    - sdk_app_id: 1\n      token: abcd #${S}\n`, ENV);
    assert.match(shown, /what stands behind the # is a comment, and no part of the secret/);
    const fine = await faultsOf("chat:\n  apps:\n    - sdk_app_id: 1\n      token: ${TOKEN} # from the console\n", ENV);
    assert.doesNotMatch(fine.shown, /what stands behind/);
  });
});

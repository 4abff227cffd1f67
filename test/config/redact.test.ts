import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { isGuessable } from "../../src/config/credentials/guessable.ts";
import { redactor, redactValue } from "../../src/config/credentials/redact.ts";
import { findings, load } from "./support.ts";

const SECRET = 'p@ss "word"/+é\\{1}';
const redact = redactor([SECRET]);
const base64 = (text: string, kind: "base64" | "base64url" = "base64") => Buffer.from(text).toString(kind);

const formEncoded = (text: string) => new URLSearchParams({ "": text }).toString().slice(1);

describe("redaction", () => {
  for (const [what, text] of [
    ["plain", SECRET],
    ["in JSON", JSON.stringify({ token: SECRET })],
    ["in JSON inside of JSON", JSON.stringify(JSON.stringify({ token: SECRET }))],
    ["in a URL", `https://a.example/?token=${encodeURIComponent(SECRET)}&x=1`],
    ["in a form", new URLSearchParams({ token: SECRET }).toString()],
    ["in a URL with small letters", encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
    ["in hex", Buffer.from(SECRET).toString("hex")],
    ["in base64", base64(SECRET)],
    ["in base64url", base64(SECRET, "base64url")],
    ["in the base64 of a header", `Basic ${base64(`${SECRET}:`)}`],
    ["in the base64 of a user and password", `Basic ${base64(`ab:${SECRET}`)}`],
    ["in the base64 of something longer", base64(`a ${SECRET} and what follows`)],
    ["in the base64 of a client's form-encoded secret", `Basic ${base64(`id:${formEncoded(SECRET)}`)}`],
    ["in JSON as PHP writes it", String.raw`{"t":"p@ss \"word\"\/+\u00e9\\{1}"}`],
    ["in JSON as .NET writes it", String.raw`{"t":"p@ss \u0022word\u0022/\u002B\u00E9\\{1}"}`],
    ["on a page", "<p>p@ss &quot;word&quot;/+é\\{1}</p>"],
    ["on a page of Go", "<p>p@ss &#34;word&#34;/&#43;é\\{1}</p>"],
    ["twice", `${SECRET} and ${SECRET}`],
  ] as const) {
    it(`hides a secret ${what}`, () => {
      const shown = redact(text);
      assert.match(shown, /\*\*\*/);
      for (const form of [SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET)]) {
        assert.ok(!shown.includes(form));
      }
    });
  }

  it("hides a secret in JSON as Go writes it, and in HTML with its apostrophe as a number", () => {
    const hide = redactor(["a<b>&'c'd"]);
    for (const text of [
      String.raw`{"t":"a\u003cb\u003e\u0026'c'd"}`,
      String.raw`{"t":"a\u003Cb\u003E\u0026\u0027c\u0027d"}`,
      "a&lt;b&gt;&amp;&#39;c&#39;d",
      "a&lt;b&gt;&amp;&#x27;c&#x27;d",
    ])
      assert.match(hide(text), /^[^abcd]*\*\*\*[^abcd]*$/, text);
  });

  it("hides a secret in the path of an address, and among its parameters", () => {
    const address = new URL('https://a.example/hooks/p@ss"w+ord|{1}/x?p@ss"w+ord|{1}');
    const shown = redactor(['p@ss"w+ord|{1}'])(address.href);
    assert.equal(shown, "https://a.example/hooks/***/x?***");
    assert.equal(redactor(["../../../hook"])("a hook"), "a hook");
  });

  it("leaves what is no secret as it is", () => {
    const text = JSON.stringify({ fact: "delivery.settled", connector: "crm", n: 12 });
    assert.equal(redact(text), text);
    assert.equal(redactor([])(text), text);
  });

  it("leaves ordinary words alone where a secret is as short as a word", () => {
    assert.equal(redactor(["crm"])('{"connector":"crm"}'), '{"connector":"crm"}');
  });

  it("hides every text of a value, names included", () => {
    const value = { [SECRET]: [SECRET, 1, null, { deep: `x${SECRET}` }], when: 5 };
    assert.deepEqual(redactValue(value, redact), { "***": ["***", 1, null, { deep: "x***" }], when: 5 });
  });

  it("hides any secret, wherever it stands, in every encoding", () => {
    const secrets = fc
      .string({ unit: "grapheme", minLength: 6, maxLength: 40 })
      .filter((text) => text.isWellFormed() && !isGuessable(text));
    fc.assert(
      fc.property(secrets, fc.string({ maxLength: 7 }), fc.string({ maxLength: 7 }), (secret, before, after) => {
        const hide = redactor([secret]);
        const whole = before.toWellFormed() + secret + after.toWellFormed();
        for (const [encode, decode] of CODECS) {
          assert.ok(!decode(hide(encode(whole))).includes(secret), `${encode(whole)} → ${hide(encode(whole))}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("claims nothing of compressed data", () => {
    const bytes = gzipSync(SECRET).toString("base64");
    assert.equal(redact(bytes), bytes);
  });
});

const CODECS: readonly (readonly [(text: string) => string, (text: string) => string])[] = [
  [(text) => text, (text) => text],
  [JSON.stringify, (text) => tolerant(() => JSON.parse(text), text)],
  [encodeURIComponent, (text) => tolerant(() => decodeURIComponent(text), text)],
  [(text) => base64(text), (text) => Buffer.from(text.replaceAll("***", ""), "base64").toString()],
  [(text) => Buffer.from(text).toString("hex"), (text) => Buffer.from(text.replaceAll("***", ""), "hex").toString()],
];

function tolerant(decode: () => string, text: string): string {
  try {
    return decode();
  } catch {
    return text;
  }
}

describe("secrets of a configuration", () => {
  const CANARY = "canary-7f3d9a1c5e";

  it("are gathered wherever they stand: tokens, keys, headers, addresses", async () => {
    const yaml = `chat: { apps: [{ sdk_app_id: 1, token: "\${A}" }] }
storage: { url: "postgres://bridge:\${B}@db.example/x?sslmode=require" }
connectors:
  crm: { type: hubspot, access_token: "\${C}", match: { property: chat_user_id }, set: { status: left } }
  analytics: { type: segment, write_key: "\${D}" }
  partner:
    type: webhook
    url: https://partner.example/?api_key=\${E}
    secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
    headers: { authorization: "Bearer \${F}", x-source: chat }
`;
    const env = Object.fromEntries([..."ABCDEF"].map((name) => [name, `${CANARY}-${name}`]));
    const result = await load(yaml, env);
    assert.ok(result.ok, JSON.stringify(result));
    const hide = redactor(result.config.secrets);
    for (const value of Object.values(env)) assert.ok(!hide(`… ${value} …`).includes(value), value);
    assert.equal(hide("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "***");
    assert.equal(hide("x-source: chat"), "x-source: chat");
  });

  it("are those of a variable that is named like one, in any text, and of what is named so in a body", async () => {
    const yaml = `chat: { apps: [{ sdk_app_id: 1, token: "\${T}" }] }
connectors:
  partner:
    type: webhook
    url: https://hooks.example/s/\${HOOK_TOKEN}?plain=\${PLACE}
    secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
    headers: { x-who: "\${PARTNER_PASSWORD}" }
  loyalty:
    type: http
    url: https://api.example/\${API_KEY}/{{ user_id | url_encode }}
    auth: { bearer: "\${T}" }
    body: { user: "{{ user_id }}", api_key: "\${ANY}", deep: { password: ["${CANARY}-literal", "{{ user_id }}"] }, code: opted_out }
    answers: [{ status: 200, body: ignored, means: delivered }]
`;
    const names = ["T", "HOOK_TOKEN", "PARTNER_PASSWORD", "API_KEY", "ANY"];
    const env = { ...Object.fromEntries(names.map((name) => [name, `${CANARY}-${name}`])), PLACE: "vienna-hall-7" };
    const result = await load(yaml, env);
    assert.ok(result.ok, JSON.stringify(result));
    const hide = redactor(result.config.secrets);
    for (const name of [...names, "literal"]) assert.equal(hide(`… ${CANARY}-${name} …`), "… *** …");
    assert.equal(hide("in vienna-hall-7 she opted_out"), "in vienna-hall-7 she opted_out");
  });

  it("are also those that a library takes from the environment unasked", async () => {
    const yaml = `chat: { apps: [{ sdk_app_id: 1, token: "\${A}" }] }\nstorage: { url: "postgres://bridge@db.example/x" }\n`;
    const env = {
      A: "chat-callback-token",
      PGPASSWORD: `${CANARY}-pg\n`,
      HTTPS_PROXY: `http://me:${CANARY}-proxy@proxy.example`,
    };
    const result = await load(yaml, env);
    assert.ok(result.ok, JSON.stringify(result));
    const hide = redactor(result.config.secrets);
    for (const secret of [`${CANARY}-pg`, `${CANARY}-proxy`]) assert.equal(hide(`… ${secret} …`), "… *** …");
    assert.match(result.config.storage.url, /\/x\?password=canary-[^%]*-pg$/);
  });

  for (const [what, yaml] of [
    ["of the wrong kind", `server: { port: "\${SECRET_THING}" }\n`],
    ["in a list", `server: { trusted_proxies: ["\${SECRET_THING}"] }\n`],
    ["as a word of a choice", `log: { level: "\${SECRET_THING}" }\n`],
    ["in clear text that is too long", `chat: { apps: [{ sdk_app_id: 1, token: ${CANARY.repeat(20)} }] }\n`],
    ["in a file that does not parse", `chat:\n  apps:\n    - sdk_app_id: 1\n      token: ${CANARY}\n     x: [\n`],
    ["without a colon", `chat:\n  apps:\n    - sdk_app_id: 1\n      token ${CANARY}\n`],
    ["without a space", `chat:\n  apps:\n    - sdk_app_id: 1\n      token:${CANARY}\n`],
    ["with an equals sign", `chat:\n  apps:\n    - sdk_app_id: 1\n      "token" = ${CANARY}\n`],
    ["in an address that does not parse", `storage: { url: "mysql://me:${CANARY}@db/x" }\n`],
  ] as const) {
    it(`are not shown by a fault: ${what}`, async () => {
      const result = await load(yaml, { SECRET_THING: CANARY });
      assert.ok(!result.ok);
      assert.ok(!JSON.stringify(result.faults).includes(CANARY), JSON.stringify(result.faults, null, 2));
      assert.ok((await findings(yaml, { SECRET_THING: CANARY })).length > 0);
    });
  }
});

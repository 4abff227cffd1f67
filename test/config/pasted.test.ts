/** Credentials as consoles, pages and shells hand them out: taken as meant, or told what to change, without a character of them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { faultsToJson, renderFaults } from "../../src/config/faults/render.ts";
import { CHAT, ENV, findings, load, loadGood, WEBHOOK_SECRET } from "./support.ts";

const GOOD = "canary7f3d9a1c5e8b2d4f6a";
const CRM = `${CHAT}connectors: { crm: { type: hubspot, access_token: "\${ODD}", match: { property: a }, set: { b: c } } }\n`;
const SEGMENT = `${CHAT}connectors: { seg: { type: segment, write_key: "\${ODD}" } }\n`;
const HOOK = `${CHAT}connectors: { hook: { type: webhook, url: "https://a.example/x", secret: "\${ODD}" } }\n`;
const TOKEN = 'chat: { apps: [{ sdk_app_id: 1, token: "${ODD}" }] }\n';

const HEADER =
  "begins with the word Bearer or Basic, which belongs to the header and not to the credential; keep only what stands behind that word";
const LABEL = "begins with a label and a colon; keep only what stands behind the colon";
const VARIABLE = "begins with the name of a variable and an equals sign; keep only what stands behind the equals sign";
const SHELL =
  "is a line for a shell; keep only what stands behind the name and its equals sign, without quotes around it";
const COPY = "copy it anew, without that";

/** What was pasted, the YAML, and what is said of it. */
const PASTED: readonly (readonly [what: string, pasted: string, yaml: string, path: string, said: string])[] = [
  ["a header's value", `Bearer ${GOOD}`, CRM, "5:51 connectors.crm.access_token", HEADER],
  ["a header's value in small letters", `bearer ${GOOD}`, SEGMENT, "5:48 connectors.seg.write_key", HEADER],
  [
    "a whole header",
    `Authorization: Bearer ${GOOD}`,
    CRM,
    "5:51 connectors.crm.access_token",
    "begins with the name of a header, Authorization; keep only what stands behind Bearer",
  ],
  ["a shell's line", `export HUBSPOT_ACCESS_TOKEN=${GOOD}`, CRM, "5:51 connectors.crm.access_token", SHELL],
  ["a line of .env", `HUBSPOT_ACCESS_TOKEN=${GOOD}`, CRM, "5:51 connectors.crm.access_token", VARIABLE],
  ["a label", `Write Key: ${GOOD}`, SEGMENT, "5:48 connectors.seg.write_key", LABEL],
  ["a label with a full-width colon", `密钥：${GOOD}`, SEGMENT, "5:48 connectors.seg.write_key", LABEL],
  [
    "a label on a line of its own",
    `Write Key\n${GOOD}`,
    SEGMENT,
    "5:48 connectors.seg.write_key",
    "contains a line break; write it on one line",
  ],
  [
    "JSON",
    `{"access_token": "${GOOD}"}`,
    CRM,
    "5:51 connectors.crm.access_token",
    "is JSON, or a part of it; keep only the credential itself, without braces, names and quotes",
  ],
  [
    "blanks inside",
    `${GOOD.slice(0, 8)} ${GOOD.slice(8)}`,
    CRM,
    "5:51 connectors.crm.access_token",
    "does not fit; copy it anew, without blanks: letters, digits and signs of ASCII",
  ],
  [
    "a line break inside",
    `${GOOD.slice(0, 8)}\n${GOOD.slice(8)}`,
    CRM,
    "5:51 connectors.crm.access_token",
    "contains a line break; write it on one line",
  ],
  [
    "a no-break space",
    `${GOOD}\u00a0`,
    CRM,
    "5:51 connectors.crm.access_token",
    `contains an invisible character, a no-break space (U+00A0); ${COPY}`,
  ],
  [
    "a smart quote at its end",
    `${GOOD}”`,
    CRM,
    "5:51 connectors.crm.access_token",
    `contains a right double quotation mark ” (U+201D); ${COPY}`,
  ],
  [
    "a straight quote at its end",
    `${GOOD}"`,
    CRM,
    "5:51 connectors.crm.access_token",
    "ends with a quote that nothing opens; remove it: as it stands it is a part of the value",
  ],
  [
    "smart quotes around it",
    `“${GOOD}”`,
    TOKEN,
    "1:40 chat.apps[0].token",
    "stands in quotes that are part of it, a left double quotation mark “ (U+201C); remove them",
  ],
  [
    "a dash that a word processor made",
    `pat–${GOOD}`,
    CRM,
    "5:51 connectors.crm.access_token",
    `contains an en dash – (U+2013); ${COPY}`,
  ],
  [
    "full-width digits",
    `${GOOD}８`,
    TOKEN,
    "1:40 chat.apps[0].token",
    `contains a full-width digit ８ (U+FF18); ${COPY}`,
  ],
  [
    "the versions of a signing secret",
    `v1,${WEBHOOK_SECRET}`,
    HOOK,
    "",
    'connectors.hook.secret: the secret does not begin with "whsec_"; remove what stands before whsec_',
  ],
  [
    "capitals before a signing secret",
    WEBHOOK_SECRET.replace("whsec_", "WHSEC_"),
    HOOK,
    "",
    'connectors.hook.secret: the secret does not begin with "whsec_"; write whsec_ in small letters',
  ],
  [
    "a signing secret without its beginning",
    WEBHOOK_SECRET.replace("whsec_", ""),
    HOOK,
    "",
    'connectors.hook.secret: the secret does not begin with "whsec_"; write whsec_ before it if the receiver goes by Standard Webhooks; else ask the receiver for one',
  ],
];

function assertSilent(shown: string, secret: string): void {
  for (let at = 0; at + 6 <= secret.length; at += 1) {
    assert.ok(!shown.includes(secret.slice(at, at + 6)), `${secret.slice(at, at + 6)} in\n${shown}`);
  }
}

describe("a credential that was pasted with what stands around it", () => {
  for (const [what, pasted, yaml, place, said] of PASTED) {
    it(`is told what to change: ${what}`, async () => {
      const env = { ...ENV, ODD: pasted };
      const found = (await findings(yaml, env)).filter((line) => !line.includes("warning:"));
      assert.equal(found.length, 1, found.join("\n"));
      if (place !== "") assert.deepEqual(found, [`${place}: the value of ODD ${said}`]);
      else
        assert.ok(
          found.every((line) => line.endsWith(said)),
          found.join(),
        );
      const { faults = [] } = (await load(yaml, env)) as { faults?: Parameters<typeof renderFaults>[0] };
      const shown = `${renderFaults(faults)}\n${JSON.stringify(faultsToJson(faults))}`;
      assertSilent(shown, GOOD);
      assertSilent(shown, WEBHOOK_SECRET.slice("whsec_".length));
    });
  }

  for (const [what, value, yaml] of [
    ["line ends behind it", `${GOOD}\r\n`, CRM],
    [
      "a signing secret without the = at its end",
      `whsec_${Buffer.alloc(25, 7).toString("base64").replace(/=+$/, "")}`,
      HOOK,
    ],
    ["a signing secret in the form for addresses", `whsec_${Buffer.alloc(24, 251).toString("base64url")}`, HOOK],
    ["a token of Chat with a colon in it", "my-token:4711abcd", TOKEN],
    ["one that ends with =", `${GOOD}==`, TOKEN],
    ["one that begins with capitals", "ABC_DEF-ghi", TOKEN],
  ] as const) {
    it(`is taken as meant: ${what}`, async () => {
      await loadGood(
        `${yaml}${yaml === TOKEN ? 'connectors: { p: { type: webhook, url: "https://a.example/x", secret: "${SECRET}" } }\n' : ""}`,
        { ...ENV, ODD: value },
      );
    });
  }
});

describe("the variable that a warning advises", () => {
  const advised = async (yaml: string) =>
    (await findings(yaml)).flatMap((line) => /clear text; .* write \$\{(\w+)\}/.exec(line)?.[1] ?? []);

  it("is the one that `init` writes into .env.example", async () => {
    assert.deepEqual(await advised(CRM.replace('"${ODD}"', GOOD)), ["HUBSPOT_ACCESS_TOKEN"]);
    assert.deepEqual(await advised(SEGMENT.replace('"${ODD}"', GOOD)), ["SEGMENT_WRITE_KEY"]);
    assert.deepEqual(await advised(TOKEN.replace('"${ODD}"', GOOD)), ["CHAT_CALLBACK_TOKEN"]);
  });

  it("is none that another setting has", async () => {
    const two = `${CHAT}connectors:\n  a: { type: segment, write_key: ${GOOD} }\n  b: { type: segment, write_key: ${GOOD}x }\n`;
    assert.deepEqual(await advised(two), ["SEGMENT_WRITE_KEY", "B_WRITE_KEY"]);
    const named = `${CHAT}connectors:\n  a: { type: segment, write_key: "\${SEGMENT_WRITE_KEY}" }\n  b: { type: segment, write_key: ${GOOD}x }\n`;
    assert.deepEqual(await advised(named.replace("${SEGMENT_WRITE_KEY}", "${SEGMENT_WRITE_KEY:-abcdefgh}")), [
      "A_WRITE_KEY",
      "B_WRITE_KEY",
    ]);
  });
});

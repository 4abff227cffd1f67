/**
 * Whatever happens to the example configuration on its way through an editor: loading it never throws, never hangs, and its
 * faults are fit to be shown.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { faultsToJson, renderFaults } from "../../src/config/faults/render.ts";
import { inFolder } from "../cli/folder.ts";
import { timesHere } from "../support/on-bun.ts";
import { load } from "./support.ts";

const EXAMPLE = await readFile(join(import.meta.dirname, "../../config/bridge.example.yaml"), "utf8");

/** Values whose canaries must never be shown. */
const ENV = {
  CHAT_CALLBACK_TOKEN: "canary-chat-token",
  CHAT_SECRET_KEY: "canary-chat-secret-key",
  CHAT_CALLBACK_TOKEN_OLD: "canary-chat-token-old",
  HUBSPOT_ACCESS_TOKEN: "canary-hubspot-token",
  SEGMENT_WRITE_KEY: "canary-segment-key",
  PARTNER_WEBHOOK_SECRET: "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5",
  LOYALTY_CLIENT_ID: "loyalty-client-id-canary-canary",
  LOYALTY_CLIENT_SECRET: "loyalty-client-secret-canary-canary",
  LOYALTY_TOKEN: "loyalty-token-canary-canary",
  POINTS_USER: "points-user-canary-canary",
  POINTS_PASSWORD: "points-password-canary-canary",
  COUPONS_KEY: "coupons-key-canary-canary",
  STAMPS_SECRET: "stamps-secret-canary-canary",
  ADMIN_TOKEN: "canary-admin-token-0123456789",
  METRICS_TOKEN: "canary-metrics-token-0123456789",
  HEARTBEAT_URL: "https://beat.example/canary-heartbeat",
  OPS_CHAT_URL: "https://open.feishu.cn/open-apis/bot/v2/hook/canary-ops",
  OPS_CHAT_SECRET: "canary-secret-of-the-bot",
  MAIL_HOOK_URL: "https://hooks.example/canary-mail",
};

/** What editors, copying and hands put into a file. */
const ODD = [
  ...["\t", "\r\n", "\u00a0", "\u200b", "\ufeff", "\u2028", "\ud800", "\u0000", "\u001b[31m", "“", "：", "　"],
  ...[
    ":",
    ": ",
    "- ",
    "#",
    "{",
    "}",
    "[",
    "]",
    ",",
    '"',
    "'",
    "|",
    ">",
    "&a",
    "*a",
    "!!map",
    "%",
    "@",
    "`",
    "?",
    "---\n",
    "...\n",
    "<<: ",
  ],
  ...[
    "${",
    "${}",
    "${A:-",
    "$${",
    "${HUBSPOT_ACCESS_TOKEN}",
    "{{",
    "}}",
    "{%",
    "{% for",
    "{{ user_id | }}",
    "{{ 'a' | append: }}",
  ],
  ...["null", "~", "true", "0", "-1", "1e999", "0x10", ".inf", ".nan", "2026-02-30", "9".repeat(400), "é".repeat(500)],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "connectors", "type", "./x.ts", "../../../etc/passwd"],
] as const;

type Mutation = (text: string) => string;

const at = (text: string, where: number): number => Math.floor(where * (text.length + 1));

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  // characters deleted
  fc.record({ where: unit(), length: fc.integer({ min: 1, max: 40 }) }).map(
    ({ where, length }): Mutation =>
      (text) => {
        const from = at(text, where);
        return text.slice(0, from) + text.slice(from + length);
      },
  ),
  // characters inserted
  fc
    .record({ where: unit(), what: fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: "binary", maxLength: 8 })) })
    .map(
      ({ where, what }): Mutation =>
        (text) =>
          text.slice(0, at(text, where)) + what + text.slice(at(text, where)),
    ),
  // neighbours swapped
  unit().map(
    (where): Mutation =>
      (text) => {
        const from = at(text, where);
        return (
          text.slice(0, from) +
          text
            .slice(from, from + 2)
            .split("")
            .reverse()
            .join("") +
          text.slice(from + 2)
        );
      },
  ),
  // lines moved, doubled or indented otherwise
  fc.record({ from: unit(), to: unit(), copy: fc.boolean(), indent: fc.integer({ min: -4, max: 4 }) }).map(
    ({ from, to, copy, indent }): Mutation =>
      (text) => {
        const lines = text.split("\n");
        const [line = ""] = lines.slice(Math.floor(from * lines.length));
        if (!copy) lines.splice(Math.floor(from * lines.length), 1);
        const indented = indent < 0 ? line.slice(-indent) : " ".repeat(indent) + line;
        lines.splice(Math.floor(to * lines.length), 0, indented);
        return lines.join("\n");
      },
  ),
  // a value replaced
  fc.record({ where: unit(), what: fc.constantFrom(...ODD) }).map(
    ({ where, what }): Mutation =>
      (text) => {
        const values = [...text.matchAll(/^( *[\w-]+: )(\S.*)$/gm)];
        const match = values[Math.floor(where * values.length)];
        if (match === undefined) return text;
        return `${text.slice(0, match.index)}${match[1]}${what}${text.slice(match.index + match[0].length)}`;
      },
  ),
  // cut in the middle of saving
  unit().map(
    (where): Mutation =>
      (text) =>
        text.slice(0, at(text, where)),
  ),
);

function unit(): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
}

const mutated = fc
  .array(mutation, { minLength: 1, maxLength: 4 })
  .map((mutations) => mutations.reduce((text, mutate) => mutate(text), EXAMPLE));

/** No stack, no internals, no control characters. */
function assertFit(text: string): void {
  assert.doesNotMatch(text, /\n\s+at .+:\d+:\d+|\bundefined\b|\[object |TypeError|RangeError|node_modules|src\/config/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
  assert.doesNotMatch(text, /canary|Y2FuYXJ5/);
}

describe("a mutated example configuration", () => {
  let folder: string;
  let env: Record<string, string>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unsub-bridge-secrets-"));
    const file = join(folder, "secret");
    await writeFile(file, "canary-secret-by-file\n");
    env = { ...ENV, CHAT_CALLBACK_TOKEN_FILE: file, CHAT_USER_SIG_FILE: file, RUDDERSTACK_KEY_FILE: file };
  });
  after(() => rm(folder, { recursive: true }));

  it("is faultless before it is mutated", async () => {
    const result = await load(EXAMPLE, env);
    assert.deepEqual(result.ok ? [] : result.faults, []);
  });

  it("is loaded or refused with faults that are fit to be shown", async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (text) => {
        const result = await load(text, env);
        const faults = result.ok ? result.config.warnings : result.faults;
        if (!result.ok)
          assert.ok(
            faults.some(({ severity }) => severity === "error"),
            "refused without a fault",
          );
        for (const { line, column, what, todo } of faults) {
          assert.ok(what !== "" && todo !== "", "a fault says what is wrong and what to do");
          assert.ok(line >= 1 && column >= 1 && line <= text.split("\n").length + 1, `${line}:${column} is outside`);
        }
        assertFit(renderFaults(faults));
        assertFit(JSON.stringify(faultsToJson(faults), null, 2));
      }),
      { numRuns: timesHere(400) },
    );
  });

  it("makes the command line end with an exit code and without a stack trace", async () => {
    const runs = fc.sample(mutated, { numRuns: 6, seed: 3 });
    for (const text of runs) {
      await inFolder(async (folder) => {
        await folder.write("bridge.yaml", text.toWellFormed());
        const { code, out, err } = await folder.spawn(["check", "--config", "bridge.yaml"], { env });
        assert.ok(code === 0 || code === 1, `exit code ${code}:\n${err}`);
        assertFit(out + err);
        if (code === 1) assert.match(err, /bridge\.yaml:\d+:\d+|environment variable/);
      });
    }
  });
});

/** All YAML that the documents show is taken by `check`: whole, as a part put into its place, or it is listed with why not. */
import assert from "node:assert/strict";
import { glob, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { isMap, parseDocument } from "yaml";
import { builtInTypes, loadBuiltIn } from "../src/config/connector-types/built-in.ts";
import { runConfigTests } from "../src/config/own-tests/run-config-tests.ts";
import { Settings } from "../src/config/schema.ts";
import type { ConnectorType } from "../src/connector.ts";
import { inShort, load, loadGood, WEBHOOK_SECRET } from "./config/support.ts";

const HOME = join(import.meta.dirname, "..");

/** What is no setting, or no YAML of ours, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'level: "error"': "a key of a log line",
  "part: what it does": "a commit's subject",
  "connection: close": "a header",
  "type: ../my-project/my-connector.ts":
    "a file of a project that the page has one make; test/package.test.ts makes it",
  "v: 1": "a key of a dead letter's line",
  "dead: rejected": "a state and its class, as `status` prints them",
  "dead: unmatched": "a state and its class, as `status` prints them",
  "dead: expired": "a state and its class, as `status` prints them",
};

const A_MISTAKE = "what people write by mistake, and are told";

/** The same of one document, by its file. */
const LEFT_OUT_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "CHANGELOG.md": {
    "means: ok": A_MISTAKE,
    "region: 新加坡": A_MISTAKE,
    "retry: 72h": A_MISTAKE,
  },
  "README.md": { "means: ok": A_MISTAKE, "retry: 72h": A_MISTAKE },
  "connectors/salesforce/README.md": {
    "when_missing: create": "wants fields that a new record must have beside it",
    "jwt: { username: bridge@example.com, private_key: { file: ./salesforce.pem } }\n":
      "stands instead of the client secret, which the example has, and names a file of one's own",
  },
};

const isLeftOut = ({ file, text }: Shown): boolean =>
  LEFT_OUT[text] !== undefined || LEFT_OUT_OF[file]?.[text] !== undefined;

interface Shown {
  readonly file: string;
  readonly text: string;
  /** In a fence of its own; else between backticks. */
  readonly isFenced: boolean;
}

async function documented(): Promise<readonly Shown[]> {
  const found: Shown[] = [];
  for await (const file of glob(["*.md", "connectors/*/README.md", "config/**/*.md"], { cwd: HOME })) {
    const text = await readFile(join(HOME, file), "utf8");
    for (const [, block = ""] of text.matchAll(/^```ya?ml\n([\s\S]*?)^```/gm)) {
      found.push({ file, text: block, isFenced: true });
    }
    const rest = text.replace(/^```[\s\S]*?^```/gm, "");
    for (const [, span = ""] of rest.matchAll(/`([a-z_]+: [^`\n]+)`/g))
      found.push({ file, text: span, isFenced: false });
  }
  return found;
}

/** Whatever variables a document names have a value. */
const env = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => [
      name,
      name === "DATABASE_URL"
        ? "postgres://bridge@db.example/bridge"
        : name.endsWith("_URL")
          ? "https://hooks.example/of-ours"
          : WEBHOOK_SECRET,
    ]),
  );

const CHAT = 'chat: { apps: [{ sdk_app_id: 1400000000, token: "${CHAT_CALLBACK_TOKEN}" }] }\n';

/** The same where Chat can be asked, which some blocks want. */
const ASKED = CHAT.replace(" }] }", ', rest: { region: singapore, secret_key: "${CHAT_SECRET_KEY}" } }] }');

/** The type's own example as a connector, with these settings in the place of its own. */
function asConnector({ type, example }: ConnectorType, part: string): string {
  const settings = parseDocument(example);
  const changed = parseDocument(part);
  assert.ok(isMap(settings.contents) && isMap(changed.contents));
  for (const { key, value } of changed.contents.items) settings.set(key, value);
  const block = String(settings)
    .split("\n")
    .map((line) => `    ${line}\n`)
    .join("");
  return `${CHAT}connectors:\n  ${type}:\n${block}`;
}

/** Every place where a part may be meant to stand: as a whole file first. */
async function placesFor({ file, text }: Shown): Promise<readonly string[]> {
  const words = file.split("/")[1] ?? "";
  const known = builtInTypes();
  const types = await Promise.all(known.filter((type) => !known.includes(words) || type === words).map(loadBuiltIn));
  const ofApp = `chat: { apps: [{ sdk_app_id: 1400000000, ${text} }] }\n`;
  const blocks = Object.keys(Settings.properties).filter((name) => name !== "chat");
  const ofBlocks = text.includes("\n") ? [] : blocks.map((name) => `${ASKED}${name}: { ${text} }\n`);
  return [text, CHAT + text, ...types.map((type) => asConnector(type, text)), ofApp, ...ofBlocks];
}

/** A file for the secrets that documents have in files. */
const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-documented-"));
await writeFile(join(folder, "secret"), "a-secret-in-a-file-of-its-own-4711\n");
after(() => rm(folder, { recursive: true }));

/** Undefined when one of the places takes it; else what each has against it. */
async function refusals(shown: Shown): Promise<string | undefined> {
  const said: string[] = [];
  const text = shown.text.replace(/\bfile: \/run\/\S+/g, `file: ${join(folder, "secret")}`);
  for (const yaml of await placesFor({ ...shown, text })) {
    const result = await load(yaml, env(yaml));
    if (result.ok) return undefined;
    said.push(`${yaml}${result.faults.map(inShort).join("\n")}`);
  }
  return said.join("\n\n");
}

const all = await documented();
const isTest = ({ text }: Shown): boolean => text.startsWith("tests:");

describe("the YAML that documents show", () => {
  for (const shown of all.filter((one) => !isTest(one) && !isLeftOut(one))) {
    it(`is taken: ${shown.file}: ${shown.text.split("\n", 1)[0]}`, async () => {
      assert.equal(await refusals(shown), undefined);
    });
  }

  it("stands in fences that this test finds, on every page of a type", () => {
    for (const file of ["README.md", ...builtInTypes().map((type) => `connectors/${type}/README.md`)]) {
      assert.ok(
        all.some((one) => one.file === file && one.isFenced),
        file,
      );
    }
    const ofOne = Object.entries(LEFT_OUT_OF).flatMap(([file, texts]) =>
      Object.keys(texts).map((text) => ({ file, text })),
    );
    const isGone = (text: string, file?: string) =>
      all.every((one) => one.text !== text || (file !== undefined && one.file !== file));
    const gone = [
      ...Object.keys(LEFT_OUT).filter((text) => isGone(text)),
      ...ofOne.filter(({ file, text }) => isGone(text, file)).map(({ text }) => text),
    ];
    assert.deepEqual(gone, [], "no document shows it any more: remove it from LEFT_OUT");
  });

  it("of tests of one's own passes over the configuration that the same page shows", async () => {
    const tests = all.filter(isTest);
    assert.ok(tests.length > 0);
    for (const { file, text } of tests) {
      const [whole] = all.filter((one) => one.file === file && one.isFenced);
      // what the page says of them
      const yaml = whole?.text.replace("type: webhook", "type: webhook\n    except: { operator: [cleanup_bot] }") ?? "";
      const report = await runConfigTests(await loadGood(yaml, env(yaml)), [{ file, text }]);
      assert.deepEqual(report.faults.map(inShort), []);
      assert.ok(report.ok && report.results.length > 0, JSON.stringify(report.results));
    }
  });

  it("would be refused with a slip in it", async () => {
    const slips = [
      "when_mising: create",
      "rate: quick",
      "connectors: { crm: { type: hubspt } }",
      "user_id: {{ user_id }}",
    ];
    for (const text of slips) {
      assert.match(
        (await refusals({ file: "README.md", text, isFenced: true })) ?? "it is taken",
        /unknown|is not|needs/,
      );
    }
  });
});

/** The log's dialect: keys in snake_case, times in ISO 8601, and a `reason`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openLog } from "../../src/basics/log.ts";

const HOME = join(import.meta.dirname, "../..");

function written(keys: { fact: string } & Record<string, unknown>): Record<string, unknown> {
  const lines: string[] = [];
  openLog({ level: "info", write: (line) => void lines.push(line), redact: (text) => text }).info(keys);
  return JSON.parse(lines[0] ?? "{}");
}

describe("a line of the log", () => {
  it("has its keys in snake_case, also where a connector of one's own writes them otherwise", () => {
    const { time: _, ...line } = written({ fact: "board.asked", retryInMs: 5, bodySha256: "ab", reason: "busy" });
    assert.deepEqual(line, { level: "info", fact: "board.asked", retry_in_ms: 5, body_sha256: "ab", reason: "busy" });
  });

  it("says what the bridge is called, where it is called something, until it is called otherwise", () => {
    const lines: string[] = [];
    const log = openLog({
      level: "info",
      name: "staging",
      write: (line) => void lines.push(line),
      redact: (text) => text,
    });
    log.info({ fact: "one" });
    log.use({ name: "production" });
    log.info({ fact: "two" });
    log.use({ level: "info" });
    log.info({ fact: "three" });
    log.use({ name: undefined });
    log.info({ fact: "four" });
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).bridge),
      ["staging", "production", "production", undefined],
    );
  });

  it("leaves names that others have given", () => {
    const answer = { requestId: 1, "X-Trace-Id": "t" };
    assert.deepEqual(written({ fact: "board.asked", "X-Trace-Id": "t", answer }).answer, answer);
    assert.equal(written({ fact: "board.asked", "X-Trace-Id": "t" })["X-Trace-Id"], "t");
  });

  it("says its time in ISO 8601", () => {
    assert.match(String(written({ fact: "board.asked" }).time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

/** Object literals that say a `fact`, each as its own keys. */
function* factsIn(text: string): Generator<readonly string[]> {
  for (const { index } of text.matchAll(/\bfact(?=: ["`]|, group)/g)) {
    const start = text.lastIndexOf("{", index);
    yield keysOf(text.slice(start + 1));
  }
}

/** The keys of the literal that `text` begins in the middle of: what stands before `:`, `,` or its end, outside of anything nested. */
function keysOf(text: string): string[] {
  const flat = text.replace(/"(?:[^"\\\n]|\\.)*"|`[^`]*`/g, '""');
  const parts = [""];
  let depth = 0;
  for (const letter of flat) {
    if ("})]".includes(letter)) depth -= 1;
    if (depth < 0) break;
    if ("{([".includes(letter)) depth += 1;
    if (depth === 0 && letter === ",") parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.flatMap((part) => /^\s*([A-Za-z_]\w*)\s*(?::|$)/.exec(part)?.[1] ?? []);
}

describe("the sources", () => {
  it("write every fact in one dialect", async () => {
    let facts = 0;
    const odd: string[] = [];
    for await (const file of glob(["src/**/*.ts", "connectors/**/*.ts", "config/**/*.ts"], { cwd: HOME })) {
      for (const keys of factsIn(readFileSync(join(HOME, file), "utf8"))) {
        facts += 1;
        odd.push(...keys.filter((key) => key === "why" || /[A-Z]/.test(key)).map((key) => `${file}: ${key}`));
      }
    }
    assert.ok(facts > 80, `only ${facts} facts were found`);
    assert.deepEqual(odd, []);
  });
});

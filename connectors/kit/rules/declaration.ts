/** What a type says of itself. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import type { ConnectorType } from "../../../src/connector.ts";
import type { Rule, Subject } from "../subject.ts";
import { withDefaults } from "../testing.ts";

export const DECLARATION: readonly Rule<Pick<Subject, "type" | "env">>[] = [
  {
    name: "has an example that is valid",
    keeps({ type, env }) {
      const { type: word, ...settings } = exampleOf(type, env ?? {});
      assert.ok(
        word === type.type || isFile(word),
        `its \`example\` begins with \`type: ${String(word)}\`: write \`type: ${type.type}\`, or the type's file as in \`type: ./my-connector.ts\``,
      );
      const complete = withDefaults(type, settings);
      const [fault] = (type.lint?.(complete) ?? []).filter(({ severity }) => severity !== "warning");
      assert.ok(
        fault === undefined,
        `its own \`lint\` finds its \`example\` faulty: ${fault?.path.join(".")}: ${fault?.what}`,
      );
      assert.ok(type.largestBatch(complete) >= 1, "`largestBatch` gives less than one delivery: return 1 or more");
      assert.ok(type.destination(complete) !== "", "`destination` is empty: return where it writes, without secrets");
    },
  },
  {
    name: "describes every setting",
    keeps({ type }) {
      for (const [name, schema] of Object.entries(type.settings.properties)) {
        assert.ok(
          schema.description,
          `the setting "${name}" has no description: give its schema one, marketers read it`,
        );
      }
    },
  },
];

function exampleOf(type: ConnectorType, env: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const written: unknown = parse(type.example.replace(/\$\{(\w+)\}/g, (_, name: string) => env[name] ?? "sample"));
  assert.ok(typeof written === "object" && written !== null, "its `example` is no YAML block: begin with `type:`");
  return written as Record<string, unknown>;
}

/** As in the YAML of whoever has this type in a file. */
function isFile(word: unknown): boolean {
  return typeof word === "string" && /^\.{0,2}\/.+\.[cm]?[jt]s$/.test(word);
}

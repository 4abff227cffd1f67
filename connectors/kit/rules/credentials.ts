/** Whether the stand-in asks for credentials as its destination does: one that takes any proves nothing of what is sent. */
import assert from "node:assert/strict";
import { KindGuard } from "@sinclair/typebox";
import { forever, resultOf, withinPatience } from "../assertions.ts";
import type { Rule, World } from "../subject.ts";
import { openForTest } from "../testing.ts";
import { assertNoSecrets, assertNothingBuried, assertNothingDelivered, shown } from "../verdicts.ts";

export const CREDENTIALS: readonly Rule<World>[] = [
  {
    name: "declares each credential as one, so that nobody is shown it",
    keeps({ subject: { type }, stage }) {
      const [open] = Object.entries(type.settings.properties).filter(([name, schema]) => {
        const isCredential = stage.secrets.some((secret) => secret === stage.settings[name]);
        return isCredential && KindGuard.IsString(schema) && schema.secret !== true;
      });
      const todo = "declare it with `Secret`, which hides it wherever it would show";
      assert.ok(open === undefined, `the setting "${open?.[0]}" holds a credential and is an ordinary text: ${todo}`);
    },
  },
  {
    name: "is refused by its stand-in with other credentials, and blames those",
    async keeps({ subject: { type }, stage, deliveries }) {
      if (stage.secrets.length === 0) return;
      const settings = withOthers(stage.settings, stage.secrets) as Record<string, unknown>;
      assert.notDeepEqual(
        settings,
        stage.settings,
        "`secrets` names none that stands in `settings`: name each as it is there",
      );
      const held = structuredClone(stage.holds());
      const connector = openForTest(type, settings);
      const result = await withinPatience(resultOf(connector.deliver(deliveries, forever())));
      await connector.close?.();
      assertNoSecrets(result, stage, "`deliver`");
      const strict =
        "the stand-in takes any credential: let it look, and answer others as its destination does, by 401";
      assert.deepEqual(stage.holds(), held, strict);
      assertNothingDelivered(result, strict);
      assertNothingBuried(result, "a credential that is refused");
      const todo = 'return `{ tag: "credentialsRefused", reason }`, which pauses it and keeps its queue';
      assert.equal(
        result.tag,
        "credentialsRefused",
        `a credential that is refused was answered with ${shown(result)}: ${todo}`,
      );
    },
  },
];

/** These settings with another text of the same form in the place of each credential. */
function withOthers(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string")
    return secrets.reduce((text, secret) => text.replaceAll(secret, anotherThan(secret)), value);
  if (Array.isArray(value)) return value.map((item) => withOthers(item, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withOthers(item, secrets)]));
}

/** Each letter and digit of its second half is the one halfway around: still base64 where it was, and as long. */
export function anotherThan(secret: string): string {
  const half = Math.floor(secret.length / 2);
  const turned = secret.slice(half).replace(/[a-z\d]/gi, (one) => {
    const code = one.charCodeAt(0);
    if (code < 65) return String.fromCharCode(48 + ((code - 48 + 5) % 10));
    const first = code < 97 ? 65 : 97;
    return String.fromCharCode(first + ((code - first + 13) % 26));
  });
  return secret.slice(0, half) + turned;
}

/** `check --answer`: which rule an example of an answer would meet. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Folder, inFolder } from "./folder.ts";

const YAML = `chat:
  apps: [{ sdk_app_id: 1400000000, token: "\${TOKEN}" }]
connectors:
  loyalty:
    type: http
    url: "https://api.loyalty.example/members/{{ user_id | url_encode }}"
    auth: { bearer: "\${BEARER}" }
    answers:
      - { status: 200, where: { "result.state": updated, "result.id": "{{ user_id }}" }, means: delivered }
      - { status: 202, body: ignored, means: accepted }
      - { status: 404, where: { code: MEMBER_NOT_FOUND }, means: unmatched }
      - { status: [400, 422], means: rejected, message: error.detail }
  many:
    type: http
    url: https://api.loyalty.example/batch
    auth: { bearer: "\${BEARER}" }
    body: { id: "{{ user_id }}" }
    batch: { size: 10, results: { at: results, id: id } }
    answers: [{ status: 200, where: { ok: true }, means: delivered }]
  partner: { type: webhook, url: "https://partner.example/x", secret: "\${SECRET}" }
`;
const ENV = {
  TOKEN: "canary-chat-token",
  BEARER: "canary-bearer-of-some-length",
  SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
};

async function asking(act: (ask: (...args: readonly string[]) => ReturnType<Folder["run"]>) => Promise<void>) {
  await inFolder(async (folder) => {
    await folder.write("bridge.yaml", YAML);
    await act((...args) => folder.run(["check", "--config", "bridge.yaml", ...args], { env: ENV }));
  });
}

describe("`check --answer`", () => {
  const cases: readonly (readonly [args: readonly string[], expected: RegExp])[] = [
    [["200", '{"result":{"state":"updated","id":"jared"}}'], /^loyalty \(http\): delivered\n {2}HTTP 200, rule 1\n$/],
    [["200", '{"result":{"state":"updated","id":"mona"}}'], /tried again later\n {2}HTTP 200: no rule of `answers`/],
    [["200", '{"result":{"state":"updated","id":"mona"}}', "--user", "mona"], /: delivered\n/],
    [["202"], /accepted: taken, and no more is known\n {2}HTTP 202, rule 2/],
    [["404", '{"code":"MEMBER_NOT_FOUND"}'], /not known there \(yet\).*\n {2}HTTP 404: by rule 3/],
    [["422", '{"error":{"detail":"no such channel"}}'], /dead letter\n {2}HTTP 422: by rule 4 .*no such channel/],
    [["401"], /the connector pauses and keeps everything.*\n {2}HTTP 401: the API refuses our credentials/],
    [["503", "busy"], /the connector waits.*\n {2}HTTP 503/],
    [["200", "<!doctype html><title>Sign in</title>"], /tried again later\n {2}HTTP 200: a page for people/],
  ];
  for (const [args, expected] of cases) {
    it(`says of ${args.join(" ").slice(0, 70)} what follows, and by which rule`, () =>
      asking(async (ask) => {
        const { code, out, err } = await ask("--answer", ...args, "--connector", "loyalty");
        assert.deepEqual([code, err], [0, ""]);
        assert.match(out, expected);
      }));
  }

  it("looks for the person in an answer to many", () =>
    asking(async (ask) => {
      const results = '{"results":[{"id":"mona","ok":true}]}';
      const { out } = await ask("--answer", "200", results, "--connector", "many", "--json");
      const { connector, about, means } = JSON.parse(out);
      assert.deepEqual([connector, about, means], ["many", "person", "retry"]);
      assert.match((await ask("--answer", "200", results, "--connector", "many", "--user", "mona")).out, /delivered/);
    }));

  it("says whom it cannot ask, and what is missing", () =>
    asking(async (ask) => {
      for (const [args, code, words] of [
        [["--answer", "200"], 2, /name it with --connector/],
        [["--answer", "ok", "--connector", "loyalty"], 2, /begins with an HTTP status/],
        [["--connector", "loyalty"], 2, /--connector is for --answer/],
        [["--answer", "200", "--connector", "loyalti"], 2, /did you mean "loyalty"/],
        [["--answer", "200", "--connector", "partner"], 2, /type webhook, whose rules stand in its code/],
      ] as const) {
        const result = await ask(...args);
        assert.match(result.err, words);
        assert.equal(result.code, code, result.err);
      }
    }));
});

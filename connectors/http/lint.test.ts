/** What `check` says of a JSON API's settings, from the YAML as a user writes it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHAT, findings } from "../../test/config/support.ts";

const RULE = '{ status: 200, where: { "result.state": updated }, means: delivered }';
const USUAL = {
  url: '"https://api.example/members/{{ user_id | url_encode }}"',
  auth: '{ bearer: "${KEY}" }',
  answers: `[${RULE}]`,
};

function yamlOf(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ type: "http", ...USUAL, ...settings }).map(
    ([name, value]) => `    ${name}: ${value}\n`,
  );
  return `${CHAT}connectors:\n  loyalty:\n${lines.join("")}`;
}

/** Without its place in the file. */
async function faultsOf(settings: Readonly<Record<string, string>>): Promise<string> {
  const found = await findings(yamlOf(settings));
  return found.map((line) => line.replace(/^\d+:\d+ connectors\.loyalty\./, "")).join("\n");
}

const answers = (...rules: readonly string[]) => ({ answers: `[${[...rules, RULE].join(", ")}]` });

describe("`check` of a JSON API", () => {
  it("is content with an address, credentials and a rule that believes a value", async () => {
    assert.equal(await faultsOf({}), "");
    assert.equal(await faultsOf({ answers: "[{ status: 204, body: ignored, means: delivered }]" }), "");
  });

  const wrong: readonly (readonly [what: string, settings: Readonly<Record<string, string>>, expected: RegExp])[] = [
    ...[401, 403, 429, 500, 503].map(
      (status) =>
        [
          `a rule by which ${status} would be delivered`,
          answers(`{ status: [201, ${status}], body: ignored, means: delivered }`),
          new RegExp(`^answers\\[0\\]\\.status: ${status} never says that anybody is delivered`),
        ] as const,
    ),
    [
      "a rule by which 503 would be a dead letter",
      answers("{ status: 503, where: { code: no }, means: rejected }"),
      /503 never says that anybody is rejected/,
    ],
    [
      "a redirect that would be delivered",
      answers("{ status: 302, body: ignored, means: accepted }"),
      /302 is a redirect, which is not followed/,
    ],
    [
      "a status alone that would be delivered",
      answers("{ status: 201, means: delivered }"),
      /answers\[0\]\.means: a status alone is no proof .*`body: ignored` in so many words/,
    ],
    [
      "a rule that an earlier one leaves nothing for",
      { answers: `[{ status: 200, body: ignored, means: delivered }, ${RULE}]` },
      /^answers\[1\]: this rule is never reached: rule 1 takes all that it names/,
    ],
    [
      "a rule that an earlier one with fewer conditions leaves nothing for",
      { answers: `[${RULE}, { status: 200, where: { "result.state": updated, code: 1 }, means: rejected }]` },
      /^answers\[1\]: this rule is never reached/,
    ],
    [
      "rules of which none delivers",
      { answers: "[{ status: 400, means: rejected }]" },
      /no rule says `delivered` or `accepted`/,
    ],
    [
      "an unknown person who is known by a status alone",
      answers("{ status: 404, means: unmatched }"),
      /warning: a wrong `url` would be answered so as well/,
    ],
    [
      "a variable in the host",
      { url: '"https://{{ official_account | url_encode }}.api.example/x"' },
      /^url: a variable stands before the path: whoever chooses its text would choose where requests go/,
    ],
    ...[
      "https:/{{ user_id | url_encode }}/x",
      "https:///{{ user_id | url_encode }}/x",
      "https:{{ user_id | url_encode }}",
    ].map(
      (url) =>
        [
          `a variable that becomes the host by how ${url.slice(0, url.indexOf("{"))} is read`,
          { url: `"${url}"` },
          /^url: a variable stands before the path/,
        ] as const,
    ),
    [
      "a block where a place in the answer belongs",
      { answers: "[{ status: 200, where: { result: { state: updated } }, means: delivered }]" },
      /^answers\[0\]\.where\.result: .*the rule is never reached; write the way to it with dots, as in "result\.state"/,
    ],
    [
      "a list of no values",
      answers("{ status: 200, where: { state: [] }, means: rejected }"),
      /^answers\[0\]\.where\.state: no value is in this list: the rule is never reached/,
    ],
    [
      "a value in an answer that has no body",
      answers("{ status: 204, where: { state: done }, means: delivered }"),
      /^answers\[0\]\.where: 204 has no body .*: the rule is never reached; give 204 a rule of its own, with `body: ignored`/,
    ],
    [
      "a status without a body among others",
      answers("{ status: [201, 204], where: { state: done }, means: delivered }"),
      /^answers\[0\]\.status: warning: 204 has no body/,
    ],
    [
      "a rule that earlier ones leave nothing for together",
      answers(
        "{ status: [200, 201], where: { s: a }, means: delivered }",
        "{ status: 200, where: { s: [b, c] }, means: rejected }",
        "{ status: 200, where: { s: [a, c], t: 1 }, means: retry }",
      ),
      /^answers\[2\]: this rule is never reached: rules 1 and 2 take all that it names; put it before those/,
    ],
    [
      "text of others in a header whose escape is taken back",
      { headers: '{ x-user: "{% capture x %}{{ user_id | url_encode }}{% endcapture %}{{ x | url_decode }}" }' },
      /^headers\.x-user: text of others goes into a header as it is/,
    ],
    [
      "a header that `auth` writes over",
      { auth: '{ header: { name: X-Api-Key, value: "${KEY}" } }', headers: '{ x-api-key: "{{ event }}" }' },
      /^headers\.x-api-key: `auth` sets the header "x-api-key", and this would never be sent/,
    ],
    [
      "signature and time in one header",
      { auth: '{ hmac: { secret: "${KEY}", header: x-sig, timestamp_header: X-Sig } }' },
      /^auth\.hmac\.timestamp_header: the signature and the time would stand in one header/,
    ],
    [
      "a variable where nobody is asked about",
      { check: '{ url: "https://api.example/members/{{ user_id | url_encode }}" }' },
      /^check\.url: variables have no place here/,
    ],
    ["a variable for all of the address", { url: '"{{ platform }}"' }, /a variable stands before the path/],
    [
      "a variable in the address that is not encoded",
      { url: '"https://api.example/members/{{ user_id }}"' },
      /^url: \{\{ user_id \}\} goes into the address as it is, .*; write \{\{ user_id \| url_encode \}\}/,
    ],
    [
      "text of others in a header",
      { headers: '{ x-user: "{{ user_id }}" }' },
      /^headers\.x-user: text of others goes into a header as it is; add \| url_encode/,
    ],
    [
      "text of others that comes into a header by a detour",
      { headers: '{ x-user: "{% assign x = operator %}{{ x }}" }' },
      /text of others goes into a header as it is/,
    ],
    [
      "two kinds of credentials",
      { auth: '{ bearer: "${KEY}", basic: { username: "${KEY}" } }' },
      /^auth: bearer and basic at once/,
    ],
    [
      "an inner address for tokens",
      {
        auth: '{ oauth2_client_credentials: { token_url: "https://10.0.0.7/t", client_id: "${KEY}", client_secret: "${TOKEN}" } }',
      },
      /token_url: 10\.0\.0\.7 is not public/,
    ],
    [
      "an inner address for the check",
      { check: '{ url: "http://localhost/me" }' },
      /^check\.url: http:\/\/ is not encrypted/,
    ],
    [
      "a batch whose answer is believed by its status",
      {
        url: "https://api.example/batch",
        body: '{ id: "{{ user_id }}" }',
        batch: "{ size: 10, results: { at: results, id: id } }",
        answers: "[{ status: 200, body: ignored, means: delivered }]",
      },
      /an answer to many has to name each of them/,
    ],
    [
      "a batch that has nobody in it",
      {
        url: "https://api.example/batch",
        body: '{ id: "{{ user_id }}" }',
        batch: "{ size: 10, body: { items: none }, results: { at: results, id: id } }",
      },
      /^batch\.body: nobody is in it/,
    ],
  ];
  for (const [what, settings, expected] of wrong) {
    it(`finds ${what}`, async () => assert.match(await faultsOf(settings), expected));
  }

  for (const [what, settings] of [
    ["a 403 that is a limit", answers("{ status: 403, where: { code: RATE_LIMITED }, means: retry }")],
    ["what is ours in a header", { headers: '{ idempotency-key: "{{ delivery_id }}", x-at: "{{ event_time }}" }' }],
    ["text of others that is encoded", { headers: '{ x-user: "{{ user_id | url_encode }}" }' }],
    [
      "rules of which each takes what the one before leaves",
      answers(
        "{ status: 200, where: { s: a }, means: rejected }",
        "{ status: 200, where: { s: [a, b] }, means: retry }",
      ),
    ],
    ["several rules for one status", answers("{ status: 200, where: { code: [1, 2] }, means: rejected }")],
  ] as const) {
    it(`has nothing against ${what}`, async () => assert.equal(await faultsOf(settings), ""));
  }
});

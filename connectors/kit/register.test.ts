/** Connectors of a destination that knows persons, with one flaw each: the suite must notice, and say what to do. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rejected, skipped } from "../../src/connector.ts";
import { brokenRules } from "./broken-testing.ts";
import { type ListFlaws, lookUpFile } from "./lookup-testing.ts";
import { type Flaws, register } from "./register-testing.ts";

const IDS = "keeps every id as it is: upper case, leading zeros, signs of any script, 256 bytes";
const UNKNOWN = "writes nothing for a person whom the destination does not know, and delivers once it does";

const FLAWED: readonly (readonly [what: string, flaws: Flaws, rule: string, words: RegExp])[] = [
  [
    "ids in lower case",
    { idOf: (user) => user.toLowerCase() },
    IDS,
    /"MiXed-Case" was answered with unmatched: hand on the id as it is/,
  ],
  [
    "ids that became numbers",
    { idOf: (user) => (/^\d+$/.test(user) ? String(Number(user)) : user) },
    IDS,
    /"007" was answered with unmatched: .*never as a number/,
  ],
  ["ids that were cut", { idOf: (user) => user.slice(0, 200) }, IDS, /"x{256}" was answered with unmatched/],
  [
    "a rejection for whom the destination does not know",
    { ofUnknown: rejected },
    UNKNOWN,
    /for them it answered rejected; return `unmatched`/,
  ],
  [
    "the older one of two changes of one person",
    { keepsAll: true },
    "leaves what happened last when one person comes twice in a batch",
    /what happened last was not what stayed; put both into one write/,
  ],
  [
    "a count that nobody looks at",
    { ignoresCount: true },
    "believes no answer that counts fewer than were sent",
    /a count of one less than was sent: it answered `outcomes` \(delivered\); compare it/,
  ],
  [
    "a list that is taken for whole",
    { trustsSilence: true },
    "believes no list of results that lacks one",
    /without the first one: it answered `outcomes` \(delivered\); .*who is not named/,
  ],
  [
    "an error inside of a 200",
    { ignoresResults: true },
    "believes an error inside of a 2xx, of whom it is about and of nobody else",
    /user-1, whom the destination refused, was `delivered`; look at the errors/,
  ],
  [
    "results by their places",
    { byPlace: true },
    "knows whom a result is about, in whichever order they come",
    /user-1, whom the destination refused, was `delivered`/,
  ],
  [
    "a budget for each connector",
    { account: ({ token, state }) => `${token} ${state}` },
    "shares its budgets with another connector of the same account, which says something else",
    /has a budget of its own .*let `account` return what its limits are counted by/,
  ],
  [
    "a region that a check does not look for",
    { checksNothing: true },
    "buries nobody where the account lives elsewhere, and says so when it is asked",
    /`check` finds no fault with a wrong region/,
  ],
  [
    "a limit that it takes for a refusal",
    { ignoresLimits: true },
    "takes a limit for no refusal, whatever its status",
    /status 403, .* was answered with `credentialsRefused`: return `\{ tag: "unavailable"/,
  ],
  [
    "a wait that it knows by one name",
    { waitsByOneName: true },
    "waits as long as it is asked to, under each name that destinations have for it",
    /429 with "x-ratelimit-retry-after: 120" was answered with `unavailable`/,
  ],
  [
    "a page that it takes for the destination's answer",
    { believesPages: true },
    "takes a page for no answer of the destination, whatever its status",
    /a page with status 400: it answered `batchRejected`/,
  ],
  [
    "a credential that it renews for ever",
    { insists: true },
    "asks for a credential that has ended once more at most, and goes on when it is well again",
    /after 21 requests, where 4 are more than enough: renew it once, then give up/,
  ],
];

describe("the conformance suite, of a destination that knows persons", () => {
  it("finds nothing in a connector that is right, whether it leaves strangers or skips them", async () => {
    assert.deepEqual(await brokenRules(register()), new Map());
    assert.deepEqual(await brokenRules(register({ ofUnknown: skipped })), new Map());
  });

  for (const [what, flaws, rule, words] of FLAWED) {
    it(`notices ${what}, and says what to do`, async () => {
      assert.match((await brokenRules(register(flaws), rule)).get(rule) ?? "the rule holds", words);
    });
  }
});

describe("the conformance suite, of a destination that is asked for its own ids first", () => {
  const LISTS: readonly (readonly [what: string, flaws: ListFlaws, rule: string, words: RegExp])[] = [
    [
      "persons who are found by their places",
      { byPlace: true },
      "finds each person in a list of those who are known, in whichever order it comes",
      /in another order: others were written; match what is found by the value/,
    ],
    [
      "whom it takes for unknown by a list that was cut",
      { believesCut: true },
      "takes nobody for unknown by a list of those who are known that lacks one",
      /without the first one: it answered `outcomes` \(unmatched, delivered\), which can end as dead letters/,
    ],
    [
      "whom it takes for unknown though somebody was found and is not shown",
      { believesUnread: true },
      "takes nobody for unknown by a list of those who are known in which one cannot be read",
      /with null for "user-1" \(somebody was found there: .*it answered `outcomes` \(unmatched, delivered\)/,
    ],
  ];

  for (const [what, flaws, rule, words] of LISTS) {
    it(`notices ${what}, and says what to do; finds nothing where that is right`, async () => {
      assert.match((await brokenRules(lookUpFile(flaws), rule)).get(rule) ?? "the rule holds", words);
      assert.deepEqual(await brokenRules(lookUpFile(), rule), new Map());
    });
  }
});

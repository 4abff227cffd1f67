/** Which version of HubSpot's API the requests name, and what follows when HubSpot does not know it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { type Account, deliver, startAccount, tagsOf } from "./testing.ts";
import { pathIn, supportFinding } from "./versions.ts";

describe("a path", () => {
  const PATHS: readonly (readonly [v3: string, dated: string])[] = [
    ["/crm/v3/objects/contacts/batch/read", "/crm/objects/2026-09/contacts/batch/read"],
    ["/crm/v3/objects/contacts/batch/update", "/crm/objects/2026-09/contacts/batch/update"],
    ["/crm/v3/objects/contacts/batch/create", "/crm/objects/2026-09/contacts/batch/create"],
    ["/crm/v3/objects/contacts/search", "/crm/objects/2026-09/contacts/search"],
    ["/crm/v3/properties/contacts", "/crm/properties/2026-09/contacts"],
    ["/crm/v3/properties/contacts/v3", "/crm/properties/2026-09/contacts/v3"],
    ["/account-info/v3/details", "/account-info/2026-09/details"],
    ["/oauth/v2/private-apps/get/access-token-info", "/oauth/v2/private-apps/get/access-token-info"],
  ];
  for (const [v3, dated] of PATHS) {
    it(`of v3 is one of 2026-09: ${dated}`, () => {
      assert.equal(pathIn("2026-09", v3), dated);
      assert.equal(pathIn("v3", v3), v3);
    });
  }
});

describe("hubspot: the version of the API", () => {
  let account: Account;
  before(async () => {
    account = await startAccount({ contacts: ["jared"] });
  });
  after(() => account.sandbox.close());

  for (const [version, prefix] of [
    [undefined, /^\/crm\/(objects|properties)\/2026-09\/contacts\//],
    ["2026-03", /^\/crm\/(objects|properties)\/2026-03\/contacts\//],
    ["v3", /^\/crm\/v3\/(objects|properties)\/contacts\//],
  ] as const) {
    it(`is ${version ?? "the latest unless set"} in each request of a delivery, creation included`, async () => {
      const from = account.sandbox.count;
      const settings = { when_missing: "create", ...(version !== undefined && { api_version: version }) };
      const deliveries = [sampleDelivery("jared"), sampleDelivery(`new to ${version}`)];
      assert.deepEqual(tagsOf(await deliver(account.open(settings), ...deliveries), ...deliveries), [
        "delivered",
        "delivered",
      ]);
      const paths = account.sandbox.requests.slice(from).map(({ path }) => path);
      assert.ok(paths.length >= 6, paths.join());
      for (const path of paths) assert.match(path, prefix);
    });
  }

  it("is put behind a base URL with a path", async () => {
    const connector = account.open({ base_url: `${account.sandbox.url}/crm/v3/proxy/` });
    await deliver(connector, sampleDelivery("jared"));
    assert.match(account.sandbox.requests.at(-1)?.path ?? "", /^\/crm\/v3\/proxy\/(crm|account-info)\//);
  });
});

describe("hubspot: a version that HubSpot does not know", () => {
  const WORDS =
    "HubSpot does not know API version 2026-09, and does know v3: set `api_version` to one that it supports";

  it("pauses the connector and says so: nobody is taken for unknown, no property for missing", async () => {
    const { sandbox, open } = await startAccount({ contacts: ["jared"], versions: new Set(["v3"]) });
    const result = await deliver(open(), sampleDelivery("jared"));
    assert.ok(result.tag === "gone");
    const { words, status } = result.reason;
    assert.deepEqual([words, status, result.outcomes?.size], [WORDS, 404, 0]);
    await sandbox.close();
  });

  it("is said of v3 as well, once HubSpot has switched it off", async () => {
    const { sandbox, open } = await startAccount({ contacts: ["jared"], versions: new Set(["2026-09"]) });
    const result = await deliver(open({ api_version: "v3" }), sampleDelivery("jared"));
    assert.ok(result.tag === "gone");
    assert.match(result.reason.words, /does not know API version v3, and does know 2026-09: .*, such as 2026-09$/);
    await sandbox.close();
  });

  it("is found when it ends under way: what is looked up then waits, and the next batch pauses", async () => {
    const versions = new Set(["v3", "2026-09"]);
    const { sandbox, open } = await startAccount({ contacts: ["jared"], versions });
    const connector = open();
    const delivery = sampleDelivery("jared");
    assert.deepEqual(tagsOf(await deliver(connector, delivery), delivery), ["delivered"]);
    versions.delete("2026-09");
    assert.deepEqual(tagsOf(await deliver(connector, delivery), delivery), ["retry"]);
    assert.equal((await deliver(connector, delivery)).tag, "gone");
    await sandbox.close();
  });

  it("is no verdict while HubSpot answers 404 to whatever is asked: that may pass", async () => {
    const { sandbox, open } = await startAccount({ contacts: ["jared"], versions: new Set([]) });
    const result = await deliver(open(), sampleDelivery("jared"));
    assert.ok(result.tag === "unavailable");
    assert.match(result.reason.words, /look at `api_version` and `base_url`/);
    await sandbox.close();
  });

  it("is the one thing that check says", async () => {
    const { sandbox, open } = await startAccount({ contacts: ["jared"], versions: new Set(["v3"]) });
    const todo = "see HubSpot's developer changelog for the versions that there are";
    const [finding, ...others] = await open().check(new AbortController().signal);
    const { code: _, values: __, ...said } = finding ?? { ok: true, what: "" };
    assert.deepEqual([said, others], [{ ok: false, what: WORDS, todo, setting: "api_version" }, []]);
    await sandbox.close();
  });
});

describe("check --live on the version", () => {
  const DAYS: readonly (readonly [version: string, day: string, ok: boolean | "warning", words: RegExp])[] = [
    ["2026-09", "2026-11-26", true, /^HubSpot supports API version 2026-09 until March 2028$/],
    ["2026-09", "2027-08-31", true, /until March 2028$/],
    ["2026-09", "2027-09-01", "warning", /only until March 2028$/],
    ["2026-09", "2028-03-01", "warning", /has not supported API version 2026-09 since March 2028/],
    ["2026-03", "2026-11-26", true, /until September 2027$/],
    ["v3", "2027-02-28", true, /until September 2027$/],
    ["v3", "2027-03-01", "warning", /only until September 2027$/],
    ["v3", "2027-09-01", "warning", /since September 2027/],
  ];
  for (const [version, day, ok, words] of DAYS) {
    it(`says of ${version} on ${day}: ${words.source}`, () => {
      const finding = supportFinding(version, Date.parse(day));
      assert.equal(finding.ok, ok);
      assert.match(finding.what, words);
      assert.equal(finding.todo !== undefined, ok === "warning");
    });
  }

  it("is among its lines", async () => {
    const { sandbox, open } = await startAccount({ contacts: ["jared"] });
    const findings = await open().check(new AbortController().signal);
    assert.ok(findings.some(({ setting }) => setting === "api_version"));
    await sandbox.close();
  });
});

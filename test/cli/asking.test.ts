/** `status`, `trace`, `deliveries list`: what a store can be asked, through the real command line. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openSeeded, type Seeded, STEERING, seedEvents, seedEverything, WEBHOOK_SECRET } from "./seed.ts";

/** Whatever steers a terminal: control characters but line breaks, and marks that turn the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STEERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

describe("asking a store", () => {
  let seeded: Seeded;
  before(async () => {
    seeded = await openSeeded(seedEverything);
  });
  after(() => seeded.close());

  it("status shows what waits, what was delivered and what is dead", async () => {
    const { code, out, err } = await seeded.command("status");
    assert.equal(err, "");
    assert.equal(code, 0);
    const crm = out.split("\n").find((line) => line.startsWith("crm"));
    assert.match(crm ?? "", /^crm +webhook +ready +2 +(1 h|59 min)( \d+ \w+)? +1 +1 +3 +3 +3$/);
    assert.match(out, /quarantine +0 entries/);
  });

  it("status --json says the same to scripts", async () => {
    const status = await seeded.json("status");
    const [crm, partner] = status.connectors;
    assert.deepEqual(
      [crm.name, crm.condition, crm.waiting, crm.delivered.last_hour, crm.dead],
      [
        "crm",
        "ready",
        2,
        1,
        { last_hour: 3, last_day: 3, all: 3, by_class: { rejected: 1, expired: 1, unmatched: 1 } },
      ],
    );
    assert.deepEqual([partner.name, partner.waiting], ["partner", 7]);
    assert.deepEqual([status.unread_callbacks, status.not_run_yet], [0, []]);
  });

  it("trace tells the whole story of a letter that was given up, and hides what steers a terminal", async () => {
    const { code, out } = await seeded.command("trace", "rejected-1");
    assert.equal(code, 0);
    assert.match(out, /rejected-1: 1 event\n/);
    assert.match(out, /Z {2}unsubscribed from @TOA#_news \(themselves, iOS; app 1400000000\)/);
    assert.match(out, /received +\d{4}-\d\d-\d\dT[\d:.]+Z, 250 ms after it happened/);
    // the seed hands them to the store an hour late, as the spool would
    assert.match(out, /acknowledged +unknown: it reached the store after (1 h|59 min).*, kept in the spool/);
    assert.match(out, /crm +dead \(rejected\) .*given up after 1 attempt\n +why: refused \(HTTP 422 “no such member/);
    assert.match(out, /id: [0-9a-f]{64}:crm\n/);
    assert.match(out, /partner +waiting for its first attempt/);
    assert.doesNotMatch(out.replaceAll("\n", ""), STEERS);
  });

  it("secrets of the configuration that a destination echoed are hidden", async () => {
    for (const args of [
      ["trace", "rejected-1"],
      ["trace", "rejected-1", "--json"],
      ["dead-letters", "export"],
    ]) {
      const { out } = await seeded.command(...args);
      assert.match(out, /no such member/);
      assert.ok(!out.includes(WEBHOOK_SECRET), args.join(" "));
    }
  });

  it("JSON gives foreign text exactly, yet steers no terminal", async () => {
    const { out } = await seeded.command("trace", "rejected-1", "--json");
    assert.doesNotMatch(out.replaceAll("\n", ""), STEERS);
    const [traced] = JSON.parse(out).events;
    const crm = traced.deliveries.find(({ connector }: { connector: string }) => connector === "crm");
    assert.ok(crm.reason.message.includes(STEERING));
    assert.equal(crm.state, "dead");
  });

  it("trace tells retries, what was skipped and what a person discarded", async () => {
    const retried = await seeded.command("trace", "retried-1");
    assert.match(retried.out, /crm +waiting after 1 attempt, next attempt in \d+ min/);
    assert.match(retried.out, /why: the destination is busy \(HTTP 503\)/);
    assert.match((await seeded.command("trace", "skipped-1")).out, /crm +skipped .*\n +why: `only.platform`/);
    assert.match((await seeded.command("trace", "rejected-2")).out, /crm +discarded .*: a person said not to send it/);
  });

  it("trace of somebody unknown says so, with exit code 1", async () => {
    const { code, out } = await seeded.command("trace", "Delivered-1");
    assert.equal(code, 1);
    assert.match(out, /Nothing is known of "Delivered-1"\. Ids are case-sensitive/);
  });

  it("deliveries list filters by connector, state, class, user and time", async () => {
    const users = async (...args: string[]) => {
      const { deliveries } = await seeded.json("deliveries", "list", ...args);
      return deliveries.map((entry: { event: { user: string } }) => entry.event.user);
    };
    assert.deepEqual(await users("--connector", "crm", "--state", "waiting"), ["张伟", "retried-1"]);
    assert.deepEqual(await users("--connector", "crm", "--state", "delivered", "skipped"), [
      "skipped-1",
      "delivered-1",
    ]);
    assert.deepEqual(await users("--class", "expired"), ["expired-1"]);
    assert.deepEqual(await users("--user", "delivered-1"), ["delivered-1", "delivered-1"]);
    assert.equal((await users("--since", "2h")).length, 16);
    assert.deepEqual(await users("--since", "1m"), []);
    assert.equal((await users("--since", "2020-01-31")).length, 16);
  });

  it("deliveries list goes on page by page, each delivery once", async () => {
    const seen: string[] = [];
    let after: string[] = [];
    for (;;) {
      const { deliveries, next } = await seeded.json("deliveries", "list", "--limit", "5", ...after);
      seen.push(...deliveries.map(({ id }: { id: string }) => id));
      if (next === null) break;
      after = ["--after", next];
    }
    assert.deepEqual([seen.length, new Set(seen).size], [16, 16]);
  });

  it("deliveries list aligns wide characters, and names the next page", async () => {
    const { out } = await seeded.command("deliveries", "list", "--limit", "4");
    const [head = "", first = ""] = out.split("\n");
    // the two characters of the name take four columns
    assert.equal(first.indexOf("unsubscribed") + 2, head.indexOf("EVENT ", 12));
    assert.match(out, /There are more: --after \d+:(crm|partner)\n$/);
  });

  it("what a filter cannot mean is a usage error that helps", async () => {
    const wrong = [
      [["--connector", "cmr"], /There is no connector "cmr" in the store; did you mean "crm"\?/],
      [["--since", "yesterday"], /Write how long ago \(2h, 3d\) or a date/],
      [["--since", "2026-02-30"], /Write how long ago \(2h, 3d\) or a date/],
      [["--until", "2026-06-31T08:00Z"], /Write how long ago \(2h, 3d\) or a date/],
      [["--state", "lost"], /Allowed choices are waiting/],
      [["--limit", "0"], /Write a whole number, at least 1/],
      [["--after", "nothing"], /--after nothing is no delivery/],
    ] as const;
    for (const [args, words] of wrong) {
      const { code, err } = await seeded.command("deliveries", "list", ...args);
      assert.equal(code, 2, args.join(" "));
      assert.match(err, words);
    }
  });

  it("an empty list that was asked for is well, and says so in words; for scripts it is an empty list", async () => {
    const { code, out } = await seeded.command("deliveries", "list", "--user", "nobody");
    assert.deepEqual([code, out], [0, "There is no such delivery.\n"]);
    assert.equal(
      (await seeded.command("dead-letters", "list", "--user", "nobody")).out,
      "There is no such dead letter.\n",
    );
    const { deliveries, next } = await seeded.json("deliveries", "list", "--user", "nobody");
    assert.deepEqual([deliveries, next], [[], null]);
  });
});

describe("connectors that need a person", () => {
  let seeded: Seeded;
  before(async () => {
    seeded = await openSeeded(async (storage) => {
      await seedEvents(storage, ["a", "b"], ["crm", "old"]);
      const row = await storage.connector("crm");
      const reason = { words: "the access token was refused", status: 401, message: STEERING };
      const claim = await storage.take("crm", 1, 1, 60_000);
      const state = { status: "paused", cause: "credentials", reason, failures: 1, told: false, held: [] } as const;
      const change = { from: row?.version ?? 0, state, probeInMs: 600_000 };
      await storage.settle({ connector: "crm", token: claim.token, settlements: [], change });
    });
  });
  after(() => seeded.close());

  it("status names a pause with its reason, the next probe and the way out, with exit code 1", async () => {
    const { code, out } = await seeded.command("status");
    assert.equal(code, 1);
    assert.match(out, /crm is paused for .*: the destination refuses the credentials/);
    assert.match(out, /why: the access token was refused \(HTTP 401/);
    assert.match(out, /asked again in (9 min|10 min)/);
    assert.match(out, /to do: renew the credentials/);
    assert.doesNotMatch(out.replaceAll("\n", ""), STEERS);
  });

  it("status names deliveries of a connector that is not configured any more, and connectors that have not run", async () => {
    const { out } = await seeded.command("status");
    assert.match(out, /old +webhook +not configured +2/);
    assert.match(out, /old is not in the configuration any more, and what waits for it goes nowhere/);
    assert.match(out, /The bridge has not run yet with: partner/);
    const status = await seeded.json("status");
    const old = status.connectors.find(({ name }: { name: string }) => name === "old");
    assert.deepEqual([old.configured, old.waiting, status.not_run_yet], [false, 2, ["partner"]]);
  });

  it("trace, lists and scripts say what holds a delivery, and until when", async () => {
    const words =
      "held: its connector is paused, the destination refuses the credentials: somebody must mend that, its connector asks again in";
    assert.match((await seeded.command("trace", "b")).out, new RegExp(`crm +waiting for its first attempt, ${words} `));
    const listed = await seeded.command("deliveries", "list", "--connector", "crm", "--user", "b");
    assert.match(listed.out, new RegExp(words));
    const [b] = (await seeded.json("deliveries", "list", "--connector", "crm", "--user", "b")).deliveries;
    assert.deepEqual([b.hold.by, b.hold.cause, b.hold.until > b.due_at], ["paused", "credentials", true]);
    const shown = await seeded.command("dead-letters", "show", b.id);
    assert.match(shown.out, new RegExp(`state +waiting for its first attempt, ${words} `));
    const [old] = (await seeded.json("trace", "b")).events[0].deliveries.filter(
      ({ connector }: { connector: string }) => connector === "old",
    );
    assert.equal(old.hold.by, "not_configured");
  });

  it("trace says why a connector has nothing of an event", async () => {
    const { out } = await seeded.command("trace", "a");
    assert.match(out, /partner +not yet: the bridge has not run with this connector/);
  });

  it("status tells of refusals that nobody has judged yet", async () => {
    await seeded.inStore(async (storage) => {
      await seedEvents(storage, ["c"], ["partner"]);
      const claim = await storage.take("partner", 1, 1, 60_000);
      const held = claim.deliveries.map(({ event }) => ({
        event: event.seq,
        reason: { words: "refused", status: 422 },
      }));
      const state = { status: "ready", failures: 0, told: false, held } as const;
      const change = { from: claim.connector.version, state, probeInMs: null };
      await storage.settle({ connector: "partner", token: claim.token, settlements: [], change });
    });
    const { out } = await seeded.command("status");
    assert.match(out, /partner refused its last 1 delivery: nothing was ever taken with these settings/);
  });
});

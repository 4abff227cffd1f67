/** `reconcile`: what people see of those whom no callback told of, and what they decide. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { displayWidth } from "../../src/basics/width.ts";
import { checkRosters } from "../../src/operations/checks/rosters.ts";
import { HOUR, MINUTE, NEWS, openRig, type Rig } from "../reconcile/support.ts";
import { type OpenTurned, turnedSqliteIn } from "../support/turned-store.ts";
import { ENV, type Json, openSeeded, type Seeded } from "./seed.ts";
import { onTerminal } from "./terminal.ts";

let seeded: Seeded;
let rig: Rig;

/** The store that the commands ask. */
const seededStore: OpenTurned = (now) => turnedSqliteIn(seeded.path("data/bridge.db"), now);

beforeEach(async () => {
  seeded = await openSeeded();
  rig = await openRig({ open: seededStore, settings: { holdAbove: { people: 3, share: 0.9 } } });
});
afterEach(async () => {
  await rig.close();
  await seeded.close();
});

/** Read well: `told` subscribed by a callback, and `was` was known and is not there. */
async function baseline(...users: string[]): Promise<void> {
  await rig.subscribe("was", "told", ...users);
  await rig.chat.unsubscribe(NEWS, "was", { unheard: true });
  await rig.turn(MINUTE);
  assert.equal((await rig.pass()).tag, "done");
  await rig.turn(HOUR);
}

async function unheard(...users: string[]): Promise<void> {
  await rig.chat.unsubscribe(NEWS, users, { unheard: true });
  await rig.turn(HOUR);
  assert.equal((await rig.pass()).tag, "done");
}

/** As a user writes it, with `reconcile` or without. */
const configure = (more: string) =>
  writeFile(
    seeded.config,
    `chat:
  apps:
    - sdk_app_id: 1400000000
      token: \${CHAT_CALLBACK_TOKEN}
      rest: { base_url: "${rig.chat.url}", secret_key: "\${CHAT_SECRET_KEY}" }
${more}connectors: {}
`,
  );

const listed = async (...filter: string[]) =>
  (await seeded.json("reconcile", "show", ...filter)).missing.map(({ user, state }: Json) => [user, state]);

describe("reconcile status", () => {
  it("says that no roster is kept, where none is", async () => {
    await rig.storage.keepRoster([]);
    const { code, out } = await seeded.command("reconcile", "status");
    assert.equal(code, 0);
    assert.match(out, /^No roster is kept/);
  });

  it("says from when on healing can find anything, and who waits for a decision", async () => {
    await rig.subscribe("was");
    await rig.storage.followEvents(100);
    assert.match((await seeded.command("reconcile", "status")).out, /Nothing can be found yet/);
    await baseline();
    const { code, out } = await seeded.command("reconcile", "status");
    assert.equal(code, 0, out);
    assert.match(out, /^@TOA#_news of app 1400000000\n {2}What happened since 2025-06-15T\S+ can be found, compared/);
    assert.match(out, /1 person waits for a decision: `reconcile show`/);
  });

  it("says what was told and found per month, and that Chat does not reach us since several were found in a row", async () => {
    await baseline("ann", "bob", "eve", "leo");
    await rig.leave("leo");
    await unheard("ann", "bob");
    assert.doesNotMatch((await seeded.command("reconcile", "status")).out, /does not reach us/);
    await unheard("eve");
    const { code, out } = await seeded.command("reconcile", "status");
    assert.equal(code, 1);
    assert.match(out, /Chat does not reach us since 2025-06-15T\S+: 3 left in a row without a callback/);
    assert.match(out, /MONTH +TOLD BY CALLBACK +FOUND BY US +AFTER AT MOST\n +2025-06 +1 +3 +2 h/);
    const [account] = (await seeded.json("reconcile", "status")).accounts;
    const [{ longest_ms, ...month }] = account.coverage;
    assert.deepEqual(month, { month: "2025-06", told: 1, found: 3 });
    assert.ok(longest_ms >= HOUR);
    assert.deepEqual(account.unreached, { since: account.told_at });
    assert.equal(account.passes[0].healed, 1);
  });

  it("says why what was read last is not believed", async () => {
    await baseline();
    rig.chat.lie(NEWS, 50);
    assert.equal((await rig.pass()).tag, "void");
    const { code, out } = await seeded.command("reconcile", "status");
    assert.equal(code, 1);
    assert.match(out, /not believed: 1 people? .*more than callbacks explain/);
  });
});

describe("status, where rosters are kept", () => {
  const status = async () => {
    const { out } = await seeded.command("status");
    const { reconciling } = await seeded.json("status");
    return { out, accounts: reconciling.accounts };
  };

  it("says of each account since when healing can find anything, and per month what was told and found", async () => {
    await baseline("ann", "leo");
    await rig.leave("leo");
    await unheard("ann");
    const { out, accounts } = await status();
    assert.match(out, /OFFICIAL ACCOUNT +APP +FINDS SINCE +MONTH +TOLD +FOUND +AFTER AT MOST/);
    assert.match(out, /@TOA#_news +1400000000 +2025-06-15T\S+ +2025-06 +1 +1 +2 h/);
    assert.deepEqual([accounts[0].coverage[0].told, accounts[0].missing], [1, { baseline: 1 }]);
  });

  it("is not well while people are held, until somebody decides", async () => {
    await baseline("ann", "bob", "eve", "leo");
    await unheard("ann", "bob", "eve", "leo");
    const held =
      /4 people of @TOA#_news of app 1400000000 are held: nobody is sent until somebody decides\n +to do: look at them/;
    assert.match((await status()).out, held);
    assert.equal((await status()).accounts[0].missing.held, 4);
    await seeded.command("reconcile", "discard", "--account", NEWS, "--yes");
    assert.doesNotMatch((await status()).out, /are held/);
  });

  it("says that Chat does not reach us when several were found in a row", async () => {
    await baseline("ann", "bob", "eve");
    await unheard("ann", "bob", "eve");
    assert.match((await status()).out, /Chat does not reach us; no callback ever told of one: 3 left in a row/);
  });

  it("has nothing of it where no roster is kept", async () => {
    const empty = await openSeeded();
    assert.doesNotMatch((await empty.command("status")).out, /OFFICIAL ACCOUNT/);
    assert.equal((await empty.json("status")).reconciling, null);
    await empty.close();
  });
});

describe("check --live, where rosters are kept", () => {
  const findings = (reconcile: unknown) =>
    checkRosters({ reconcile, storage: { url: `sqlite:${seeded.path("data/bridge.db")}` } } as Parameters<
      typeof checkRosters
    >[0]);

  it("says of each account from when on healing can find anything", async () => {
    assert.deepEqual(await findings(undefined), []);
    await rig.subscribe("was");
    await rig.storage.followEvents(100);
    const [before] = await findings({});
    assert.deepEqual([before?.ok, before?.about], ["warning", "reconcile"]);
    assert.match(before?.what ?? "", /@TOA#_news of app 1400000000: nothing can be found yet/);
    await baseline();
    const [after] = await findings({});
    assert.equal(after?.ok, true);
    assert.match(after?.what ?? "", /what happened since 2025-06-15T\S+ can be found/);
  });

  it("says nothing of accounts where the store cannot be asked, and what to do where there is none", async () => {
    const of = (name: string) =>
      checkRosters({ reconcile: {}, storage: { url: `sqlite:${seeded.path(name)}` } } as Parameters<
        typeof checkRosters
      >[0]);
    await writeFile(seeded.path("broken.db"), "no store at all, and longer than a header of SQLite is ".repeat(40));
    assert.deepEqual(await of("broken.db"), []);
    assert.match((await of("absent.db"))[0]?.what ?? "", /no official account is known yet/);
  });
});

describe("reconcile show", () => {
  it("lists who was known before the first comparison and is not there, and who is held, with the reason", async () => {
    await baseline("ann", "bob", "eve", "leo");
    await unheard("ann", "bob", "eve", "leo");
    const { code, out } = await seeded.command("reconcile", "show", "--account", NEWS);
    assert.equal(code, 0);
    assert.match(out, /^USER +OFFICIAL ACCOUNT .*\nann +@TOA#_news .* held .*4 .*\n/);
    assert.match(out, /\nwas .* known before the first comparison /);
    assert.deepEqual(await listed(), [
      ...["ann", "bob", "eve", "leo"].map((user) => [user, "held"]),
      ["was", "baseline"],
    ]);
    assert.equal((await seeded.command("reconcile", "status")).code, 1);
  });

  it("fits a terminal of any width, whatever the names of people and accounts", async () => {
    const people = ["ann", "eve", "张伟王芳".repeat(20), "bob".repeat(60)];
    await baseline(...people);
    await unheard(...people);
    for (const columns of [40, 80, 120]) {
      for (const command of ["status", "show"]) {
        const { out } = await onTerminal(["reconcile", command, "--config", seeded.config], { env: ENV, columns });
        assert.match(out, /张伟|missing/);
        for (const line of stripVTControlCharacters(out).split("\n")) {
          assert.ok(displayWidth(line) <= columns || line.startsWith("There are more"), `${columns}: ${line}`);
        }
      }
    }
  });

  it("does not say that nobody is missing where nobody was looked for", async () => {
    const { code, out } = await seeded.command("reconcile", "show");
    assert.equal(code, 0);
    assert.match(out, /^No roster is kept/);
  });

  it("lists page by page, by account", async () => {
    await baseline("ann", "bob", "eve", "leo");
    await unheard("ann", "bob", "eve", "leo");
    const first = await seeded.json("reconcile", "show", "--limit", "3");
    assert.equal(first.missing.length, 3);
    assert.deepEqual(await listed("--after", first.next), [
      ["leo", "held"],
      ["was", "baseline"],
    ]);
    assert.deepEqual((await seeded.command("reconcile", "show", "--after", "gone")).code, 2);
    const other = await seeded.command("reconcile", "show", "--account", "@TOA#_other");
    assert.deepEqual([other.code, other.out], [0, "Nobody is missing.\n"]);
  });
});

describe("reconcile discard", () => {
  it("says the effect, and changes nothing unless somebody says yes", async () => {
    await baseline("ann", "bob", "eve", "leo");
    await unheard("ann", "bob", "eve", "leo");
    const { code, out } = await seeded.command("reconcile", "discard", "--account", NEWS);
    assert.equal(code, 0);
    assert.match(out, /@TOA#_news of app 1400000000: 4 people, held\n/);
    assert.match(out, /Nothing was changed; --yes does it/);
    assert.equal((await listed()).length, 5);
    assert.equal((await seeded.command("reconcile", "discard", "--yes")).code, 2);
  });

  it("takes them off until they subscribe again, sends nobody, and is in the audit by its actor", async () => {
    await baseline("ann", "bob", "eve", "leo");
    await unheard("ann", "bob", "eve", "leo");
    const args = ["reconcile", "discard", "--account", NEWS, "--yes", "--as", "ann"];
    const { code, out } = await seeded.command(...args);
    assert.equal(code, 0);
    assert.match(out, /Took 5 people off the roster\.\n$/);
    assert.deepEqual(await listed(), []);
    await unheard();
    assert.deepEqual(await listed(), []);
    assert.deepEqual(await rig.story("bob"), ["subscribed"]);
    const [row] = (await seeded.json("audit", "list", "--operation", "reconcile_discard")).audit;
    assert.deepEqual([row.actor.name, row.count, row.filter], ["ann", 5, { account: NEWS }]);
    assert.equal((await seeded.command(...args)).code, 1);
  });
});

describe("reconcile run", () => {
  /** Two clocks, by which signatures are judged. */
  beforeEach(() => rig.turn(Date.now() - rig.now() - 3 * HOUR));
  beforeEach(() => configure(`reconcile: { accounts: ["${NEWS}"], hold_above: { people: 3 } }\n`));

  const run = async (...args: string[]) => runUntil(undefined, ...args);
  const runUntil = async (stopsAfter: Promise<unknown> | undefined, ...args: string[]) => {
    await rig.turn(Date.now() - rig.now());
    return onTerminal(["reconcile", "run", ...args, "--config", seeded.config], {
      ...{ env: { ...ENV, CHAT_SECRET_KEY: rig.chat.secretKey }, isTerminal: false },
      ...(stopsAfter && { stopsAfter }),
    });
  };
  const audited = async (operation: string) => (await seeded.json("audit", "list", "--operation", operation)).audit;
  const left = (...users: string[]) => rig.chat.unsubscribe(NEWS, users, { unheard: true });

  it("compares by itself where no bridge does, sends who has left in its actor's name, and says what came of it", async () => {
    await rig.subscribe("ann", "bob", "eve");
    await rig.turn(HOUR);
    const first = await run("--account", NEWS);
    assert.equal(first.code, 0, first.out + first.err);
    assert.match(
      first.out,
      /^This command compares: no bridge[\s\S]*@TOA#_news .* compared for the first time, 3 people/,
    );
    await left("ann");
    // sooner than a quarter of an hour after the last
    const { code, out, err } = await run("--account", NEWS, "--as", "ann");
    assert.equal(code, 0, out + err);
    assert.match(out, /@TOA#_news of app 1400000000: compared, 2 people there, 1 missing, 1 sent, 0 held\n$/);
    assert.deepEqual(await rig.story("ann"), ["subscribed", "healed unsubscribed"]);
    const traced = await seeded.command("trace", "ann");
    // of an event that no callback told
    const [, healed = ""] = traced.out.split("unsubscribed from");
    assert.match(
      healed,
      /found +\S+Z, by comparing with Chat: no callback told of it\n +happened +between \S+ and \S+\n/,
    );
    assert.doesNotMatch(healed, /received|acknowledged/);
    const { events } = await seeded.json("trace", "ann");
    assert.equal(events.at(-1).acknowledged_after_ms, null);
    const [row] = await audited("reconcile_run");
    assert.deepEqual([row.actor.name, row.count, row.filter], ["ann", 1, { account: NEWS }]);
  });

  it("holds who is too many, and says so with its exit code", async () => {
    await rig.subscribe("ann", "bob", "eve", "leo", "max");
    await rig.turn(HOUR);
    assert.equal((await run()).code, 0);
    await left("ann", "bob", "eve", "leo");
    const { code, out } = await run();
    assert.equal(code, 1);
    assert.match(out, /4 missing, 0 sent, 4 held; 4 are missing within a day, more than 3\n/);
  });

  it("shows, dry, whom it would send, changes nothing, and is an operation of its own in the audit", async () => {
    await rig.subscribe("ann", "bob", "eve");
    await rig.turn(HOUR);
    await run();
    await left("ann");
    const before = [await rig.storage.rosterAccounts(), await listed()];
    const { code, out } = await run("--dry-run");
    assert.equal(code, 0, out);
    assert.match(
      out,
      /^This command compares, and changes nothing\.\n@TOA#_news .*: of 1 missing person it would send 1 and hold 0\nUSER/,
    );
    assert.match(out, /\nann +sent +to be asked about +/);
    assert.deepEqual([await rig.storage.rosterAccounts(), await listed()], before);
    assert.deepEqual(await rig.story("ann"), ["subscribed"]);
    const [row] = await audited("reconcile_dry_run");
    assert.equal(row.count, 0);
    const status = await seeded.command("reconcile", "status");
    assert.equal(status.code, 0, status.out);
    assert.match(status.out, /dry run: 1 missing; nothing was changed/);
    const { accounts } = JSON.parse((await run("--dry-run", "--json")).out);
    assert.deepEqual([accounts[0].tag, accounts[0].told[0].user, accounts[0].told[0].would], ["dry", "ann", "healed"]);
  });

  it("shows, dry, whom it would hold", async () => {
    await rig.subscribe("ann", "bob", "eve", "leo", "max");
    await rig.turn(HOUR);
    await run();
    await left("ann", "bob", "eve", "leo");
    const { code, out } = await run("--dry-run");
    assert.equal(code, 1);
    assert.match(out, /of 4 missing people it would send 0 and hold 4; 4 are missing/);
    assert.match(out, /\nann +held +/);
    assert.deepEqual(await listed(), []);
  });

  it("compares no account that nobody knows", async () => {
    const unknown = await run("--account", "@TOA#_News");
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /No roster of "@TOA#_News" is kept/);
    await rig.subscribe("ann");
    await rig.storage.followEvents(9);
    const other = await run("--app", "1400000001");
    assert.equal(other.code, 2);
    assert.match(other.err, /No official account of app 1400000001 is known/);
    assert.deepEqual(await rig.storage.passes({ limit: 9 }), []);
  });

  /** Kept for another app, whose `rest` is gone from the settings since. */
  const ofAnother = { app: "1400000009", account: "@TOA#_other" };

  it("compares those whom Chat can be asked about, though it cannot about others", async () => {
    await rig.subscribe("ann");
    await rig.turn(HOUR);
    await rig.storage.keepRoster([{ app: "1400000000", account: NEWS }, ofAnother]);
    const { code, out, err } = await run("--dry-run");
    assert.equal(code, 1, err);
    assert.match(out, /@TOA#_news of app 1400000000: it was never compared/);
    assert.match(out, /@TOA#_other of app 1400000009: not compared: Chat cannot be asked about app 1400000009/);
  });

  it("ends at Ctrl-C, and leaves the account to whoever comes next", async () => {
    await rig.subscribe("ann");
    await rig.turn(HOUR);
    rig.chat.fail("hang", { when: ({ path }) => path.includes("get_subscriber_info") });
    const { code, out } = await runUntil(rig.chat.hung(), "--dry-run");
    assert.equal(code, 1);
    assert.match(out, /stopped/);
    assert.equal((await rig.storage.passes({ limit: 1 }))[0]?.state, "void");
  });
});

describe("reconcile release", () => {
  /** Two clocks, by which signatures are judged. */
  beforeEach(() => rig.turn(Date.now() - rig.now() - 3 * HOUR));
  beforeEach(() => configure(`reconcile: {}\n`));

  const release = async (...args: string[]) => {
    await rig.turn(Date.now() - rig.now());
    const env = { CHAT_SECRET_KEY: rig.chat.secretKey };
    return seeded.withEnv(env, "reconcile", "release", "--account", NEWS, ...args);
  };

  it("asks Chat about each again, and sends only who is confirmed anew, in the name of its actor", async () => {
    await baseline("ann", "bob", "eve", "leo");
    await unheard("ann", "bob", "eve", "leo");
    await rig.chat.subscribe(NEWS, ["bob"], { unheard: true });
    const before = await release();
    assert.equal(before.code, 0);
    assert.match(before.out, /4 people, held\n[\s\S]*Chat is asked about each[\s\S]*Nothing was changed/);
    assert.deepEqual(await rig.story("ann"), ["subscribed"]);
    const { code, out, err } = await release("--yes", "--as", "ann");
    assert.equal(code, 0, out + err);
    assert.match(out, /4 sent, 1 there/);
    assert.deepEqual(await rig.story("ann"), ["subscribed", "healed unsubscribed"]);
    assert.deepEqual(await rig.story("was"), ["subscribed", "healed unsubscribed"]);
    assert.deepEqual(await rig.story("bob"), ["subscribed"]);
    assert.deepEqual(await listed(), []);
    const [row] = (await seeded.json("audit", "list", "--operation", "reconcile_release")).audit;
    assert.deepEqual([row.actor.name, row.count, row.filter], ["ann", 4, { account: NEWS }]);
  });

  it("is in the audit though nobody was sent", async () => {
    await baseline();
    await rig.chat.subscribe(NEWS, ["was"], { unheard: true });
    assert.match((await release("--yes", "--as", "ann")).out, /0 sent, 1 there/);
    const [row] = (await seeded.json("audit", "list", "--operation", "reconcile_release")).audit;
    assert.deepEqual([row.actor.name, row.count, row.filter], ["ann", 0, { account: NEWS }]);
  });

  it("sends nobody where Chat does not answer, or nothing says how to ask it", async () => {
    await baseline();
    rig.chat.refuse(70402);
    const refused = await release("--yes");
    assert.equal(refused.code, 1);
    assert.match(refused.out, /nobody was asked about: .*70402/);
    await configure("");
    const unasked = await release("--yes");
    assert.equal(unasked.code, 2);
    assert.match(unasked.err, /`reconcile` does not stand in the configuration/);
    assert.deepEqual(await rig.story("was"), ["subscribed"]);
    assert.deepEqual(await listed(), [["was", "baseline"]]);
  });
});

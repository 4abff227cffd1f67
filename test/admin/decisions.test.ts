/** What the gate and the listener decide, each decision by itself. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openAllowances } from "../../src/admin/allowances.ts";
import { ANYBODY_HERE, type Identity } from "../../src/admin/identity.ts";
import { localEntrance } from "../../src/admin/local-entrance.ts";
import { objection, objectionTo } from "../../src/admin/objections.ts";
import { linkBelow } from "../../src/admin/route.ts";
import { openAdminTrouble } from "../../src/admin/trouble.ts";
import type { Visitor } from "../../src/admin/visitor.ts";

const account = (name: string): Visitor => ({
  tag: "account",
  account: { name, role: "viewer", token: "never shown", proven: true } as unknown as Extract<
    Visitor,
    { tag: "account" }
  >["account"],
});
const STRANGER: Visitor = { tag: "stranger", identity: undefined };
const at = (network: string) => ({ network });

describe("who asks too often", () => {
  it("is an account by its name, wherever it comes from, and nobody else for it", () => {
    const allowances = openAllowances(() => 0);
    for (let n = 0; n < 20; n += 1) assert.equal(allowances.tooOften(account("ops"), at(`network-${n}`)), undefined);
    const tooOften = allowances.tooOften(account("ops"), at("another"));
    assert.deepEqual([tooOften?.lane, /20 requests a second/.test(tooOften?.words ?? "")], ["known", true]);
    assert.equal(allowances.tooOften(account("viewer"), at("another")), undefined);
    assert.equal(allowances.tooOften(STRANGER, at("another")), undefined);
  });

  it("is an address of strangers, and never an account that shares it", () => {
    const allowances = openAllowances(() => 0);
    for (let n = 0; n < 20; n += 1) assert.equal(allowances.tooOften(STRANGER, at("a")), undefined);
    assert.equal(allowances.tooOften(STRANGER, at("a"))?.lane, "strangers");
    assert.equal(allowances.tooOften(STRANGER, at("b")), undefined);
    assert.equal(allowances.tooOften(account("ops"), at("a")), undefined);
  });

  it("has its requests back after a second, and its guesses after ten minutes", () => {
    let now = 0;
    const allowances = openAllowances(() => now);
    for (let n = 0; n < 20; n += 1) allowances.tooOften(STRANGER, at("a"));
    const guesses = Array.from({ length: 11 }, () => allowances.mayGuess(at("a")));
    assert.deepEqual([guesses.indexOf(false), allowances.mayGuess(at("b"))], [10, true]);
    now = 1_000;
    assert.equal(allowances.tooOften(STRANGER, at("a")), undefined);
    assert.equal(allowances.mayGuess(at("a")), false);
    now = 600_000;
    assert.equal(allowances.mayGuess(at("a")), true);
  });

  it("is not who shows a wrong token: that is a guess", () => {
    const allowances = openAllowances(() => 0);
    for (let n = 0; n < 50; n += 1) assert.equal(allowances.tooOften({ tag: "wrongToken" }, at("a")), undefined);
  });
});

describe("an objection", () => {
  const link = linkBelow("/bridge");
  const asking = (headers: Record<string, string> = {}, method = "GET") => ({
    ...{ method, headers: new Headers(headers), url: "http://localhost:8081/bridge/viewer" },
  });
  const viewer: Identity = { name: "ann", role: "viewer", proven: true };
  const against = (least: Parameters<typeof objection>[0]["least"], identity?: Identity, request = asking()) =>
    objection({ least }, request, identity, link);

  it("is there for whoever lacks the role, by name where it is proven", async () => {
    assert.equal(against("viewer", viewer), undefined);
    assert.equal(against("metrics", viewer), undefined);
    const refused = against("operator", viewer);
    assert.equal(refused?.status, 403);
    assert.match((await refused?.text()) ?? "", /the role operator; ann is viewer/);
  });

  it("asks for a login where nobody has proven who they are", () => {
    assert.equal(against("metrics", ANYBODY_HERE), undefined);
    assert.equal(against("viewer", ANYBODY_HERE)?.headers.get("www-authenticate"), "Bearer");
    assert.equal(against("metrics")?.status, 401);
  });

  it("sends a browser to the login page, below the base path, and no program", () => {
    const html = { accept: "text/html,*/*" };
    const page = against("viewer", undefined, asking(html));
    assert.deepEqual([page?.status, page?.headers.get("location")], [303, "/bridge/login?back=%2Fbridge%2Fviewer"]);
    assert.equal(against("viewer", undefined, asking(html, "POST"))?.status, 401);
    assert.equal(against("viewer", undefined, asking({ accept: "*/*" }))?.status, 401);
  });

  it("is never there on a route for anyone", () => {
    assert.equal(against("anyone"), undefined);
  });
});

describe("a request that nobody should answer", () => {
  const request = (headers: Record<string, string>, method = "GET") =>
    new Request("http://127.0.0.1:8081/", { method, headers });
  const fault = (headers: Record<string, string>, isLocal: boolean, method?: string) =>
    objectionTo(request(headers, method), { host: headers.host ?? "" }, { isLocal })?.status;

  it("names another host where there are no accounts", () => {
    assert.equal(fault({ host: "evil.example" }, true), 421);
    assert.equal(fault({ host: "evil.example" }, false), undefined);
    assert.equal(fault({ host: "localhost:8081" }, true), undefined);
  });

  it("changes something for another site's page", () => {
    const headers = { host: "bridge.example", origin: "https://evil.example" };
    assert.equal(fault(headers, false, "POST"), 403);
    assert.equal(fault(headers, false), undefined);
    assert.equal(fault({ ...headers, origin: "https://bridge.example" }, false, "POST"), undefined);
  });
});

describe("the entrance for those on this machine", () => {
  it("is a file that is written once, and goes with whoever has written it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-admin-"));
    try {
      const file = join(folder, "bridge.db.admin");
      const [mine, others] = [localEntrance(file, "mine"), localEntrance(file, "others")];
      await mine.open("http://127.0.0.1:1");
      assert.deepEqual(JSON.parse(await readFile(file, "utf8")), { url: "http://127.0.0.1:1", token: "mine" });
      await others.close();
      assert.match(await readFile(file, "utf8"), /mine/);
      await writeFile(file, "as somebody has left it");
      await mine.open("http://127.0.0.1:1");
      assert.equal(await readFile(file, "utf8"), "as somebody has left it");
      await mine.close();
      await assert.rejects(readFile(file), /ENOENT/);
      await mine.open("http://127.0.0.1:2");
      assert.equal(JSON.parse(await readFile(file, "utf8")).url, "http://127.0.0.1:2");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("trouble of the listener", () => {
  function setUp() {
    const said: string[] = [];
    let changes = 0;
    const say = ({ fact, reason }: Record<string, unknown>) =>
      void said.push([fact, reason].filter(Boolean).join(": "));
    const trouble = openAdminTrouble({ error: say, info: say }, () => {
      changes += 1;
    });
    return { trouble, said, changes: () => changes };
  }

  it("is one line, however often it is tried, and another one when it is another", () => {
    const { trouble, said, changes } = setUp();
    for (const words of ["taken", "taken", "refused"]) trouble.latest(words, true);
    assert.deepEqual(said, ["admin.unavailable: taken", "admin.unavailable: refused"]);
    assert.deepEqual([changes(), trouble.words()], [2, "refused"]);
  });

  it("is said to be over once, and not where nobody wants a listener any more", () => {
    for (const isWanted of [true, false]) {
      const { trouble, said, changes } = setUp();
      trouble.latest(undefined, isWanted);
      assert.equal(changes(), 0);
      trouble.latest("taken", true);
      trouble.latest(undefined, isWanted);
      assert.deepEqual(
        [said.slice(1), changes(), trouble.words()],
        [isWanted ? ["admin.recovered"] : [], 2, undefined],
      );
    }
  });
});

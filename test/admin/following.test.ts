/** Asking a bridge about a person from beside it: also while it is started again, or shows nothing. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { openFollowing } from "../../src/admin/following.ts";
import { tokenFileOf, writeTokenFile } from "../../src/admin/token-file.ts";
import type { Config } from "../../src/config/checked-config.ts";
import type { AdminSettings } from "../../src/config/schema.ts";

const ADMIN: AdminSettings = { host: "127.0.0.1", port: 0, base_path: "/", accounts: [], trusted_proxies: [] };

describe("following a person from beside the bridge", () => {
  let folder = "";
  let server: Server;
  let asked: string[] = [];
  let answer: { readonly status: number; readonly body: unknown } = { status: 200, body: {} };
  const storage = () => ({ url: `sqlite:${join(folder, "bridge.db")}`, spool: join(folder, "spool") });
  const config = (admin: AdminSettings | false = ADMIN) => ({ admin, storage: storage() }) as unknown as Config;
  const look = (following: ReturnType<typeof openFollowing>, status: number, body: unknown) => {
    answer = { status, body };
    return following.look();
  };
  const steps = (era: string, next: number) => ({ era, steps: [{ seq: next }], missed: 0, next });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unsub-bridge-following-"));
    server = createServer(({ url = "", headers }, response) => {
      asked.push(`${headers.authorization} ${url}`);
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await writeTokenFile(tokenFileOf(config().storage), { url, token: "token-of-this-start" });
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    asked = [];
  });

  it("goes on from where it was, and from the beginning with a bridge that was started again", async () => {
    const following = openFollowing(config(), "a b");
    const seen = await look(following, 200, steps("first", 7));
    assert.equal(seen.tag === "seen" && seen.steps.length, 1);
    await look(following, 200, steps("second", 2));
    await look(following, 200, steps("second", 3));
    assert.deepEqual(
      asked,
      [0, 7, 0].map((after) => `Bearer token-of-this-start /exchanges?user=a+b&after=${after}`),
    );
  });

  const UNSEEN: readonly (readonly [name: string, status: number, body: unknown, why: RegExp])[] = [
    ["refuses", 503, { error: "too many persons are followed already" }, /answers 503$/],
    ["is of a release that knows nothing of it", 404, {}, /answers 404$/],
    ["answers something else", 200, { hello: "there" }, /answers 200$/],
  ];
  for (const [name, status, body, why] of UNSEEN) {
    it(`says why nothing is seen where the listener ${name}, and may be asked again`, async () => {
      const following = openFollowing(config(), "jared");
      const unseen = await look(following, status, body);
      assert.match(unseen.tag === "unseen" ? unseen.why : "it was seen", why);
      assert.equal((await look(following, 200, steps("first", 1))).tag, "seen");
    });
  }

  it("says so where there is no listener", async () => {
    const off = await openFollowing(config(false), "jared").look();
    assert.deepEqual(off, { tag: "unseen", why: "the configuration says `admin: false`" });
    const elsewhere = { admin: ADMIN, storage: { ...storage(), url: `sqlite:${join(folder, "other.db")}` } };
    const none = await openFollowing(elsewhere as unknown as Config, "jared").look();
    assert.match(none.tag === "unseen" ? none.why : "", /no bridge with an admin listener runs on this machine/);
  });
});

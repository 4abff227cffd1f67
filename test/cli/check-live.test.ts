import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type HubSpotSandbox, startHubSpotSandbox } from "../../connectors/hubspot/sandbox.ts";
import { startSandbox } from "../../connectors/kit/sandbox.ts";
import { type SegmentSandbox, startSegmentSandbox } from "../../connectors/segment/sandbox.ts";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { judgeClock } from "../../src/operations/checks/machine.ts";
import { type Folder, inFolder } from "./folder.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const HUBSPOT_TOKEN = "pat-canary-hubspot-token";
const SEGMENT_KEY = "canary-segment-write-key";
const ENV = { TOKEN: "canary-chat-token", SECRET, HUBSPOT_TOKEN, SEGMENT_KEY };

describe("check --live", () => {
  let hubspot: HubSpotSandbox;
  let segment: SegmentSandbox;
  let webhook: WebhookSandbox;
  before(async () => {
    [hubspot, segment, webhook] = await Promise.all([
      startHubSpotSandbox({ token: HUBSPOT_TOKEN, contacts: ["jared"] }),
      startSegmentSandbox({ writeKeys: [SEGMENT_KEY] }),
      startWebhookSandbox({ secret: SECRET }),
    ]);
  });
  after(() => Promise.all([hubspot.close(), segment.close(), webhook.close()]));

  const yaml = (set = 'chat_subscription: "{{ event }}"', property = "chat_user_id") => `chat:
  apps: [{ sdk_app_id: 1400000000, token: "\${TOKEN}" }]
connectors:
  crm:
    type: hubspot
    access_token: \${HUBSPOT_TOKEN}
    base_url: ${hubspot.url}
    match: { property: ${property} }
    set: { ${set} }
  analytics: { type: segment, write_key: "\${SEGMENT_KEY}", host: "${segment.url}" }
  partner:
    type: webhook
    url: ${webhook.url}/unsubscribes
    secret: \${SECRET}
    allow_http: true
    allow_private_network: true
`;

  async function live(folder: Folder, text: string, env: Record<string, string> = ENV, args: string[] = []) {
    await folder.write("bridge.yaml", text);
    return folder.run(["check", "--live", "--config", "bridge.yaml", ...args], { env });
  }

  it("asks every destination, the disk and the clock, and is content", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", yaml());
      const { code, out, err } = await folder.spawn(["check", "--live", "--config", "bridge.yaml"], { env: ENV });
      assert.equal(code, 0, out + err);
      for (const line of [
        "  ✓ the access token is valid, for HubSpot account 4711",
        "  ✓ the token has the scopes crm.objects.contacts.read, crm.objects.contacts.write, crm.schemas.contacts.read",
        '  ✓ "chat_user_id" is unique (string): 100 contacts are found by one request',
        '  ✓ 1 contact carries a value in "chat_user_id"',
        `  ✓ ${segment.url}/v1/batch answers a batch without events (HTTP 200)`,
        "  ✓ requests are signed; only a real event shows whether the receiver knows the secret",
        `  ✓ the store can be written: ${join(folder.path, "data/bridge.db")} (made when it is needed)`,
        `  ✓ the clock agrees with ${new URL(hubspot.url).host}`,
      ]) {
        assert.ok(out.includes(`${line}\n`), `${line}\nis missing in\n${out}`);
      }
      assert.doesNotMatch(out, /✗/);
    });
  });

  it("changes nothing over there", async () => {
    await inFolder(async (folder) => {
      await live(folder, yaml());
      assert.deepEqual(hubspot.contactOf("jared")?.chat_subscription, undefined);
      assert.ok(!hubspot.requests.some(({ path }) => /batch\/(update|create)/.test(path)));
      assert.deepEqual(new Set(webhook.requests.map(({ method }) => method)), new Set(["OPTIONS"]));
    });
  });

  it("takes the time from one that sends elsewhere as well, and follows it nowhere", async () => {
    const elsewhere = await startSandbox(() => ({ status: 200 }));
    const moved = await startSandbox(() => ({ status: 302, headers: { location: `${elsewhere.url}/` } }));
    try {
      await inFolder(async (folder) => {
        const analytics = `{ type: segment, write_key: "\${SEGMENT_KEY}", host: "${moved.url}" }`;
        const apps = '[{ sdk_app_id: 1400000000, token: "${TOKEN}" }]';
        const { out } = await live(folder, `chat: { apps: ${apps} }\nconnectors:\n  analytics: ${analytics}\n`);
        assert.ok(out.includes(`  ✓ the clock agrees with ${new URL(moved.url).host}\n`), out);
        assert.ok(moved.requests.some(({ method }) => method === "HEAD"));
        assert.equal(elsewhere.count, 0);
      });
    } finally {
      await moved.close();
      await elsewhere.close();
    }
  });

  it("says what is not well, what to do, and where it stands in the file", async () => {
    await inFolder(async (folder) => {
      const { code, out } = await live(folder, yaml('chat_subscripton: "{{ event }}"'));
      assert.equal(code, 1);
      assert.match(
        out,
        / {2}✗ HubSpot has no contact property "chat_subscripton"; did you mean "chat_subscription"\?\n {6}→ correct the name, .+\n {8}bridge\.yaml:9:30 connectors\.crm\.set\.chat_subscripton\n/,
      );
      assert.match(out, /✗ not everything is well\n$/);
    });
  });

  it("tells a refused token from a destination that is not there", async () => {
    await inFolder(async (folder) => {
      const refused = await live(folder, yaml(), { ...ENV, HUBSPOT_TOKEN: "pat-canary-wrong-token" });
      assert.equal(refused.code, 1);
      assert.match(refused.out, /✗ .+401[\s\S]+bridge\.yaml:6:19 connectors\.crm\.access_token/);
      const absent = await startHubSpotSandbox();
      await absent.close();
      const gone = await live(folder, yaml().replace(hubspot.url, absent.url));
      assert.match(gone.out, /✗ http:\/\/127\.0\.0\.1:\d+: .*nothing listens there \(connection refused\)/);
    });
  });

  it("gives the same as JSON", async () => {
    await inFolder(async (folder) => {
      const { code, out } = await live(folder, yaml("nothing_like_it: x"), ENV, ["--json"]);
      assert.equal(code, 1);
      const { ok, findings } = JSON.parse(out);
      assert.equal(ok, false);
      const bad = findings.filter(({ state }: { state: string }) => state === "bad");
      assert.deepEqual(
        bad.map(({ about, place }: { about: string; place: string }) => [about, place]),
        [["connectors.crm", "bridge.yaml:9:29 connectors.crm.set.nothing_like_it"]],
      );
    });
  });

  it("shows no secret, whatever is wrong", async () => {
    await inFolder(async (folder) => {
      const runs = [
        await live(folder, yaml()),
        await live(folder, yaml("x: y"), ENV, ["--json"]),
        await live(folder, yaml(), {
          ...ENV,
          HUBSPOT_TOKEN: "pat-canary-other-token",
          SEGMENT_KEY: "canary-other-key",
        }),
      ];
      for (const { out, err } of runs) {
        assert.doesNotMatch(out + err, /canary/);
        assert.ok(!(out + err).includes(SECRET));
        assert.ok(!(out + err).includes(Buffer.from(`${SEGMENT_KEY}:`).toString("base64")));
      }
    });
  });

  it("shows no half of a secret where a long answer that repeats it is cut", async () => {
    const key = "canary7f3d9a1c5e8b2d4f6a";
    const parrot = await startSandbox(({ headers }) => {
      const { authorization } = headers;
      return { status: 403, body: { error: "x y".padEnd(165, "z"), sent: authorization } };
    });
    try {
      await inFolder(async (folder) => {
        const { out } = await live(
          folder,
          `chat: { apps: [{ sdk_app_id: 1400000000, token: "\${TOKEN}" }] }
connectors:
  loyalty:
    type: http
    url: ${parrot.url}/x
    auth: { bearer: "\${LOYALTY}" }
    body: { user: "{{ user_id }}" }
    answers: [{ status: 200, body: ignored, means: delivered }]
    check: { url: "${parrot.url}/me" }
    allow_http: true
    allow_private_network: true
`,
          { ...ENV, LOYALTY: key },
        );
        assert.match(out, /answers HTTP 403/);
        for (let end = 6; end <= key.length; end += 1) assert.ok(!out.includes(key.slice(0, end)), out);
      });
    } finally {
      await parrot.close();
    }
  });

  it("says that a file stands where a folder should be", async () => {
    await inFolder(async (folder) => {
      await folder.write("data", "a file");
      const { code, out } = await live(folder, yaml());
      assert.equal(code, 1);
      const file = join(folder.path, "data");
      assert.ok(
        out.includes(`✗ the store cannot be written, ${file}/bridge.db: ${file} is a file, and a folder is needed`),
      );
      assert.match(out, /\n {8}bridge\.yaml storage\.url\n/);
    });
  });

  it("says that a folder stands where a file should be", async () => {
    await inFolder(async (folder) => {
      const text = `${yaml()}dead_letters: { file: letters }\n`;
      await mkdir(join(folder.path, "letters"));
      const { code, out } = await live(folder, text);
      assert.equal(code, 1);
      const words = `✗ the dead-letter file cannot be written, ${join(folder.path, "letters")}: it is a folder, and a file is needed`;
      assert.ok(out.includes(words), out);
    });
  });

  it("warns of certificates that nobody checks, and names one that cannot be read", async () => {
    await inFolder(async (folder) => {
      const env = { ...ENV, NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_EXTRA_CA_CERTS: "/nowhere/ca.pem" };
      const { code, out } = await live(folder, yaml(), env);
      assert.equal(code, 1);
      assert.match(out, /✗ NODE_TLS_REJECT_UNAUTHORIZED=0: certificates are not checked/);
      assert.match(out, /✗ NODE_EXTRA_CA_CERTS: \/nowhere\/ca\.pem cannot be read/);
    });
  });

  it("names the proxy that requests go through, without its password", async () => {
    await inFolder(async (folder) => {
      const env = { ...ENV, HTTPS_PROXY: "http://me:canary-pw@proxy.example:3128", NO_PROXY: "127.0.0.1" };
      const { out } = await live(folder, yaml(), env);
      assert.match(out, /✓ requests go through the proxy proxy\.example:3128 \(not for 127\.0\.0\.1\)/);
      assert.doesNotMatch(out, /canary/);
    });
  });
});

describe("the clock", () => {
  for (const [ahead, ok, what] of [
    [400, true, "the clock agrees with a.example"],
    [-8_000, "warning", "this machine's clock is 8 s behind a.example"],
    [
      45_000,
      "warning",
      "this machine's clock is 45 s ahead of a.example: callbacks may be refused (`chat.max_clock_skew` is 1 min)",
    ],
    [
      -90_000,
      false,
      "this machine's clock is 1 min 30 s behind a.example: callbacks may be refused (`chat.max_clock_skew` is 1 min)",
    ],
  ] as const) {
    it(`that is ${ahead} ms ahead is judged by what callbacks allow`, () => {
      const line = judgeClock(ahead, "a.example", 60_000);
      assert.deepEqual({ ok: line.ok, what: line.what }, { ok, what });
    });
  }
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type HubSpotSandbox, startHubSpotSandbox } from "../../connectors/hubspot/sandbox.ts";
import { commandOf, eventId } from "../../src/callback.ts";
import { loadConfig } from "../../src/config/load.ts";
import { previewEvent } from "../../src/operations/preview.ts";
import { type Folder, inFolder } from "./folder.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ENV = {
  TOKEN: "canary-chat-token",
  SECRET,
  HUBSPOT: "pat-canary-token",
  SEGMENT: "canary-write-key",
  BEARER: "canary-bearer",
};

const yaml = (baseUrl = "https://api.hubapi.com") => `chat:
  apps: [{ sdk_app_id: 1400000000, token: "\${TOKEN}" }]
connectors:
  crm:
    type: hubspot
    access_token: \${HUBSPOT}
    base_url: ${baseUrl}
    match: { property: chat_user_id }
    set: { chat_subscription: "{{ event }}" }
    events: [unsubscribed, subscribed]
  analytics: { type: segment, write_key: "\${SEGMENT}", region: eu, except: { by_admin: true } }
  partner:
    type: webhook
    url: https://partner.example/unsubscribes
    secret: \${SECRET}
    headers: { authorization: "Bearer \${BEARER}" }
    only: { official_account: ["@TOA#_news"] }
    enabled: false
`;

interface Shown {
  readonly connector: string;
  readonly tag: string;
  readonly reason?: string;
  readonly requests?: readonly { method: string; url: string; body: unknown; note?: string }[];
}

/** A connector of one's own that shows what it should not. */
const OWN = `import { Secret, Type } from ${JSON.stringify(join(import.meta.dirname, "../../src/connector.ts"))};
export const connector = {
  type: "mine", summary: "s", settings: Type.Object({ token: Secret({ description: "t", examples: ["x"] }) }), example: "",
  largestBatch: () => 1, concurrency: 1, budgets: {}, writes: "fact", destination: () => "x", account: () => "x",
  open: ({ token }) => ({
    deliver: async () => undefined,
    check: async () => [],
    async preview([{ event }]) {
      if (event.user === "throws") throw new Error("not with " + token);
      const body = { [token]: [token], text: "before " + token };
      return [{ method: "POST", url: "https://a.example/" + token, headers: { "x-key": token }, body, note: token }];
    },
  }),
};
`;

/** `preview … --json`, by connector. */
async function preview(
  folder: Folder,
  args: readonly string[],
  text = yaml(),
  more: Readonly<Record<string, string>> = {},
): Promise<Record<string, Shown>> {
  await folder.write("bridge.yaml", text);
  const env = { ...ENV, ...more };
  const { out, err } = await folder.run(["preview", "--config", "bridge.yaml", "--json", ...args], { env });
  assert.equal(err, "");
  return Object.fromEntries((JSON.parse(out).connectors as Shown[]).map((each) => [each.connector, each]));
}

describe("preview", () => {
  it("shows method, address, headers and body of each connector, secrets hidden", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", yaml());
      const args = ["preview", "--config", "bridge.yaml", "--user", "jared", "--official-account", "@TOA#_news"];
      const { code, out, err } = await folder.spawn(args, { env: ENV });
      assert.deepEqual({ code, err }, { code: 0, err: "" });
      for (const line of [
        "crm (hubspot)",
        "  POST https://api.hubapi.com/crm/objects/2026-09/contacts/batch/update",
        "  authorization: Bearer (access token)",
        '          "chat_subscription": "unsubscribed"',
        "analytics (segment)",
        "  POST https://events.eu1.segmentapis.com/v1/batch",
        "partner (webhook)",
        "  switched off: waits until `enabled` is true",
        "  POST https://partner.example/unsubscribes",
        "  authorization: (hidden)",
        "  webhook-signature: (signed at the time of sending)",
        '      "user_id": "jared",',
      ]) {
        assert.ok(out.includes(`${line}\n`), `${line}\nis missing in\n${out}`);
      }
      assert.doesNotMatch(out, /canary/);
      assert.ok(!out.includes(SECRET));
    });
  });

  it("shows each delivery under the id that it would really have", async () => {
    await inFolder(async (folder) => {
      await folder.write(
        "bridge.yaml",
        `${yaml()}  renamed: { type: segment, write_key: "\${SEGMENT}", was: crm_of_old }\n`,
      );
      const args = [
        "preview",
        "--config",
        "bridge.yaml",
        "--json",
        "--user",
        "jared",
        "--official-account",
        "@TOA#_news",
      ];
      const { out } = await folder.run(args, { env: ENV });
      const { event, connectors } = JSON.parse(out) as {
        event: { id: string; app: string; official_account: string; user: string; event_time: string };
        connectors: { connector: string; requests: { headers: Record<string, string>; body: unknown }[] }[];
      };
      const { app, official_account: account, user, event_time } = event;
      assert.equal(event.id, eventId(app, commandOf("unsubscribed"), account, user, Date.parse(event_time)));
      const request = (name: string) => connectors.find(({ connector }) => connector === name)?.requests.at(-1);
      const messageIdOf = (name: string) =>
        (request(name)?.body as { batch: { messageId: string }[] } | undefined)?.batch[0]?.messageId;
      assert.equal(request("partner")?.headers["webhook-id"], `${event.id}:partner`);
      assert.equal(messageIdOf("analytics"), `${event.id}:analytics`);
      assert.equal(messageIdOf("renamed"), `${event.id}:crm_of_old`);
      assert.ok(JSON.stringify(request("crm")?.body).includes(`"objectWriteTraceId":"${event.id}:crm"`));
    });
  });

  it("says why a connector skips it", async () => {
    await inFolder(async (folder) => {
      const args = ["--user", "jared", "--official-account", "@TOA#_promo", "--operator", "admin"];
      const { crm, analytics, partner } = await preview(folder, args);
      assert.equal(crm?.tag, "sent");
      assert.deepEqual([analytics?.tag, analytics?.reason], ["skipped", "`except.by_admin` names true"]);
      assert.deepEqual(
        [partner?.tag, partner?.reason],
        ["skipped", '`only.official_account` does not name "@TOA#_promo"'],
      );
      await folder.write("bridge.yaml", yaml());
      const { code, out } = await folder.run(["preview", "--config", "bridge.yaml", ...args], { env: ENV });
      assert.equal(code, 0);
      assert.match(out, /\nanalytics \(segment\): skipped, `except\.by_admin` names true\n/);
    });
  });

  it("can be of a subscription, of one connector, of another app and platform", async () => {
    await inFolder(async (folder) => {
      const one = await preview(folder, ["--user", "jared", "--subscribed", "--connector", "crm"]);
      assert.deepEqual(Object.keys(one), ["crm"]);
      assert.match(JSON.stringify(one.crm?.requests), /"chat_subscription":"subscribed"/);
      const body = 'body: { app: "{{ app_id }}", platform: "{{ platform }}" }';
      const other = await preview(
        folder,
        [
          "--user",
          "jared",
          "--connector",
          "partner",
          "--app",
          "1",
          "--platform",
          "Web",
          "--official-account",
          "@TOA#_news",
        ],
        `${yaml()}    ${body}\n`,
      );
      assert.deepEqual(other.partner?.requests?.[0]?.body, { app: "1", platform: "Web" });
    });
  });

  it("knows no connector of another name, and suggests one", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", yaml());
      const args = ["preview", "--config", "bridge.yaml", "--user", "jared", "--connector", "partnr"];
      const { code, err } = await folder.run(args, { env: ENV });
      assert.deepEqual({ code, err }, { code: 2, err: 'There is no connector "partnr"; did you mean "partner"?\n' });
    });
  });

  it("shows no secret that a connector of one's own puts into an address, a header, a body, a note or an error", async () => {
    await inFolder(async (folder) => {
      await folder.write("mine.ts", OWN);
      const text = `${yaml()}  mine: { type: ./mine.ts, token: "\${OWN}" }\n`;
      for (const user of ["jared", "throws"]) {
        const args = ["--user", user, "--connector", "mine"];
        const { mine } = await preview(folder, args, text, { OWN: "canary-of-my-own" });
        assert.equal(mine?.tag, user === "throws" ? "failed" : "sent");
        assert.doesNotMatch(JSON.stringify(mine), /canary/);
        // what pages and the API are handed is not hidden once more
        const loaded = await loadConfig(join(folder.path, "bridge.yaml"), { ...ENV, OWN: "canary-of-my-own" });
        assert.ok(loaded.ok);
        const question = { user, officialAccount: "@TOA#_news", platform: "iOS", connector: "mine" };
        const shown = (await previewEvent(loaded.config, question, "0")).connectors.map(({ found }) => found);
        assert.match(JSON.stringify(shown), /\*\*\*/);
        assert.doesNotMatch(JSON.stringify(shown), /canary/);
        const plain = ["preview", "--config", "bridge.yaml", ...args];
        const { out, err } = await folder.run(plain, { env: { ...ENV, OWN: "canary-of-my-own" } });
        assert.match(out, /mine \(mine\)/);
        assert.doesNotMatch(out + err, /canary/);
      }
    });
  });

  it("shows a user id that would steer the terminal without doing so", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", yaml());
      const args = ["preview", "--config", "bridge.yaml", "--user", "evil\u001b]0;title\u0007\u202euser"];
      const { out } = await folder.run(args, { env: ENV });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      assert.doesNotMatch(out, /[\u0000-\u0008\u000b-\u001f\u202e]/);
    });
  });
});

describe("preview of an event of which Chat does not say who did it", () => {
  it("shows what is sent, and which condition could not be applied", async () => {
    await inFolder(async (folder) => {
      const { analytics } = await preview(folder, ["--user", "jared", "--operator", ""]);
      assert.equal(analytics?.tag, "sent");
      assert.match(JSON.stringify(analytics), /"operator":"","by_admin":false/);
      const args = ["preview", "--config", "bridge.yaml", "--user", "jared", "--operator", ""];
      const { out } = await folder.run(args, { env: ENV });
      assert.match(
        out,
        /\(`except.by_admin` could not be applied, since Chat did not say who did it: sent all the same\)/,
      );
    });
  });
});

describe("preview --live", () => {
  let hubspot: HubSpotSandbox;
  before(async () => {
    hubspot = await startHubSpotSandbox({ token: ENV.HUBSPOT, contacts: ["jared"] });
  });
  after(() => hubspot.close());

  it("looks the contact up, and writes nothing", async () => {
    await inFolder(async (folder) => {
      const [id] = [...hubspot.contacts.keys()];
      const args = ["--user", "jared", "--connector", "crm"];
      const { crm } = await preview(folder, [...args, "--live"], yaml(hubspot.url));
      assert.match(JSON.stringify(crm?.requests), new RegExp(`"id":"${id}"`));
      assert.match(crm?.requests?.[0]?.note ?? "", new RegExp(`jared: contact ${id}`));
      assert.equal(hubspot.contactOf("jared")?.chat_subscription, undefined);
      const { length } = hubspot.requests;
      await preview(folder, args, yaml(hubspot.url));
      assert.equal(hubspot.requests.length, length, "without --live nobody is asked");
    });
  });

  it("says so when the look-up fails, with an exit code", async () => {
    await inFolder(async (folder) => {
      await folder.write("bridge.yaml", yaml(hubspot.url));
      const args = ["preview", "--config", "bridge.yaml", "--user", "jared", "--connector", "crm", "--live"];
      const { code, out } = await folder.run(args, { env: { ...ENV, HUBSPOT: "pat-canary-other" } });
      assert.equal(code, 1);
      assert.match(out, /^crm \(hubspot\): cannot be shown, /);
      assert.doesNotMatch(out, /canary/);
    });
  });
});

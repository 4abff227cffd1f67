/**
 * Canaries: credentials, and text with escape sequences, sent through the whole job with all its failures, and then
 * searched for in every log line, file, answer and command's output. Destinations echo the credentials that they were given,
 * in every encoding that one has to expect.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { type Sandbox, startSandbox } from "../../connectors/kit/sandbox.ts";
import { callbackBody, callbackUrl, postCallback, sign } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import type { BridgeProcess } from "../support/process.ts";
import { step } from "../support/step.ts";
import { openWorld, type World } from "../support/world.ts";

const SECRETS = {
  CHAT_CALLBACK_TOKEN: 'canary-chat-token/"new"+1',
  OLD_CHAT_TOKEN: "canary-chat-token/old&2",
  HUBSPOT_ACCESS_TOKEN: "pat-eu1-canary+hubspot/token=3",
  SEGMENT_WRITE_KEY: "canary/segment+key&4",
  PARTNER_WEBHOOK_SECRET: `whsec_${Buffer.from("canary webhook secret >>> 5 <<<").toString("base64")}`,
  FUNCTION_KEY: "canary-function-key-6",
  SIGNED_ADDRESS: "canary-signed-address-7",
  BARE_KEY: "canary8bareKeyOfAnAddress",
  ADMIN_TOKEN: "canary-admin/token=12+x",
} as const;

/** What a destination makes up: nothing of ours knows it. */
const FOREIGN = {
  inLocation: "canary-location-code-9",
  inFragment: "canary-fragment-10",
  inMessage: "canary-message-11",
};

/** How a vendor, a proxy or a library of ours may write a secret. */
function formsOf(secret: string): Record<string, string> {
  const json = JSON.stringify(secret).slice(1, -1);
  return {
    raw: secret,
    json,
    "json in json": JSON.stringify(json).slice(1, -1),
    url: encodeURIComponent(secret),
    base64: Buffer.from(secret).toString("base64").replaceAll("=", ""),
    base64url: Buffer.from(secret).toString("base64url"),
    basic: Buffer.from(`${secret}:`).toString("base64"),
    hex: Buffer.from(secret).toString("hex"),
  };
}

const PAINT = "\u001b[2J\u001b]0;owned\u0007\u009b31m\rno such member";
/** Most of a command's time is its start, and there are dozens. */
const COMMANDS_AT_ONCE = 4;
/** Characters of a vendor's message that are kept. */
const KEPT = 300;

/** Messages of a vendor that says all that it was given, and tries to paint the reader's terminal. */
const echoes = {
  whole: (secret: string) => `${PAINT} ${Object.values(formsOf(secret)).join(" ")}`,
  // half a secret would be recognised by nobody who looks for it after the cut
  "cut in the middle": (secret: string) => PAINT.padEnd(KEPT - halfOf(secret).length - 1, "x") + secret,
} as const;

/** Half of a secret is one, too. */
const halfOf = (secret: string): string => secret.slice(0, Math.ceil(secret.length / 2));

/** Which secrets stand in a text, and how. */
function leaksIn(text: string): string[] {
  return Object.entries({ ...SECRETS, ...FOREIGN }).flatMap(([name, secret]) => {
    return Object.entries(formsOf(secret)).flatMap(([form, written]) =>
      text.includes(halfOf(written)) ? [`${name} (${form})`] : [],
    );
  });
}

/** Line breaks and tabs are all that may move a cursor. */
const paints = (text: string): boolean => /\p{Cc}/u.test(text.replace(/[\n\t]/g, ""));
const refused = Object.entries(echoes).map(([name, echo], at) => ({ user: `refused-${at}`, name, echo }));

describe("canaries", () => {
  const started = Math.floor(Date.now() / 1000) - 1;
  let world: World;
  let receiver: Sandbox;
  /** What the receiver was asked, which proves that it was given its keys. */
  const asked: string[] = [];
  let bridge: BridgeProcess;
  /** All that anybody can see, by where. */
  const seen = new Map<string, string>();

  before(async () => {
    receiver = await startSandbox(({ path, query }) => {
      asked.push(query.toString());
      const location = `https://me:${FOREIGN.inLocation}@elsewhere.example/login?code=${FOREIGN.inLocation}#${FOREIGN.inFragment}`;
      if (path.startsWith("/api")) return { status: 302, headers: { location } };
      return { status: 503, body: `see https://status.example/?key=${FOREIGN.inMessage}` };
    });
    world = await openWorld({
      token: '["${CHAT_CALLBACK_TOKEN}", "${OLD_CHAT_TOKEN}"]',
      env: SECRETS,
      contacts: refused.map(({ user }) => user),
      properties: [{ name: "chat_seen" }],
      connectors: {
        crm: ['  chat_seen: "{{ user_id }}"'],
        // where the key of the address is what the receiver knows us by
        function: [
          "type: webhook",
          `url: ${receiver.url}/api/unsubscribed?code=\${FUNCTION_KEY}&sig=\${SIGNED_ADDRESS}`,
          "allow_http: true",
          "allow_private_network: true",
        ],
        bare: [
          "type: webhook",
          `url: ${receiver.url}/hook?\${BARE_KEY}`,
          "allow_http: true",
          "allow_private_network: true",
        ],
      },
      more: "log: { level: debug }",
      admin: '{ port: 0, accounts: [{ name: ops, role: operator, token: "${ADMIN_TOKEN}" }] }',
    });
    for (const { user, echo } of refused) refuse(world, user, echo);
    bridge = await world.start();
  });
  after(async () => {
    await world.close();
    await receiver.close();
  });

  const refusedByAll = step(async () => {
    const users = refused.map(({ user }) => user);
    assert.equal(
      await postCallback(bridge.url, { users, operator: "admin", token: SECRETS.CHAT_CALLBACK_TOKEN }),
      true,
    );
    let proofs = 0;
    const letters = await eventually(async () => {
      proofs += 1;
      world.hubspot.add({ chat_user_id: `proof-${proofs}` });
      await postCallback(bridge.url, { users: [`proof-${proofs}`], token: SECRETS.OLD_CHAT_TOKEN });
      const lines = (await readFile(world.path("data/dead-letters.jsonl"), "utf8").catch(() => "")).trim().split("\n");
      return lines.length >= 3 * users.length && lines;
    });
    return letters;
  });

  it("genuine callbacks, signed with the new token or the old one, are refused by every destination with an echo", async () => {
    const letters = await refusedByAll();
    const users = refused.map(({ user }) => user);
    const expected = users.flatMap((user) =>
      ["analytics", "crm", "partner"].map((connector) => `${user} ${connector}`),
    );
    const found = letters.map((line) => JSON.parse(line)).map(({ event, connector }) => `${event.user} ${connector}`);
    assert.deepEqual(found.sort(), expected);
    for (const line of letters) assert.ok(line.includes("no such member"), "the vendor's message was kept");
  });

  const answered = step(async () => {
    await refusedByAll();
    const token = SECRETS.CHAT_CALLBACK_TOKEN;
    const genuine = callbackUrl(bridge.url, { users: ["x"], token });
    const stale = new URL(genuine);
    stale.searchParams.set("RequestTime", String(started - 3_600));
    stale.searchParams.set("Sign", sign(token, started - 3_600));
    const painted = callbackBody({ users: [`painted${PAINT}`, "plain"], operator: "admin" });
    const requests: readonly (readonly [string, string | URL, string])[] = [
      ["wrong sign", callbackUrl(bridge.url, { users: ["x"], token: "another" }), "{}"],
      ["stale", stale, callbackBody({ users: ["stale"] })],
      ["unknown app", genuine.replace("1400000000", "1400000001"), "{}"],
      ["not JSON", genuine, PAINT],
      ["control characters in a user id", genuine, painted],
      ["control characters in the account", genuine, callbackBody({ users: ["y"], officialAccount: PAINT })],
      ["token in the body", genuine, callbackBody({ users: ["z"] }).replace("EventTime", "EventTim")],
      ["another path", genuine.replace("/callback", `/${PAINT}`), "{}"],
    ];
    for (const [what, url, body] of requests) {
      const response = await fetch(url, { method: "POST", body });
      seen.set(`answer to: ${what}`, `${JSON.stringify([...response.headers])}${await response.text()}`);
    }
    return requests.length + (await lookedIn());
  });

  /** As the account, by a wrong token that begins as the right one, and by a form. */
  async function lookedIn(): Promise<number> {
    const { url } = await bridge.logged("admin.ready");
    const token = SECRETS.ADMIN_TOKEN;
    const visits: readonly (readonly [string, string, RequestInit])[] = [
      ["home", "/", { headers: { authorization: `Bearer ${token}` } }],
      ["metrics", "/metrics", { headers: { authorization: `Bearer ${token}` } }],
      ["wrong token", "/metrics", { headers: { authorization: `Bearer ${halfOf(token)}` } }],
      ["nowhere", `/${encodeURIComponent(token)}`, {}],
      ["a form", "/login", { method: "POST", body: new URLSearchParams({ token }), redirect: "manual" }],
      ["a form's wrong token", "/login", { method: "POST", body: new URLSearchParams({ token: `${token}x` }) }],
    ];
    for (const [what, path, init] of visits) {
      const response = await fetch(`${url}${path}`, init);
      assert.ok(response.status < 500, what);
      seen.set(`answer to: ${what}`, `${JSON.stringify([...response.headers])}${await response.text()}`);
    }
    return visits.length;
  }

  it("forged, stale and faulty callbacks are answered", async () => {
    const count = await answered();
    assert.equal([...seen.keys()].filter((where) => where.startsWith("answer to: ")).length, count);
  });

  const everyCommand = step(async () => {
    await answered();
    const letters = (await readFile(world.path("data/dead-letters.jsonl"), "utf8")).trim().split("\n");
    const ids = letters.map((line): string => JSON.parse(line).id);
    const quarantined = JSON.parse((await world.command("quarantine", "list", "--json")).out);
    const entries: { id: string }[] = quarantined.entries;
    assert.ok(entries.length >= 4, "faulty callbacks are in the quarantine");
    const commands = [
      ["status"],
      ["status", "--json"],
      ["console"],
      ["console", "--json"],
      ["check"],
      ["check", "--live", "--json"],
      ...refused.flatMap(({ user }) => [
        ["trace", user],
        ["trace", user, "--json"],
      ]),
      ["preview", "--user", `painted${PAINT}`],
      ["preview", "--user", "plain", "--json"],
      ["deliveries", "list"],
      ["deliveries", "list", "--json", "--connector", "function"],
      ["dead-letters", "list"],
      ...ids.map((id) => ["dead-letters", "show", id]),
      ["dead-letters", "export"],
      ["quarantine", "list"],
      ...entries.map(({ id }) => ["quarantine", "show", id]),
      ["send", "--user", "sent", "--url", bridge.url],
    ];
    const ask = async (): Promise<void> => {
      for (let command = commands.shift(); command !== undefined; command = commands.shift()) {
        const { out, err } = await world.command(...command);
        assert.doesNotMatch(`${out}${err}`, /unknown (option|command)|a bug/, command.join(" "));
        seen.set(command.join(" "), `${out}${err}`);
      }
    };
    await Promise.all(Array.from({ length: COMMANDS_AT_ONCE }, ask));
  });

  it("every command is asked", async () => {
    await everyCommand();
    assert.match(seen.get("answer to: home") ?? "", /ops <small>\(operator\)/);
    assert.match(seen.get("answer to: a form") ?? "", /"set-cookie"/);
    assert.match(seen.get("trace refused-0") ?? "", /no such member \*\*\*/);
    assert.match(seen.get("trace refused-0") ?? "", /a redirect to https:\/\/elsewhere\.example\/login\?code=…/);
    assert.match(seen.get("preview --user plain --json") ?? "", /unsubscribed\?code=…&sig=…/);
    const keys = [SECRETS.FUNCTION_KEY, SECRETS.SIGNED_ADDRESS, SECRETS.BARE_KEY];
    for (const key of keys)
      assert.ok(
        asked.some((url) => url.includes(key)),
        "the receiver was given its key",
      );
  });

  const all = step(async () => {
    await everyCommand();
    assert.equal(await bridge.stop(), 0);
    bridge.lines.forEach((line, at) => {
      seen.set(`log line ${at}`, line);
    });
    for (const name of await readdir(world.path("data"))) {
      seen.set(`file ${name}`, await readFile(world.path(`data/${name}`), "latin1"));
    }
  });

  it("no secret is in any file but the configuration, in any line of the log, in any answer, in any output", async () => {
    await all();
    assert.ok(seen.has("file bridge.db") && seen.has("file dead-letters.jsonl"));
    const found = [...seen].flatMap(([where, text]) => leaksIn(text).map((leak) => `${leak} in ${where}`));
    assert.deepEqual(found, []);
  });

  it("no sign is in any of them", async () => {
    await all();
    const tokens = [SECRETS.CHAT_CALLBACK_TOKEN, SECRETS.OLD_CHAT_TOKEN];
    const times = [started - 3_600];
    for (let time = started; time <= Date.now() / 1000; time += 1) times.push(time);
    const signs = tokens.flatMap((token) => times.map((time) => sign(token, time)));
    const found = [...seen].filter(([, text]) => /Sign=/i.test(text) || signs.some((each) => text.includes(each)));
    assert.deepEqual(
      found.map(([where]) => where),
      [],
    );
  });

  it("no escape sequence reaches a terminal, a line of the log or an answer", async () => {
    await all();
    const shown = [...seen].filter(([where]) => !where.startsWith("file bridge.db"));
    assert.deepEqual(
      shown.filter(([, text]) => paints(text)).map(([where]) => where),
      [],
    );
  });
});

/** Every destination refuses this user, and says why at length. */
function refuse({ hubspot, segment, webhook }: World, user: string, echo: (secret: string) => string): void {
  const times = Number.POSITIVE_INFINITY;
  const named = ({ body }: { body: string }) => body.includes(`"${user}"`);
  const message = echo(SECRETS.HUBSPOT_ACCESS_TOKEN);
  hubspot.fail(
    { status: 400, body: { status: "error", category: "VALIDATION_ERROR", message } },
    { times, when: (request) => named(request) && request.path.endsWith("/update") },
  );
  segment.fail({ status: 400, body: echo(SECRETS.SEGMENT_WRITE_KEY) }, { times, when: named });
  webhook.fail({ status: 422, body: echo(SECRETS.PARTNER_WEBHOOK_SECRET) }, { times, when: named });
}

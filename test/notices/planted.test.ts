/**
 * Credentials planted wherever the settings of notices may have one, at addresses whose answers repeat all that they were sent, in
 * every spelling; and one in a destination's words. None is in a message, a line of the log, a metric or what commands print.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import { type Sandbox, type SandboxAnswer, type SandboxRequest, startSandbox } from "../../connectors/kit/sandbox.ts";
import type { NoticeSettings } from "../../src/config/schema.ts";
import { openChannels } from "../../src/notices/channels.ts";
import type { Notice } from "../../src/notices/notice.ts";
import { HOUR, openScene, type Scene } from "../alarms/scene.ts";

const NOTICE: Notice = { ...{ id: "n-1", kind: "urgent", title: "crm is paused", at: 0 }, lines: ["whose fault: …"] };
const KINDS = ["slack", "feishu", "dingtalk", "wecom", "webhook"] as const;

/** Where in an address a credential may stand. */
const PLACES: Readonly<Record<string, (url: string, secret: string) => string>> = {
  path: (url, secret) => `${url}/services/T0/${encodeURIComponent(secret)}`,
  query: (url, secret) => `${url}/robot/send?access_token=${encodeURIComponent(secret)}`,
  "lone query": (url, secret) => `${url}/robot/send?${encodeURIComponent(secret)}`,
  password: (url, secret) => `${url.replace("://", `://bot:${encodeURIComponent(secret)}@`)}/hook`,
  user: (url, secret) => `${url.replace("://", `://${encodeURIComponent(secret)}@`)}/hook`,
  fragment: (url, secret) => `${url}/hook#${encodeURIComponent(secret)}`,
};

interface Planted {
  readonly name: string;
  readonly secret: string;
  readonly settings: NoticeSettings;
}

function plantedAt(url: string): readonly Planted[] {
  return KINDS.flatMap((type): Planted[] => {
    const addresses = Object.entries(PLACES).map(([place, write]): Planted => {
      const secret = `canary+${type}/${place.replace(" ", "=")}`;
      return { name: `${type}_${place.replace(" ", "_")}`, secret, settings: { type, url: write(url, secret) } };
    });
    const signing =
      type === "webhook" ? `whsec_${Buffer.from("canary of a webhook >>>").toString("base64")}` : `SEC+canary/${type}`;
    const signed: Planted = {
      name: `${type}_signed`,
      secret: signing,
      settings: { type, url: `${url}/hook`, secret: signing },
    };
    return type === "slack" || type === "wecom" ? addresses : [...addresses, signed];
  });
}

function formsOf(secret: string): readonly string[] {
  const bare = secret.replace(/^whsec_/, "");
  const bytes = Buffer.from(secret);
  return [
    ...[secret, bare, encodeURIComponent(secret), encodeURIComponent(secret).toLowerCase(), bytes.toString("hex")],
    ...[
      bytes.toString("base64").replaceAll("=", ""),
      bytes.toString("base64url"),
      Buffer.from(`bot:${secret}`).toString("base64"),
    ],
  ];
}

/** Half of a secret is one, too. */
const halfOf = (form: string) => form.slice(0, Math.ceil(form.length / 2) + 1);

function assertSilent(text: string, planted: readonly Planted[], where: string): void {
  for (const { name, secret } of planted)
    for (const form of formsOf(secret))
      assert.ok(!text.includes(halfOf(form)), `${name} as ${form} in ${where}: ${text}`);
}

/** All that it was sent, and how a vendor, a proxy or a library may write that. */
function echoOf({ path, query, headers, body }: SandboxRequest): string {
  const values = [...query].flat();
  const basic = /^Basic (.*)$/.exec(headers.authorization ?? "")?.[1] ?? "";
  const told = [path, decodeURIComponent(path), ...path.split("/").map(decodeURIComponent), ...values, basic];
  const parts = [...told, ...Buffer.from(basic, "base64").toString().split(":")].filter((part) => part.length > 5);
  return [
    ...parts.flatMap((part) => [part, ...formsOf(part)]),
    `${path}?${query}`,
    headers["webhook-signature"],
    body,
  ].join(" ");
}

/** How it answers: as each chat refuses, as a proxy does, as a server in trouble does. */
const ANSWERS: Readonly<Record<string, (echo: string) => SandboxAnswer>> = {
  "a code": (echo) => ({ status: 200, body: { code: 19001, errcode: 310000, msg: echo, errmsg: echo } }),
  "an unknown code": (echo) => ({ status: 200, body: { code: 7, errcode: 7, msg: echo, errmsg: echo } }),
  "a page": (echo) => ({ status: 200, body: `<html><title>${echo}</title>` }),
  "a text": (echo) => ({ status: 403, body: echo }),
  trouble: (echo) => ({ status: 502, body: echo }),
  "a redirect": (echo) => ({ status: 302, headers: { location: `/${encodeURIComponent(echo)}` }, body: echo }),
};

describe("a credential in the settings of a notice", () => {
  let echo: Sandbox;
  let answer: (echo: string) => SandboxAnswer = () => ({ status: 500 });
  let planted: readonly Planted[];
  const echoes: string[] = [];
  before(async () => {
    echo = await startSandbox((request) => {
      const said = echoOf(request);
      echoes.push(said);
      return answer(said);
    });
    planted = plantedAt(echo.url);
  });
  after(() => echo.close());

  for (const [what, write] of Object.entries(ANSWERS)) {
    it(`is in no word of what became of it, where ${what} repeats it`, async () => {
      answer = write;
      const channels = openChannels(Object.fromEntries(planted.map(({ name, settings }) => [name, settings])), {
        ...{ userAgent: "unsub-bridge/test", clock: Date.now },
      });
      const told = await Promise.all(
        planted.map(async (one) => {
          const result = await channels.get(one.name)?.send(NOTICE, new AbortController().signal);
          // the status line is a webhook's answer
          assert.ok(result !== undefined && (result.tag !== "told" || one.settings.type === "webhook"), one.name);
          return [one, "words" in result ? result.words : ""] as const;
        }),
      );
      for (const [one, words] of told) assertSilent(words, [one], one.name);
    });
  }

  it("was repeated, so that there was something to hide", () => {
    const isSent = ({ name }: Planted) => !/fragment|signed/.test(name);
    for (const { name, secret } of planted.filter(isSent))
      assert.ok(
        echoes.some((said) => said.includes(secret)),
        name,
      );
  });

  it("is in no word where nobody answers", async () => {
    const nowhere = plantedAt("http://127.0.0.1:1");
    const channels = openChannels(Object.fromEntries(nowhere.map(({ name, settings }) => [name, settings])), {
      ...{ userAgent: "unsub-bridge/test", clock: Date.now },
    });
    for (const one of nowhere) {
      const result = await channels.get(one.name)?.send(NOTICE, new AbortController().signal);
      assertSilent(JSON.stringify(result), [one], one.name);
    }
  });
});

describe("a bridge whose every way to people but the last repeats what it was sent", () => {
  const TOKEN: Planted = { ...{ name: "token", secret: "canary+token/of=crm" }, settings: { type: "slack", url: "" } };
  let echo: Sandbox;
  let scene: Scene;
  let planted: readonly Planted[];
  before(async () => {
    echo = await startSandbox((request) => {
      const write = Object.values(ANSWERS)[echo.count % 6] ?? assert.fail();
      return request.headers["user-agent"]?.startsWith("unsub") ? write(echoOf(request)) : { status: 500 };
    });
    const beat = PLACES.query?.(echo.url, "canary+heart/beat=1") ?? "";
    // a webhook is told by its status alone
    const ways = plantedAt(echo.url).filter(({ settings }) => settings.type !== "webhook");
    planted = [...ways, TOKEN, { ...TOKEN, name: "heartbeat", secret: "canary+heart/beat=1" }];
    scene = await openScene(
      (ops) => `
notices:
  ops: ${ops}
${ways.map(({ name, settings }) => `  ${name}: ${JSON.stringify(settings)}`).join("\n")}
alerts: { to: [${ways.map(({ name }) => name)}, ops], disk_free_below: never, heartbeat: "${beat}" }
connectors: { crm: { type: ./scripted.ts, token: "${TOKEN.secret}" } }
`,
      { heartbeatMs: 50 },
    );
  });
  after(async () => {
    await scene.close();
    await echo.close();
  });

  it("tells people of a connector whose token is refused in words that repeat it: none shows a credential, nor does anything that is printed", async () => {
    const { bridge, hears, turn, ops, command } = scene;
    await bridge.post({ users: ["LEAK-1"] });
    await bridge.until(
      (scrape) => scrape.value("unsub_bridge_connector_state", { connector: "crm", state: "paused" }) === 1,
    );
    turn(13 * HOUR);
    const { lines } = await hears("overdue", /crm is paused/);
    assert.match(lines.join("\n"), /the destination refuses the credentials/);
    await bridge.until((scrape) => (scrape.value("unsub_bridge_heartbeats_total", { outcome: "failed" }) ?? 0) > 0);
    const printed = await Promise.all(
      [
        ...[
          ["alerts", "list"],
          ["alerts", "list", "--json"],
          ["alerts", "test"],
          ["alerts", "test", "--json"],
        ],
        ...[["status"], ["status", "--json"], ["check"], ["deliveries", "list"], ["trace", "LEAK-1", "--json"]],
      ].map(async (args) => [args.join(" "), await command(...args)] as const),
    );
    for (const [args, { out, err }] of printed) {
      assert.ok(out !== "", `${args}: ${err}`);
      assertSilent(out + err, planted, args);
    }
    for (const { body } of ops.requests) assertSilent(body, planted, "a message");
    assert.ok(bridge.lines.some((line) => line.includes('"alert.untold"')));
    for (const line of bridge.lines) assertSilent(line, planted, "the log");
    assertSilent((await bridge.scrape()).text, planted, "the metrics");
  });
});

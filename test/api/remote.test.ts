/** The command line from afar: what it says with `--url` is what it says beside the store. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { ENV, faultyCallback, seedEverything } from "../cli/seed.ts";
import { callbackBody } from "../support/callbacks.ts";
import { selfSigned } from "../support/certificate.ts";
import { runCommand } from "../support/command.ts";
import type { CommandResult } from "../support/process.ts";
import { type Fronts, OPERATOR, openFronts, VIEWER } from "./fronts.ts";

/** Ages go on between two looks. */
const withoutAges = (text: string): string =>
  text.replaceAll(/\b\d+ (ms|s|min|h)( \d+ (ms|s|min|h))?\b/g, "AGE").replaceAll(/ +/g, " ");

function said({ code, out, err }: CommandResult): object {
  const plain = withoutAges(out)
    // of plans, each of which is one of its own
    .replaceAll(/\b[0-9a-f]{12}\b/g, "PLAN")
    .replaceAll(/(this, until |"until": ")[^" ]+Z/g, "$1LATER");
  return { code, out: out.startsWith("{") ? JSON.parse(plain) : plain, err: withoutAges(err) };
}

describe("the command line with --url", () => {
  let fronts: Fronts;
  before(async () => {
    fronts = await openFronts(async (storage) => {
      await seedEverything(storage);
      const understood = faultyCallback(callbackBody({ users: ["late-1"] }), "EventTime: expected milliseconds");
      await storage.accept({ callbacks: [], quarantine: [understood, faultyCallback("{", "no JSON")] });
    });
    await fronts.command("alerts", "silence", "paused_after/crm", "2h", "--why", "the portal moves");
  });
  after(() => fronts.close());

  for (const line of [
    ...["status", "trace rejected-1", "trace 张伟", "trace nobody", "trace expired"],
    ...[
      "deliveries list",
      "deliveries list --state waiting --connector crm --limit 2",
      "deliveries list --user skipped-1",
    ],
    ...["deliveries list --connector nobody", "deliveries list --since 2h", "deliveries list --after 1:1"],
    ...["dead-letters list", "dead-letters list --class expired", "dead-letters list --limit 1"],
    ...["quarantine list", "quarantine replay --all", "dead-letters replay --class rejected"],
    ...["alerts list", "reconcile status", "reconcile show", "audit list --operation pause"],
  ]) {
    it(`says what it says beside the store: ${line}`, async () => {
      for (const format of [[], ["--json"]]) {
        const [here, afar] = [
          await fronts.command(...line.split(" "), ...format),
          await fronts.afar(...line.split(" "), ...format),
        ];
        assert.deepEqual(said(afar), said(here));
      }
    });
  }

  it("shows one delivery, and one entry of the quarantine, by the beginnings of their ids", async () => {
    const id = await fronts.id("expired-1", "crm");
    const entry = (await fronts.json("quarantine", "list")).entries[0].id as string;
    for (const line of [
      ["deliveries", "show", id.slice(0, 12), "--json"],
      ["dead-letters", "show", id],
      ["deliveries", "show", "0000000000"],
      ["quarantine", "show", entry.slice(0, 12), "--json"],
    ]) {
      assert.deepEqual(said(await fronts.afar(...line)), said(await fronts.command(...line)), line.join(" "));
    }
  });

  it("writes the same dead-letter file, all of it or what is asked for", async () => {
    for (const more of [[], ["--connector", "crm"], ["--class", "unmatched"], ["--user", "rejected-1"]]) {
      const [here, afar] = [
        await fronts.command("dead-letters", "export", ...more),
        await fronts.afar("dead-letters", "export", ...more),
      ];
      assert.match(here.out, /^\{"v":1/, more.join(" "));
      assert.deepEqual([afar.code, afar.out], [0, here.out], more.join(" "));
    }
    const { code, out } = await fronts.afar("dead-letters", "export", "--to", "all.jsonl");
    assert.equal(code, 0);
    assert.match(out, /dead letters written to all\.jsonl/);
    assert.equal((await fronts.afar("dead-letters", "export", "--connector", "nobody")).code, 2);
  });

  it("says what cannot be done from afar", async () => {
    for (const line of [
      "reconcile run",
      "reconcile run --dry-run",
      "serve",
      "backup copy.db",
      "callbacks reread --since 1d",
    ]) {
      const { code, err } = await fronts.afar(...line.split(" "));
      assert.equal(code, 2, `${line}: ${err}`);
      assert.match(err, /--url/, line);
    }
  });

  it("names the page of the console that does what takes the settings over there", async () => {
    for (const [line, page] of [
      ["reconcile run", "healing"],
      ["alerts test", "alarms"],
      ["preview --user jared", "configuration"],
    ] as const) {
      const { code, err } = await fronts.afar(...line.split(" "));
      assert.equal(code, 2, err);
      assert.match(err, new RegExp(`goes by the configuration alone\\. .*console: ${fronts.origin}/${page}$`, "m"));
    }
  });

  it("leaves `send` its own --url", async () => {
    const { err } = await runCommand(["send", "--user", "jared", "--url", "nowhere", "--config", fronts.config], {
      env: ENV,
    });
    assert.match(err, /--url is no address; write .*callback/);
  });

  const from = (url: string, env: Readonly<Record<string, string>>, ...more: string[]) =>
    runCommand(["status", "--url", url, ...more], { cwd: fronts.folder, env });

  it("says why nobody is let in, and what is missing, and never the token", async () => {
    const { origin } = fronts;
    const wrong = "wrong-token-of-somebody-12345";
    const { server, port: closed } = await opened(createServer());
    server.close();
    const tried = [
      [await from(origin, {}), 2, /UNSUB_BRIDGE_TOKEN, or a file, --token-file/],
      [await from(origin, { UNSUB_BRIDGE_TOKEN: wrong }), 2, /does not let this token in/],
      [await from(origin, {}, "--token-file", "nowhere"), 2, /nowhere cannot be read/],
      [await from("http://bridge.example.com", { UNSUB_BRIDGE_TOKEN: wrong }), 2, /over http:.*reads the token/],
      [await from(`https://x:${wrong}@bridge.example.com`, {}), 2, /leave out what stands before the @/],
      [await from(`https://x:${wrong}@bridge.example.com:port`, {}), 2, /no address/],
      [await from(`ws://bridge.example.com/?token=${wrong}`, {}), 2, /neither with https/],
      [await from(origin, {}, "--token-file", wrong), 2, /the file cannot be read/],
      [await from(origin, { UNSUB_BRIDGE_TOKEN: `"${wrong}"` }), 2, /UNSUB_BRIDGE_TOKEN: .* in quotes/],
      [await from(origin, { UNSUB_BRIDGE_TOKEN: `Bearer ${wrong}` }), 2, /begins with the word Bearer/],
      [await from(origin, { UNSUB_BRIDGE_TOKEN: wrong }, "--store", "x.db"), 2, /--url and --store/],
      [await from(`${origin}/elsewhere`, { UNSUB_BRIDGE_TOKEN: OPERATOR }), 2, /is no bridge with an API/],
      [
        await from(`http://127.0.0.1:${closed}`, { UNSUB_BRIDGE_TOKEN: wrong }),
        3,
        /cannot be asked: .*connection refused/,
      ],
    ] as const;
    for (const [{ code, out, err }, exit, words] of tried) {
      assert.equal(code, exit, err);
      assert.match(err, words);
      assert.equal(`${out}${err}`.includes(wrong), false, err);
    }
    const viewer = await runCommand(["pause", "crm", "--url", origin], { env: { UNSUB_BRIDGE_TOKEN: VIEWER } });
    assert.equal(viewer.code, 2);
    assert.match(viewer.err, /does not allow it: .*role operator.*vera is viewer/);
  });

  it("knows an address that is not a bridge, one of another release, and a certificate that nobody vouches for", async () => {
    const page = await opened(
      createServer((_, answer) => void answer.setHeader("content-type", "text/html").end("<h1>")),
    );
    const other = await opened(
      createServer((_, answer) => void answer.setHeader("content-type", "application/json").end('{"served":true}')),
    );
    let followed = 0;
    const target = await opened(
      createServer((_, answer) => {
        followed += 1;
        answer.end();
      }),
    );
    const elsewhere = `http://127.0.0.1:${target.port}/elsewhere?state=canary`;
    const leading = await opened(
      createServer((_, answer) => void answer.writeHead(307, { location: elsewhere }).end()),
    );
    const tls = await opened(createTlsServer(selfSigned("127.0.0.1"), (_, answer) => void answer.end()));
    const env = { UNSUB_BRIDGE_TOKEN: OPERATOR };
    try {
      assert.match((await from(`http://127.0.0.1:${page.port}`, env)).err, /is no bridge with an API/);
      assert.match((await from(`http://127.0.0.1:${other.port}`, env)).err, /of another release/);
      const led = await from(`http://127.0.0.1:${leading.port}`, env);
      assert.match(led.err, /sends elsewhere, to http:\/\/127\.0\.0\.1:\d+\/elsewhere\?state=…\)/);
      assert.doesNotMatch(led.err, /canary/);
      assert.equal(followed, 0);
      const unknown = await from(`https://127.0.0.1:${tls.port}`, env);
      assert.equal(unknown.code, 3);
      assert.match(unknown.err, /TLS certificate .*(self-signed|not trusted)/);
    } finally {
      for (const { server } of [page, other, leading, target, tls]) server.close();
    }
  });
});

async function opened(server: Server): Promise<{ readonly server: Server; readonly port: number }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

/** Every command that the documents show is run as it stands there, on the runtime that it names, or is listed with why not. */
import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openCheckout } from "./support/checkout.ts";

const HOME = join(import.meta.dirname, "..");
const IS_DENO = "Deno" in globalThis;

/** What a command must print; or why it is not run here. */
type Trial = RegExp | { readonly leftOut: string };

const NO_DAEMON = {
  leftOut: "there is no Docker daemon and no cluster here; the image's commands are those of a checkout",
};
const PART_OF_ALL = { leftOut: "it runs a part of all tests" };
const TESTED = (file: string) => ({ leftOut: `${file} runs it` });

/** In the order in which they are run. */
const TRIALS: Readonly<Record<string, Trial>> = {
  "npx bun@1.4.5 install": { leftOut: "it would change what the other tests stand on, and all of them stand on it" },
  "npx bun@1.4.5 run demo": TESTED("test/e2e/demo.test.ts"),
  "npx bun@1.4.5 run bridge demo --stay": TESTED("test/e2e/demo.test.ts"),
  "npx bun@1.4.5 run test": { leftOut: "it runs this very test" },
  "npx bun@1.4.5 run bench": { leftOut: "it measures, for minutes" },
  "npx bun@1.4.5 run bridge init": TESTED("test/cli/init.test.ts"),
  "cp config/.env.example .env": /^$/,
  "npx bun@1.4.5 run bridge check": /✓ config\/bridge.yaml is well/,
  "npx bun@1.4.5 run bridge check --live": /is well/,
  "npx bun@1.4.5 run bridge preview --user jared": /"user_id": "jared"/,
  "npx bun@1.4.5 run start": { leftOut: "it is what all others are run beside" },
  "npx bun@1.4.5 run bridge send --user jared": /OK/,
  "npx bun@1.4.5 run bridge send --user jared --show": /It has arrived everywhere/,
  "npx bun@1.4.5 run bridge init --sandbox": TESTED("test/cli/sandbox.test.ts"),
  "npx bun@1.4.5 run bridge sandbox": TESTED("test/cli/sandbox.test.ts"),
  "npx bun@1.4.5 run compile": TESTED("test/executable.test.ts"),
  "bun run src/main.ts serve": { leftOut: "it is what all others are run beside" },
  "npx deno task …": { leftOut: "a form, not a command" },
  "npx bun@1.4.5 run bridge trace jared": /jared/,
  "npx bun@1.4.5 run bridge trace <user>": /jared/,
  "npx bun@1.4.5 run bridge status": /partner/,
  "npx bun@1.4.5 run bridge check --against 24h": /events? received since .*nothing was sent/,
  "npx bun@1.4.5 run bridge <command>": /partner/,
  "npx bun@1.4.5 run bridge alerts test": TESTED("test/cli/alerts-bots.test.ts"),
  "npx bun@1.4.5 run bridge alerts list": /No alarm is on/,
  'npx bun@1.4.5 run bridge alerts silence paused_after/crm 2h --why "the portal moves"': /is silenced until/,
  "npx bun@1.4.5 run bridge reconcile status": /No roster is kept/,
  "npx bun@1.4.5 run bridge reconcile run": TESTED("test/cli/reconcile.test.ts"),
  "npx bun@1.4.5 run bridge reconcile run --dry-run": TESTED("test/cli/reconcile.test.ts"),
  "npx bun@1.4.5 run bridge reconcile show": TESTED("test/cli/reconcile.test.ts"),
  "npx bun@1.4.5 run bridge reconcile release --account @TOA#_news": TESTED("test/cli/reconcile.test.ts"),
  "npx bun@1.4.5 run bridge reconcile discard --account @TOA#_news": TESTED("test/cli/reconcile.test.ts"),
  "npx bun@1.4.5 test config/my-connector.test.ts": /0 fail/,
  "npx tsc": TESTED("test/package.test.ts"),
  "npx bun@1.4.5 run bridge preview --user jared --live": /"user_id": "jared"/,
  "bun run demo": TESTED("test/e2e/demo.test.ts"),
  "npx bun@1.4.5 run bridge console": /^http:\/\/127\.0\.0\.1:\d+\/login\?once=local\./,
  "openssl rand -base64 24": /^[\w+/=]{32}$/m,
  "npx bun@1.4.5 run bridge backup backup.db": /is whole/,
  "npx bun@1.4.5 run bridge restore backup.db": TESTED("test/cli/backup.test.ts"),
  "bridge migrate --from sqlite:config/data/bridge.db": TESTED("test/e2e/migrate.test.ts"),
  "deno task start": { leftOut: "it is what all others are run beside" },
  "deno task bridge <command>": /partner/,
  "deno task demo": TESTED("test/e2e/demo.test.ts"),
  "deno task test": { leftOut: "it runs this very test" },
  'npx bun@1.4.5 run test test/delivery/judge.test.ts -t "twenty in a row"': PART_OF_ALL,
  "npx bun@1.4.5 run test test/delivery/judge.test.ts": PART_OF_ALL,
  "deno task test test/delivery/judge.test.ts": PART_OF_ALL,
  "npx bun@1.4.5 run format": { leftOut: "it would change the files that it runs on" },
  "npx bun@1.4.5 run check": { leftOut: "the steps before the tests run it" },
  "npx bun@1.4.5 run types": { leftOut: "the steps before the tests run it" },
  "npx bun@1.4.5 run generate": TESTED("test/config/generated.test.ts"),
  "unsub-bridge <command>": NO_DAEMON,
  "docker compose up -d": NO_DAEMON,
  "kubectl port-forward": NO_DAEMON,
  "docker compose exec bridge unsub-bridge status": NO_DAEMON,
  "docker compose exec bridge unsub-bridge backup /data/backup.db": NO_DAEMON,
  "docker compose run --rm bridge restore /data/backup.db": NO_DAEMON,
  "docker compose --profile postgres up -d balancer": NO_DAEMON,
  "kubectl create secret generic unsub-bridge --from-env-file=.env": NO_DAEMON,
  "kubectl create configmap unsub-bridge --from-file=bridge.yaml=config/bridge.yaml": NO_DAEMON,
  "kubectl apply -f config/kubernetes/sqlite.yaml": NO_DAEMON,
  "kubectl apply -f config/kubernetes/monitoring.yaml": NO_DAEMON,
  "systemctl reload unsub-bridge": {
    leftOut: "systemd does not run here; test/hosts/systemd.test.ts looks at the unit",
  },
  "kubectl exec deploy/unsub-bridge -- unsub-bridge status": NO_DAEMON,
  "kubectl apply -f config/kubernetes/postgres.yaml": NO_DAEMON,
  "echo whsec_$(openssl rand -base64 32)": /^whsec_[\w+/=]{44}$/m,
};

/** Fenced shell blocks and code spans of pages, and comments of YAML files and examples, which show commands. */
async function documentedCommands(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const file of glob(
    ["*.md", "connectors/*/README.md", "src/*/README.md", "config/**/*.{ts,yaml}", "compose.yaml"],
    {
      cwd: HOME,
    },
  )) {
    const text = await readFile(join(HOME, file), "utf8");
    const shown = file.endsWith(".md") ? [...fencedLines(text), ...codeSpans(text)] : comments(text);
    for (const command of shown.map(bare)) if (isCommand(command)) found.set(command, file);
  }
  return found;
}

const fencedLines = (text: string): string[] =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = ""]) => block.split("\n"));
const codeSpans = (text: string): string[] =>
  [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
/** A command stands in a line of its own, or between backticks, or behind a colon. */
const comments = (text: string): string[] =>
  [...text.matchAll(/^\s*(?:#|\/\/)(.*)$/gm)].flatMap(([, line = ""]) => [
    line,
    line.replace(/^.*: /, ""),
    ...codeSpans(line),
  ]);

/** Without the comment behind it. */
const bare = (line: string): string =>
  line
    .replace(/\s+#.*$/, "")
    .replaceAll(/\s+/g, " ")
    .trim();
const isCommand = (text: string): boolean =>
  /^(npx|bun|deno|docker|kubectl|sqlite3|unsub-bridge|bridge|openssl|curl|cp|echo|pg_dump|systemctl) \S/.test(text);
/** Commands of the other runtime are run by its own tests. */
const isOfThisRuntime = (command: string): boolean => IS_DENO === command.startsWith("deno ");

const commands = await documentedCommands();

describe("what the documents tell people to type", () => {
  let checkout: Awaited<ReturnType<typeof openCheckout>>;
  before(async () => {
    checkout = await openCheckout(IS_DENO ? "deno task start" : "npx bun@1.4.5 run start");
  });
  after(() => checkout?.close());

  it("is either run here, or left out with a reason", () => {
    const unknown = [...commands].filter(([command]) => TRIALS[command] === undefined);
    assert.deepEqual(unknown, [], "a command that nobody tries: add it to TRIALS");
    const gone = Object.keys(TRIALS).filter((command) => !commands.has(command));
    assert.deepEqual(gone, [], "no document shows it any more: remove it from TRIALS");
  });

  it(`starts the bridge, and stops it: ${IS_DENO ? "deno task start" : "npx bun@1.4.5 run start"}`, async () => {
    assert.equal(await checkout.restart(), "bridge.stopped");
  });

  for (const [command, trial] of Object.entries(TRIALS)) {
    if (!(trial instanceof RegExp) || !isOfThisRuntime(command)) continue;
    it(`does what it says: ${command}`, async () => {
      const { code, out, err } = await checkout.run(command.replace("<user>", "jared").replace("<command>", "status"));
      assert.equal(code, 0, `${out}${err}`);
      assert.match(`${out}${err}`, trial);
    });
  }
});

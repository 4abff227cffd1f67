/** What the command line asks Chat itself: `chat ips`, and its part in `check --live`. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ChatSandbox, startChatSandbox } from "../../src/chat-rest/sandbox.ts";
import { userSig } from "../../src/chat-rest/usersig.ts";
import { nobodyThere } from "../chat-rest/support.ts";
import { eventually } from "../support/eventually.ts";
import { launchCommand } from "../support/process.ts";
import { type Folder, inFolder } from "./folder.ts";

const DAY = 86_400;

describe("asking Chat from the command line", () => {
  let chat: ChatSandbox;
  let env: Record<string, string>;
  before(async () => {
    chat = await startChatSandbox();
    env = { TOKEN: "canary-chat-token", CHAT_SECRET_KEY: chat.secretKey };
  });
  after(() => chat.close());

  const yaml = (rest = `{ base_url: "${chat.url}", secret_key: "\${CHAT_SECRET_KEY}" }`, more = "") => `chat:
  apps:
    - sdk_app_id: 1400000000
      token: \${TOKEN}
      rest: ${rest}
${more}connectors: {}
`;

  async function run(folder: Folder, args: readonly string[], text = yaml(), variables = env) {
    await folder.write("bridge.yaml", text);
    return folder.run([...args, "--config", "bridge.yaml"], { env: variables });
  }

  describe("chat ips", () => {
    it("prints the addresses of callbacks, one a line, and nothing else", async () => {
      await inFolder(async (folder) => {
        const { code, out, err } = await run(folder, ["chat", "ips"]);
        assert.deepEqual(
          [code, out, err.replace(/.*no connectors.*\n/, "")],
          [0, "203.0.113.0/25\n203.0.113.200\n", ""],
        );
        const china = await run(folder, ["chat", "ips", "--server", "china"]);
        assert.equal(china.out, "198.51.100.0/24\n");
      });
    });

    it("says it for scripts", async () => {
      await inFolder(async (folder) => {
        const { out } = await run(folder, ["chat", "ips", "--json"]);
        const addresses = ["203.0.113.0/25", "203.0.113.200"];
        assert.deepEqual(JSON.parse(out), { format: 2, server: "elsewhere", addresses, not_allowed: [] });
      });
    });

    it("says which of them `chat.allow_from` would refuse", async () => {
      await inFolder(async (folder) => {
        const all = await run(folder, ["chat", "ips"], yaml(undefined, "  allow_from: [203.0.113.0/24]\n"));
        assert.doesNotMatch(all.err, /allow_from/);
        const some = await run(
          folder,
          ["chat", "ips"],
          yaml(undefined, "  allow_from: [203.0.113.0/26, 203.0.113.200]\n"),
        );
        assert.match(
          some.err,
          /`chat\.allow_from` does not hold all of 203\.0\.113\.0\/25: callbacks from there are refused/,
        );
      });
    });

    it("tells what changes as long as it watches, and goes on after an answer that is none", async () => {
      await inFolder(async (folder) => {
        await folder.write("bridge.yaml", yaml());
        const command = ["chat", "ips", "--watch", "--every", "1s", "--config", "bridge.yaml"];
        const watch = launchCommand(command, { cwd: folder.path, env });
        const told = (pattern: RegExp) => eventually(() => watch.lines.find((line) => pattern.test(line)));
        const before = chat.addresses;
        try {
          await told(/^203\.0\.113\.200$/);
          chat.refuse(10004);
          chat.addresses = { ...before, "6": ["203.0.113.0/25", "203.0.113.201"] };
          await told(/Z {2}GetIPList: Chat is in trouble itself \(10004/);
          await told(/Z {2}\+ 203\.0\.113\.201$/);
          await told(/Z {2}- 203\.0\.113\.200$/);
        } finally {
          chat.addresses = before;
          assert.equal(await watch.stop(), 0, watch.lines.join("\n"));
        }
      });
    });

    it("says what to do where nothing says how Chat can be asked", async () => {
      await inFolder(async (folder) => {
        const none = await run(folder, ["chat", "ips"], yaml().replace(/ {6}rest: .*\n/, ""));
        assert.equal(none.code, 2);
        assert.match(none.err, /Chat can be asked by no app of the configuration: add `rest: /);
        const other = await run(folder, ["chat", "ips", "--app", "7"]);
        assert.equal(other.code, 2);
        assert.match(other.err, /There is no app 7 under `chat\.apps`/);
      });
    });

    it("tells a refusal from a Chat that cannot be reached", async () => {
      await inFolder(async (folder) => {
        chat.refuse(60021);
        const refused = await run(folder, ["chat", "ips"]);
        assert.equal(refused.code, 1);
        assert.match(refused.err, /not allowed from the address of this machine.*\n→ add the address/);
        const away = await run(
          folder,
          ["chat", "ips"],
          yaml(`{ base_url: "${await nobodyThere()}", secret_key: "\${CHAT_SECRET_KEY}" }`),
        );
        assert.equal(away.code, 3);
        assert.match(away.err, /Chat cannot be reached: 127\.0\.0\.1:\d+: nothing listens there/);
      });
    });
  });

  describe("check --live", () => {
    const live = (folder: Folder, text = yaml(), variables = env) => run(folder, ["check", "--live"], text, variables);

    it("is content where Chat answers, and compares the clocks", async () => {
      await inFolder(async (folder) => {
        const { code, out } = await live(folder);
        assert.equal(code, 0, out);
        assert.ok(out.includes(`  ✓ Chat answers "administrator" for the app 1400000000 (${chat.url})\n`), out);
        assert.ok(out.includes("  ✓ the clock agrees with Chat\n"), out);
      });
    });

    it("asks Chat for nothing without `rest`", async () => {
      await inFolder(async (folder) => {
        const before = chat.count;
        const { out } = await live(folder, yaml().replace(/ {6}rest: .*\n/, ""));
        assert.equal(chat.count, before);
        assert.doesNotMatch(out, /Chat answers/);
      });
    });

    for (const [what, code, words, place] of [
      ["a wrong region", 70020, /no app 1400000000 in this data centre .*\n +→ correct `region`/, "rest.base_url"],
      ["somebody who is no admin", 60010, /"administrator" is no admin of the app .*\n +→ name an admin/, "rest.admin"],
      [
        "an address that may not ask",
        60021,
        /not allowed from the address of this machine.*\n +→ add the address/,
        "rest",
      ],
      [
        "a signature that has expired",
        70001,
        /the signature has expired.*\n +→ see that the clock is right/,
        "rest.secret_key",
      ],
      ["official accounts that are switched off", 131000, /not switched on for the app .*\n +→ switch them on/, "rest"],
      ["a number that is no app", 60006, /1400000000 is no SDKAppID .*\n +→ correct `sdk_app_id`/, "sdk_app_id"],
    ] as const) {
      it(`tells ${what}, with the way out and the place`, async () => {
        await inFolder(async (folder) => {
          // the second call is the one of the service itself
          chat.refuse(code, { times: 2, when: ({ path }) => code !== 131000 || path.includes("official_account") });
          try {
            const { code: exit, out } = await live(folder);
            assert.equal(exit, 1);
            assert.match(out, /✗ (get_\w+|account_check): /);
            assert.match(out, words);
            assert.ok(out.includes(`chat.apps[0].${place}\n`), out);
          } finally {
            chat.heal();
          }
        });
      });
    }

    it("tells a wrong key, and shows neither it nor a signature", async () => {
      await inFolder(async (folder) => {
        const wrong = "0".repeat(64);
        const { code, out, err } = await live(folder, yaml(), { ...env, CHAT_SECRET_KEY: wrong });
        assert.equal(code, 1);
        assert.match(
          out,
          /the signature is not one of "administrator" for the app 1400000000 \(70009, .*\n +→ compare `secret_key`/,
        );
        assert.ok(!`${out}${err}`.includes("eJ") && !`${out}${err}`.includes(wrong.slice(0, 20)));
      });
    });

    it("tells a clock that is off from all else", async () => {
      const late = await startChatSandbox({ clock: () => Date.now() + 3 * DAY * 1_000 });
      try {
        await inFolder(async (folder) => {
          const { out, code } = await live(folder, yaml().replace(chat.url, late.url));
          assert.equal(code, 1);
          assert.match(out, /✗ this machine's clock is (3 d|2 d 23 h) behind Chat: callbacks may be refused/);
          // the signature is made by Chat's clock
          assert.match(out, /✓ Chat answers/);
        });
      } finally {
        await late.close();
      }
    });

    it("warns of a UserSig that ends within two weeks", async () => {
      await inFolder(async (folder) => {
        const { app, admin: identifier, secretKey } = chat;
        const sig = (lifetime: number) =>
          userSig({ identifier, app, time: Math.floor(Date.now() / 1_000), lifetime }, secretKey);
        const text = yaml(`{ base_url: "${chat.url}", user_sig: "\${SIG}" }`);
        const soon = await live(folder, text, { ...env, SIG: sig(5 * DAY) });
        assert.equal(soon.code, 0);
        assert.match(
          soon.out,
          /! the UserSig of "administrator" ends in (5 d|4 d 23 h), and nobody asks Chat from then on\n +→ make a new one/,
        );
        const later = await live(folder, text, { ...env, SIG: sig(180 * DAY) });
        assert.doesNotMatch(later.out, /UserSig/);
      });
    });
  });
});

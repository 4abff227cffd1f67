/** What is typed with another keyboard, or into another file, as the command line says it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inFolder } from "./folder.ts";

const YAML = `chat:
  apps:
    - sdk_app_id: 1400000000
      token: \${CHAT_CALLBACK_TOKEN}
connectors:
  crm:
    type: hubspot
    access_token: \${HUBSPOT_ACCESS_TOKEN}
    match: { property: chat_user_id }
    set: { status: "{{ event }}" }
`;

describe("check", () => {
  it("names the sign of another keyboard at its place, in the file and in .env, and the file that is not read", async () => {
    await inFolder(async (folder) => {
      await folder.write("config/bridge.yaml", YAML.replace('"{{ event }}"', '"｛｛ event }}"'));
      await folder.write("config/.env", "CHAT_CALLBACK_TOKEN=chat-callback-token\n");
      await folder.write(".env", "CHAT_CALLBACK_TOKEN=chat-callback-token\nHUBSPOT_ACCESS_TOKEN=canary-token-0123”\n");
      const { code, err } = await folder.spawn(["check"]);
      assert.equal(code, 1);
      assert.equal(
        err.replaceAll(`${folder.path}/`, ""),
        `config/.env: warning: this file is not read, and it sets CHAT_CALLBACK_TOKEN; variables come from .env: put them there
config/bridge.yaml:8:19 connectors.crm.access_token: the value of HUBSPOT_ACCESS_TOKEN contains a right double quotation mark ” (U+201D); copy it anew, without that
        access_token: \${HUBSPOT_ACCESS_TOKEN}
                      ^
config/bridge.yaml:10:21 connectors.crm.set.status: a full-width brace ｛ (U+FF5B) stands here; type { (meant: {{ event }})
        set: { status: "｛｛ event }}" }
                        ^
2 faults
`,
      );
    });
  });
});

describe("a command line", () => {
  it("whose option begins with a dash of a word processor is refused, with the option to type", async () => {
    await inFolder(async (folder) => {
      for (const [typed, meant] of [
        ["—live", "--live"],
        ["–live", "--live"],
        ["－－live", "--live"],
        ["–c", "-c"],
      ] as const) {
        const { code, err } = await folder.run(["check", typed]);
        assert.equal(code, 2, typed);
        assert.match(
          err,
          new RegExp(
            `^An option begins with - or --, and not with an? [a-z -]+ . \\(U\\+[0-9A-F]{4}\\): type ${meant}\\n$`,
          ),
        );
      }
    });
  });

  it("with a sign of another keyboard in a value is told so, whatever comes of it, without the value", async () => {
    await inFolder(async (folder) => {
      for (const [args, said] of [
        [
          ["deliveries", "list", "--since", "２h"],
          "Behind --since: a full-width digit ２ (U+FF12) stands in it; type 2, unless it is meant",
        ],
        [
          ["trace", "jared\u200b"],
          "In argument 2: a zero-width space (U+200B) stands in it; delete it: nobody sees it, unless it is meant",
        ],
        [["pause", "ｃrm"], "In argument 2: a full-width letter ｃ (U+FF43) stands in it; type c, unless it is meant"],
        [
          ["preview", "--user", "jared", "--connector", "crm\u00a0"],
          "Behind --connector: a no-break space (U+00A0) stands in it; type an ordinary blank, unless it is meant",
        ],
      ] as const) {
        const { err } = await folder.run([...args]);
        assert.equal(err.split("\n")[0], said);
      }
      const { err } = await folder.run(["trace", "张伟"]);
      assert.doesNotMatch(err, /U\+/);
    });
  });

  it("takes an app and connectors as they are meant", async () => {
    await inFolder(async (folder) => {
      const { code } = await folder.run(["init"], { answers: ["１４００００００００", "hubspot，segment"] });
      assert.equal(code, 0);
      assert.match(
        await folder.read("config/bridge.yaml"),
        /sdk_app_id: 1400000000\n[\s\S]*type: hubspot\n[\s\S]*type: segment\n/,
      );
    });
  });
});

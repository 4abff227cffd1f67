/** How the file says that Chat itself may be asked. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { loadConfig } from "../../src/config/load.ts";
import { CHAT, ENV, faultTables, inFolder, loadGood, PARTNER } from "./support.ts";

const SECRETS = { ...ENV, CHAT_KEY: "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e" };
const rest = (block: string) => `${CHAT}      rest: ${block}\n${PARTNER}`;

describe("`rest` of an app", () => {
  it("is nothing unless it stands there", async () => {
    assert.equal((await loadGood(CHAT + PARTNER)).chat.apps[0]?.rest, undefined);
  });

  it("names a region and a key, and the usual admin unless another is named", async () => {
    const { chat, secrets, secretsAt } = await loadGood(
      rest('{ region: singapore, secret_key: "${CHAT_KEY}" }'),
      SECRETS,
    );
    assert.deepEqual(chat.apps[0]?.rest, {
      region: "singapore",
      admin: "administrator",
      secret_key: SECRETS.CHAT_KEY,
    });
    assert.ok(secrets.includes(SECRETS.CHAT_KEY));
    assert.equal(secretsAt.get("chat.apps[0].rest.secret_key"), SECRETS.CHAT_KEY);
  });

  it("takes an address instead of a region, and a signature from a file instead of a key", async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, "sig"), "eJw*abc-def_\n");
      await writeFile(
        join(folder, "bridge.yaml"),
        rest("{ base_url: https://chat.example, user_sig: { file: ./sig }, admin: boss }"),
      );
      const loaded = await loadConfig(join(folder, "bridge.yaml"), ENV);
      assert.ok(loaded.ok);
      assert.deepEqual(loaded.config.chat.apps[0]?.rest, {
        base_url: "https://chat.example",
        admin: "boss",
        user_sig: "eJw*abc-def_",
      });
    });
  });
});

faultTables({
  "asking Chat": [
    [
      "a missing region",
      rest('{ secret_key: "${KEY}" }'),
      "5:13 chat.apps[0].rest: nothing says in which region Chat is to be asked; add `region: singapore`, or where the Chat console says that the app is",
    ],
    [
      "a missing key",
      rest("{ region: china }"),
      "5:13 chat.apps[0].rest: there is nothing to sign requests with; add `secret_key: ${CHAT_SECRET_KEY}`, from the Chat console",
    ],
    [
      "a region beside an address",
      rest('{ region: china, base_url: https://chat.example, secret_key: "${KEY}" }'),
      "5:40 chat.apps[0].rest.base_url: `region` and `base_url` both stand here, and only one of them can hold; remove one of them",
    ],
    [
      "a key beside a signature",
      rest('{ region: china, secret_key: "${KEY}", user_sig: "${TOKEN}" }'),
      "5:62 chat.apps[0].rest.user_sig: `secret_key` and `user_sig` both stand here, and only one of them can hold; remove one of them",
    ],
    [
      "a region that nobody knows",
      rest('{ region: singapur, secret_key: "${KEY}" }'),
      '5:23 chat.apps[0].rest.region: "singapur" is not possible here; did you mean "singapore"? (possible: china, singapore, seoul, tokyo, frankfurt, silicon_valley, jakarta, mumbai)',
    ],
    [
      "an address that is none",
      rest('{ base_url: adminapisgp, secret_key: "${KEY}" }'),
      "5:25 chat.apps[0].rest.base_url: this is not a web address; write https://adminapisgp.im.qcloud.com, or another host of Chat's",
    ],
    [
      "an address that anybody can read on the way",
      rest('{ base_url: http://chat.example, secret_key: "${KEY}" }'),
      "5:25 chat.apps[0].rest.base_url: warning: the signature would travel unencrypted; use https:// unless the server is on a network that nobody else can read",
    ],
    [
      "an address with a signature in it",
      rest('{ base_url: "https://chat.example?usersig=abc", secret_key: "${KEY}" }'),
      "5:25 chat.apps[0].rest.base_url: the base URL carries a password, a query or a fragment; leave only https://, the host name and, if need be, a path; `secret_key` is where the key belongs",
    ],
    [
      "a key in clear text",
      rest("{ region: china, secret_key: 5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e }"),
      "5:42 chat.apps[0].rest.secret_key: warning: a secret stands here in clear text; put it into the environment and write ${CHAT_SECRET_KEY}, or into a file and write { file: path }",
    ],
  ],
});

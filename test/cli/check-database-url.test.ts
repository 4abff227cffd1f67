/** `check` on the URL of a database: refused at its place, before anything is tried, and without a word of its password. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { join } from "node:path";
import { describe, it } from "node:test";
import { selfSigned } from "../support/certificate.ts";
import { inFolder } from "./folder.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const yaml = (url: string) => `chat: { apps: [{ sdk_app_id: 1400000000, token: "\${TOKEN}" }] }
storage: { url: "${url}" }
connectors:
  partner: { type: webhook, url: "https://partner.example/x", secret: "\${SECRET}" }
`;

async function check(
  url: string,
  more: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; out: string }> {
  return inFolder(async (folder) => {
    await folder.write("bridge.yaml", yaml(url));
    const env = { TOKEN: "chat-callback-token", SECRET, ...more };
    const { code, out, err } = await folder.run(["check", "--config", "bridge.yaml"], { env });
    return { code, out: `${out}${err}` };
  });
}

describe("check on the URL of a database", () => {
  const faulty: readonly (readonly [parameters: string, words: RegExp])[] = [
    ["channel_binding=require", /bridge\.yaml:2:17 .*storage\.url: channel_binding=require.*sslmode=verify-full/],
    ["schema=public", /bridge\.yaml:2:17 .*storage\.url: schema.*storage\.schema/],
    ["sslmode=yes", /bridge\.yaml:2:17 .*storage\.url: sslmode.*verify-full/],
    ["sslmode=verify-full&sslmode=disable", /bridge\.yaml:2:17 .*storage\.url: sslmode is said twice, and differently/],
    ["target_session_attrs=standby", /bridge\.yaml:2:17 .*storage\.url: .*read-write/],
  ];
  for (const [parameters, words] of faulty) {
    it(`refuses ${parameters} at its place, in the YAML or from the environment`, async () => {
      for (const password of ["canary-pw", "can@ry/pw#canary?"]) {
        const url = `postgres://bridge:${password}@db.example/x?${parameters}`;
        const [here, there] = [await check(url), await check("${DATABASE_URL}", { DATABASE_URL: url })];
        for (const { code, out } of [here, there]) {
          assert.notEqual(code, 0);
          assert.match(out.replaceAll(/\n\s*(→)?\s*/g, " "), words);
          assert.doesNotMatch(out, /canary|can@ry/);
        }
      }
    });
  }

  it("names a certificate that cannot be read: the bridge would try for ever, and keep everything in the spool", async () => {
    const { code, out } = await check("postgres://u@db.example/x?sslmode=verify-ca&sslrootcert=/nowhere/ca.pem");
    assert.equal(code, 1);
    const words = out.replaceAll(/\n\s*(→)?\s*/g, " ");
    assert.match(
      words,
      /sslrootcert names a file that cannot be read: ENOENT.* correct the path.* bridge\.yaml:2:17 storage\.url/,
    );
    assert.equal((await check("postgres://u@db.example/x?sslmode=disable&sslrootcert=/nowhere/ca.pem")).code, 0);
  });

  it("waits for no pipe in the place of one, to which nobody writes", async () => {
    await inFolder(async (folder) => {
      const pipe = join(folder.path, "ca.pem");
      execFileSync("mkfifo", [pipe]);
      const { code, out } = await check(`postgres://u@db.example/x?sslmode=verify-ca&sslrootcert=${pipe}`);
      assert.equal(code, 1);
      assert.match(out.replaceAll(/\n\s*(→)?\s*/g, " "), /sslrootcert names a file that cannot be read: it is a pipe/);
    });
  });

  it("names files for TLS that are of no use: no certificate, a key that cannot be read, or that of another", async () => {
    await inFolder(async (folder) => {
      const [own, other] = [selfSigned("own.example"), selfSigned("other.example")];
      const locked = createPrivateKey(own.key).export({
        ...{ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "canary-pw" },
      });
      const contents = { none: "canary", cert: own.cert, key: own.key, other: other.key, locked: String(locked) };
      for (const [name, text] of Object.entries(contents)) await folder.write(name, text);
      const at = (name: string) => join(folder.path, name);
      const pair = (key: string) => `sslcert=${at("cert")}&sslkey=${at(key)}`;
      for (const [parameters, words] of [
        [`sslmode=verify-ca&sslrootcert=${at("none")}`, /sslrootcert names a file without a certificate in PEM/],
        [`sslmode=require&${pair("none")}`, /sslkey names a file without a key that can be read/],
        [`sslmode=require&${pair("locked")}&sslpassword=another`, /sslkey names a file without a key .*sslpassword/],
        [`sslmode=require&${pair("other")}`, /sslkey is not the key of sslcert/],
        [`sslmode=verify-full&sslrootcert=${at("cert")}&${pair("key")}`, undefined],
        [`sslmode=require&${pair("locked")}&sslpassword=canary-pw`, undefined],
      ] as const) {
        const { code, out } = await check(`postgres://u@db.example/x?${parameters}`);
        assert.equal(code, words === undefined ? 0 : 1, out);
        if (words !== undefined) assert.match(out.replaceAll(/\n\s*(→)?\s*/g, " "), words);
        assert.doesNotMatch(out, /canary/);
      }
    });
  });

  it("takes a parameter that is said twice, and the same", async () => {
    assert.equal((await check("postgres://u@db.example/x?sslmode=verify-full&sslmode=verify-full")).code, 0);
  });

  it("refuses all that is wrong with it at once", async () => {
    const url = "postgres://bridge:canary-pw@db.example:99999/x?sslmode=yes&schema=public";
    const { code, out } = await check(url);
    assert.notEqual(code, 0);
    const words = out.replaceAll(/\n\s*(→)?\s*/g, " ");
    for (const fault of [/sslmode has a value/, /schema is no parameter/, /hosts and ports/])
      assert.match(words, fault);
    assert.doesNotMatch(out, /canary/);
  });

  it("refuses what the environment adds, and takes what it says well", async () => {
    const env = { DATABASE_URL: "postgres://bridge@db.example/x" };
    assert.match((await check("${DATABASE_URL}", { ...env, PGSSLMODE: "yes" })).out, /sslmode has a value/);
    assert.equal((await check("${DATABASE_URL}", { ...env, PGSSLMODE: "require" })).code, 0);
  });

  it("takes a password as it was copied", async () => {
    for (const password of ["p@ss", "p/ss", "p#ss", "p?ss", "100%"]) {
      const { code, out } = await check("${DATABASE_URL}", {
        DATABASE_URL: `postgres://bridge:${password}@db.example/x`,
      });
      assert.equal(code, 0, out);
    }
  });
});

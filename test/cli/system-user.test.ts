/** Who sits at the terminal, where nobody has said it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { systemUserName } from "../../src/cli/system-user.ts";
import { runProcess } from "../support/process.ts";
import { openSeeded, type Seeded } from "./seed.ts";

const PASSWD = "root:x:0:0:root:/root:/bin/bash\nops:x:1000:1000::/home/ops:/bin/sh\n";

describe("the system's user", () => {
  let seeded: Seeded;
  before(async () => {
    seeded = await openSeeded();
  });
  after(() => seeded.close());

  it("is whose number the process has, else what the runtime says, else the number", () => {
    assert.equal(systemUserName(1000, PASSWD, "unknown"), "ops");
    assert.equal(systemUserName(1000, PASSWD, "root"), "ops");
    assert.equal(systemUserName(501, PASSWD, "ann"), "ann");
    assert.equal(systemUserName(1001, PASSWD, "unknown"), "uid 1001");
    assert.equal(systemUserName(1001, "", ""), "uid 1001");
  });

  it("is in the audit also where no variable says it, as for a job of cron's: Bun then says `unknown`", async () => {
    const env = { CHAT_CALLBACK_TOKEN: "chat-callback-token", WEBHOOK_SECRET: "x", USER: "", LOGNAME: "" };
    const args = ["alerts", "silence", "refused", "2h", "--why", "x", "--config", seeded.config];
    const { out, err } = await runProcess(args, { env });
    assert.match(out, new RegExp(`, by ${execFileSync("id", ["-un"], { encoding: "utf8" }).trim()}: x\n$`), err);
  });
});

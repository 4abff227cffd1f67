/** A disk that fills up for real: a small volume, which takes root. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { HOUR, MINUTE, openScene } from "../alarms/scene.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";

const SIZE = 32 * 1024 * 1024;

/** Mounts a volume of `SIZE` there. Why it cannot, else undefined. */
function mount(place: string): string | undefined {
  const { status, stderr, error } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", place], {
    encoding: "utf8",
  });
  return status === 0 ? undefined : `${error?.message ?? stderr}`.trim();
}

describe("a disk that fills up", { skip: ON_BUN_ALONE }, () => {
  let place: string;
  let why: string | undefined;
  before(async () => {
    place = await mkdtemp(join(tmpdir(), "unsub-bridge-volume-"));
    why = mount(place);
    if (why !== undefined)
      console.error(`NOT TESTED: the alarm of a disk that fills up. No volume can be made here: ${why}`);
  });
  after(async () => {
    if (why === undefined) spawnSync("umount", [place]);
    await rm(place, { recursive: true, force: true });
  });

  it("is told of by the machine, with what is left, until there is room; callbacks are taken all the while", async (t) => {
    if (why !== undefined) return t.skip(why);
    const { bridge, hears, turn, on, close } = await openScene(
      (ops) => `
storage: { url: "sqlite:${join(place, "bridge.db")}" }
notices: { ops: ${ops} }
alerts: { to: [ops], disk_free_below: 20% }
connectors: { crm: { type: ./scripted.ts } }
`,
    );
    const filler = join(place, "somebody-elses");
    await on("disk_free_below", 0);
    await writeFile(filler, new Uint8Array(SIZE * 0.85));
    const { title, lines } = await hears("urgent", /the disk of the store has/);
    assert.match(title, /^URGENT · the disk of the store has (1[0-4]|\d)(\.\d)? % left \(\d(\.\d)? MiB\)$/);
    assert.match(lines.join("\n"), /whose fault: the machine\nwhat helps: make room/);
    assert.equal((await bridge.post({ users: ["OK-1"] })).status, 200);
    turn(HOUR + MINUTE);
    await hears("repeated", /the disk of the store/);
    await rm(filler);
    await on("disk_free_below", 0);
    turn(HOUR + 7 * MINUTE);
    await hears("over", /the disk of the store has room again/);
    await close();
  });
});

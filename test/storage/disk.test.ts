import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { diskAmong, diskOf } from "../../src/storage/disk.ts";

const MOUNTS = `22 1 0:20 / / rw - ext4 /dev/sda1 rw
23 22 0:21 / /mnt/share rw,relatime shared:5 - nfs4 server:/export rw
24 22 0:22 / /mnt/with\\040space rw - cifs //server/share rw
25 22 0:23 / /dev/shm rw - tmpfs tmpfs rw
26 22 0:24 / /var/lib/container rw - overlay overlay rw
27 22 0:25 / /mnt/s3 rw - fuse.s3fs s3fs rw
28 23 0:26 / /mnt/share/disk rw - xfs /dev/sdb1 rw
`;

describe("a disk", () => {
  for (const [path, kind, fileSystem] of [
    ["/data/bridge.db", "local", "ext4"],
    ["/mnt/share", "network", "nfs4"],
    ["/mnt/share/bridge.db", "network", "nfs4"],
    ["/mnt/shared/bridge.db", "local", "ext4"],
    ["/mnt/share/disk/bridge.db", "local", "xfs"],
    ["/mnt/with space/bridge.db", "network", "cifs"],
    ["/mnt/s3/bridge.db", "network", "fuse.s3fs"],
    ["/dev/shm/bridge.db", "memory", "tmpfs"],
    ["/var/lib/container/bridge.db", "container", "overlay"],
  ] as const) {
    it(`at ${path} is ${kind}`, () => assert.deepEqual(diskAmong(MOUNTS, path), { kind, fileSystem }));
  }

  it("is found for a file that does not exist yet", async () => {
    const { kind, fileSystem } = await diskOf(join(tmpdir(), "no", "such", "folder", "bridge.db"));
    if (process.platform === "linux") assert.notEqual(fileSystem, "");
    assert.notEqual(kind, "network");
  });
});

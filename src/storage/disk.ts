/** What kind of disk a path is on: a store needs one that keeps what was synced, and locks that work. */
import { readFile, realpath, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { realFile } from "../basics/real-file.ts";

export interface Disk {
  /**
   * - `local`: as it should be.
   * - `network`: locks and syncs cannot be relied on.
   * - `memory`: gone with the next restart of the machine.
   * - `container`: a container's own layer, gone with the container.
   * - `unknown`: this system does not tell.
   */
  readonly kind: "local" | "network" | "memory" | "container" | "unknown";
  /** The file system's name, such as `ext4` or `nfs4`; empty when unknown. */
  readonly fileSystem: string;
}

const NETWORK =
  /^(nfs\d?|cifs|smb\w*|afs|ncpfs|ceph|lustre|gpfs|beegfs|davfs\d?|glusterfs|fuse\.(sshfs|s3fs|rclone|glusterfs\w*|ceph\w*|gcsfuse|blobfuse\d?|davfs\d?|smb\w*))$/;
const MEMORY = /^(tmpfs|ramfs|devtmpfs)$/;
const CONTAINER = /^(overlay|aufs|fuse\.fuse-overlayfs)$/;

/** @param path a file or folder; what does not exist yet is judged by the nearest folder above it that does */
export async function diskOf(path: string): Promise<Disk> {
  const mounts = await readFile("/proc/self/mountinfo", "utf8").catch(() => undefined);
  const place = await existing(path);
  if (mounts !== undefined) return diskAmong(mounts, place);
  // Deno shows /proc to nobody; other systems have none
  const fileSystem = await statfs(place).then(
    ({ type }) => MAGIC.get(type >>> 0) ?? "",
    () => "",
  );
  return { kind: kindOf(fileSystem), fileSystem };
}

/** File systems by the number that statfs(2) gives on Linux; only those that matter here. */
const MAGIC: ReadonlyMap<number, string> = new Map([
  [0xef53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x2fc12fc1, "zfs"],
  [0x6969, "nfs"],
  [0x517b, "smb"],
  [0xff534d42, "cifs"],
  [0xfe534d42, "smb2"],
  [0x00c36400, "ceph"],
  [0x0bd00bd0, "lustre"],
  [0x5346414f, "afs"],
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"],
  [0x794c7630, "overlay"],
]);

/** @param mounts text of /proc/self/mountinfo (proc(5)) */
export function diskAmong(mounts: string, path: string): Disk {
  let best = { point: "", fileSystem: "" };
  for (const line of mounts.split("\n")) {
    const [left = "", right = ""] = line.split(" - ");
    const point = unescaped(left.split(" ")[4] ?? "");
    const isAbove = point === "/" || path === point || path.startsWith(`${point}/`);
    // later lines cover earlier ones
    if (point !== "" && isAbove && point.length >= best.point.length) {
      best = { point, fileSystem: right.split(" ")[0] ?? "" };
    }
  }
  return { kind: kindOf(best.fileSystem), fileSystem: best.fileSystem };
}

function kindOf(fileSystem: string): Disk["kind"] {
  if (fileSystem === "") return "unknown";
  if (NETWORK.test(fileSystem)) return "network";
  if (MEMORY.test(fileSystem)) return "memory";
  return CONTAINER.test(fileSystem) ? "container" : "local";
}

async function existing(path: string): Promise<string> {
  for (let at = realFile(path); ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined || at === dirname(at)) return real ?? at;
  }
}

/** Spaces and the like are written as octal numbers there. */
function unescaped(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

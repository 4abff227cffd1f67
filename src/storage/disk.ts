/** What kind of disk a path is on: a store needs one that keeps what was synced, and locks that work. */
import { readFile, realpath } from "node:fs/promises";
import { dirname } from "node:path";

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
  if (mounts === undefined) return { kind: "unknown", fileSystem: "" };
  return diskAmong(mounts, await existing(path));
}

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
  for (let at = path; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined || at === dirname(at)) return real ?? at;
  }
}

/** Spaces and the like are written as octal numbers there. */
function unescaped(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

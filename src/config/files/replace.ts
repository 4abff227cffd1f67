/** A file that a person keeps, replaced as a whole: its rights, its owner and links to it stay, and a full disk costs nothing. */
import { Buffer } from "node:buffer";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder, writeDurably } from "../../basics/durable.ts";

/** Rejects, and leaves the file as it was, when it cannot be replaced by an equal. */
export async function replaceText(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  const { mode, uid, gid } = await stat(target);
  const beside = `${target}.new`;
  const file = await open(beside, "wx", mode & 0o777);
  try {
    const made = await file.stat();
    if (made.uid !== uid || made.gid !== gid) await file.chown(uid, gid);
    // what the umask has taken away
    await file.chmod(mode & 0o777);
    await writeDurably(file, Buffer.from(text));
    await file.close();
    await rename(beside, target);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

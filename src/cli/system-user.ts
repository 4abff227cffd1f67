/** Who sits at the terminal, as the system has it. Pure. */

/**
 * Bun 1.4 goes by `$USER` alone, and says "unknown" without it: cron, `env -i`, many a container.
 * @param passwd what is in `/etc/passwd`; @param said by the runtime
 */
export function systemUserName(uid: number, passwd: string, said: string): string {
  const entry = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .find(([, , number]) => number === String(uid));
  const [listed = ""] = entry ?? [];
  if (listed !== "") return listed;
  // without processes' owners, as on Windows, it is -1
  if (said !== "" && (said !== "unknown" || uid < 0)) return said;
  return `uid ${uid}`;
}

/** What no machine can listen on. Pure. */
import type { RuleFault } from "./rule-fault.ts";

/** `0.0.0.0:8080`, `http://…`. */
export function judgeHost(host: string, block: "server" | "admin"): RuleFault[] {
  const [, port] = /^(?!.*:.*:)[^\s/]*:(\d+)$/.exec(host) ?? [];
  const path = [block, "host"];
  if (port !== undefined)
    return [{ path, what: "a port stands behind the host", todo: `write \`port: ${port}\` on a line of its own` }];
  if (!host.includes("://")) return [];
  return [{ path, what: "this is an address of the web", todo: "write the host alone, such as 0.0.0.0" }];
}

/** What must hold for the listener for those who run the bridge. Pure. */
import { isLoopback } from "../../basics/loopback.ts";
import type { AccountSettings, Settings } from "../schema.ts";
import type { Path } from "../yaml/tree.ts";
import { judgeHost } from "./host.ts";
import type { RuleFault } from "./rule-fault.ts";

export function judgeAdmin({ admin, server }: Settings, isPortGiven: boolean): RuleFault[] {
  if (admin === false) return [];
  const { host, port, accounts, sso } = admin;
  return [
    ...judgeHost(host, "admin"),
    ...(accounts.length === 0 && sso === undefined && !isLoopback(host) ? [OPEN_TO_OTHERS] : []),
    ...(sso !== undefined && sso.operators === undefined && sso.viewers === undefined ? [NOBODY_LET_IN] : []),
    ...(port !== 0 && port === server.port ? [sharedPort(isPortGiven)] : []),
    ...repeatedAccounts(accounts),
  ];
}

const NOBODY_LET_IN: RuleFault = {
  path: ["admin", "sso"],
  what: "nobody whom the login proxy names may look in",
  todo: 'add `operators: ["olga@example.com"]`, or `viewers: ["*@example.com"]`',
};

const OPEN_TO_OTHERS: RuleFault = {
  path: ["admin", "host"],
  what: "others than this machine can connect there, and there is no account that they must log in with",
  todo: 'add `accounts: [{ name: ops, role: operator, token: "${ADMIN_TOKEN}" }]`, or write 127.0.0.1',
  reads: [
    ["admin", "host"],
    ["admin", "accounts"],
    ["admin", "sso"],
  ],
};

/** A configuration of an earlier release must still start: its callbacks may well have the port that is ours by default. */
function sharedPort(isGiven: boolean): RuleFault {
  const path: Path = ["admin", "port"];
  const what = "this is the port of the callbacks (`server.port`), and the admin listener never shares it";
  const todo = "choose another port, or write `admin: false`";
  return { path, what, todo, severity: isGiven ? "error" : "warning", reads: [path, ["server", "port"]] };
}

function repeatedAccounts(accounts: readonly AccountSettings[]): RuleFault[] {
  const pathOf = (index: number, key: string): Path => ["admin", "accounts", index, key];
  return (["name", "token"] as const).flatMap((key) =>
    accounts.flatMap((account, index): RuleFault[] => {
      const earlier = accounts.findIndex((other) => other[key] === account[key]);
      if (earlier === index) return [];
      const [path, reads] = [pathOf(index, key), [pathOf(index, key), pathOf(earlier, key)]];
      const what = `an account before has the same ${key}, and nobody could tell who of them it was`;
      return [{ path, what, todo: `give each account a ${key} of its own`, reads }];
    }),
  );
}

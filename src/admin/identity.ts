/** Who asks, and what they may do. */

/** Each may what those before it may. */
const ROLES = ["metrics", "viewer", "operator"] as const;

export type Role = (typeof ROLES)[number];

/** What every route is handed. */
export interface Identity {
  readonly name: string;
  readonly role: Role;
  /** Whether a token of its own says that it is this one; false for whoever can use this machine. */
  readonly proven: boolean;
}

/** On a listener without accounts: whoever can connect, which is this machine alone. */
export const ANYBODY_HERE: Identity = { name: "anybody", role: "metrics", proven: false };

export function mayDo({ role }: Identity, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

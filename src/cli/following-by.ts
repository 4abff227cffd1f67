/** The bridge whose requests and answers a command shows. */
import type { Following } from "../admin/following.ts";
import type { Config } from "../config/checked-config.ts";

/** Of the bridge that the configuration names; of none where nobody can read it. */
export async function followingBy(config: Config | undefined, user: string): Promise<Following> {
  if (config === undefined) {
    return {
      look: async () => ({ tag: "unseen", why: "no faultless configuration says where its admin listener is" }),
    };
  }
  const { openFollowing } = await import("../admin/following.ts");
  return openFollowing(config, user);
}

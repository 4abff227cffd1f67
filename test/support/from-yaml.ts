/** A connector as a user writes it in YAML, in a bridge of this process; seen through the commands that a user has. */
import { join } from "node:path";
import { SANDBOX_KEY } from "../../src/chat-rest/sandbox.ts";
import { type BridgeUnderTest, openBridgeUnderTest } from "../metrics/bridge.ts";
import { type CallbackRequest, TOKEN } from "./callbacks.ts";
import { runCommand } from "./command.ts";
import { eventually } from "./eventually.ts";

export interface FromYaml {
  readonly bridge: BridgeUnderTest;
  /** Chat tells that these users have left; taken once it resolves. */
  leave(...users: string[]): Promise<void>;
  /** Resolves with what `trace` says of this user as soon as it says something like this. */
  traced(user: string, words: RegExp): Promise<string>;
  /** Resolves with what `status` says as soon as it says something like this. */
  status(words: RegExp): Promise<string>;
  command(...args: string[]): ReturnType<typeof runCommand>;
  close(): Promise<void>;
}

/** @param lines what stands below the connector's name, `it` */
export async function openFromYaml(lines: string): Promise<FromYaml> {
  const block = lines.trimEnd().replace(/^(?=.)/gm, "    ");
  const bridge = await openBridgeUnderTest(`connectors:\n  it:\n${block}\n`);
  const config = join(bridge.folder, "bridge.yaml");
  const env = { CHAT_TOKEN: TOKEN, CHAT_SECRET_KEY: SANDBOX_KEY };
  const command = (...args: string[]) => runCommand([...args, "--config", config], { env });
  const until = (words: RegExp, ...args: string[]) =>
    eventually(async () => {
      // on one line: how it is wrapped says nothing
      const out = (await command(...args)).out.replace(/\s+/g, " ");
      return words.test(out) && out;
    });
  return {
    bridge,
    command,
    async leave(...users) {
      const request: CallbackRequest = { users, eventTime: Date.now() };
      await eventually(async () => (await bridge.post(request)).status === 200);
    },
    traced: (user, words) => until(words, "trace", user),
    status: (words) => until(words, "status"),
    close: () => bridge.stop(),
  };
}

/** Whatever waits is tried now. */
export async function tryNow({ command }: Pick<FromYaml, "command">): Promise<void> {
  await command("retry", "--now", "--connector", "it");
}

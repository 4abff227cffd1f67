/** A client of Chat's REST API as the bridge opens it, for tests; and servers that answer whatever a test wants. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type ChatRestOptions, openChatRest } from "../../src/chat-rest/client.ts";
import type { ChatRest } from "../../src/chat-rest/contract.ts";
import { type ChatSandbox, type ChatSandboxOptions, startChatSandbox } from "../../src/chat-rest/sandbox.ts";

export const NEWS = "@TOA#_news";

/** @param options what differs from a client that is right in everything */
export function clientOf(
  { app, admin, secretKey, url }: Pick<ChatSandbox, "app" | "admin" | "secretKey" | "url">,
  options: Partial<ChatRestOptions> = {},
): ChatRest {
  return openChatRest({
    app,
    rest: { base_url: url, admin, secret_key: secretKey },
    permit: async () => undefined,
    userAgent: "unsub-bridge/test",
    ...options,
  });
}

/** Calls `use` with a stand-in, and ends it. */
export async function withSandbox(
  use: (sandbox: ChatSandbox) => Promise<void>,
  options: ChatSandboxOptions = {},
): Promise<void> {
  const sandbox = await startChatSandbox(options);
  try {
    await use(sandbox);
  } finally {
    await sandbox.close();
  }
}

/** Calls `use` with the address of a server that answers as it is told, and ends it. */
export async function withServer(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    response.on("error", () => undefined);
    listener(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }
}

/** The address of a port that nobody listens on. */
export async function nobodyThere(): Promise<string> {
  let address = "";
  await withServer(
    () => undefined,
    async (url) => {
      address = url;
    },
  );
  return address;
}

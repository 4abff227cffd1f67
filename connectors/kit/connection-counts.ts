/** The connections of a stand-in: how many were opened, and whether any is open. */
import type { Server } from "node:http";
import { countUp } from "./counter.ts";

export function countConnections(server: Server) {
  const opened = countUp();
  const closed = countUp();
  server.on("connection", (socket) => {
    opened.add();
    socket.once("close", closed.add);
  });
  return {
    opened: () => opened.value,
    /** Resolves as soon as none is open. */
    async idle(): Promise<void> {
      while (closed.value < opened.value) await closed.reached(opened.value);
    },
  };
}

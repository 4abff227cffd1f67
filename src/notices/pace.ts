/** How often a chat may be written to. Who writes faster is blocked, with whatever else is written by the same way. Pure. */

/** So many messages in a window, milliseconds. */
export interface MessagePace {
  readonly messages: number;
  readonly perMs: number;
}

export type Turn =
  /** Not before so many milliseconds. */
  | { readonly tag: "wait"; readonly ms: number }
  /** Now. `answered`: the chat has answered; it counts from that time on, for nobody knows when the message came there. */
  | { readonly tag: "go"; answered(now: number): void };

/** Asks for a message to be sent now. */
export type AskForTurn = (now: number) => Turn;

export function openPaces(paces: readonly MessagePace[]): AskForTurn {
  const longest = Math.max(0, ...paces.map(({ perMs }) => perMs));
  let sent: readonly { readonly at: number }[] = [];
  return (now) => {
    // a clock that was turned back must not silence anybody for long
    sent = sent.filter(({ at }) => at > now - longest && at <= now);
    const waits = paces.map(({ messages, perMs }) => {
      const nth = sent.at(-messages);
      return nth === undefined ? 0 : Math.max(0, nth.at + perMs - now);
    });
    const ms = Math.max(0, ...waits);
    if (ms > 0) return { tag: "wait", ms };
    const own = { at: now };
    sent = [...sent, own];
    return {
      tag: "go",
      answered(at) {
        sent = [...sent.filter((one) => one !== own), { at }];
      },
    };
  };
}

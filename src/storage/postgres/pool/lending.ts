/** Who gets which connection: an idle one, one that is given back, or a new one as long as there may be more. */
import type { Connections, Pooled } from "./connections.ts";
import { openLine, type PlaceInLine, type WaitingLine } from "./line.ts";
import { type Opener, openOpener } from "./opener.ts";

export interface Lending<C extends Pooled> {
  /** How many connections there are, or will be in a moment. */
  held(): number;
  take(): PlaceInLine<C>;
  giveBack(client: C): void;
  /** Instead of giving it back: it did not answer in time, and may be cut off. */
  abandon(client: C): void;
  /** Why the last connection could not be opened; undefined after one that could. */
  trouble(): unknown;
  /** Opens no more, and keeps nothing that is given back. */
  end(): void;
}

export interface LendingOptions<C extends Pooled> {
  readonly connections: Connections<C>;
  readonly open: () => Promise<C>;
  /** Most connections, at this moment. */
  readonly most: () => number;
  /** Called when the server takes no more connections. */
  readonly onFull?: (() => void) | undefined;
  /** Milliseconds by a clock that does not jump. */
  readonly elapsed: () => number;
}

export function openLending<C extends Pooled>(options: LendingOptions<C>): Lending<C> {
  const { connections, open, most, onFull, elapsed } = options;
  const line: WaitingLine<C> = openLine();
  const held = (): number => connections.count + opener.opening;
  const opener: Opener = openOpener({
    ...{ open, elapsed, onFull, onRested: grow },
    onOpen(client) {
      connections.add(client);
      giveBack(client);
    },
    onFailure(error) {
      // a database that lets nobody in: nobody need wait for the same news
      if (held() === 0) line.refuse(error);
    },
  });

  function grow(): void {
    if (line.length > 0 && held() < most()) opener.start();
  }

  function giveBack(client: C): void {
    if (!connections.isGood(client) || connections.count > most()) {
      connections.discard(client);
      grow();
    } else if (!line.serve(client)) connections.rest(client);
  }

  return {
    held,
    giveBack,
    take() {
      const ready = connections.takeIdle();
      if (ready !== undefined) return { served: Promise.resolve(ready), leave: () => undefined };
      const place = line.join();
      grow();
      return place;
    },
    abandon(client) {
      connections.discard(client);
      // those beside it may be cut off as well
      connections.discardIdle();
      grow();
    },
    trouble: () => opener.trouble,
    end() {
      opener.stop();
      connections.end();
    },
  };
}

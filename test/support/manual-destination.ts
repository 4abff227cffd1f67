/** A webhook's receiver whose every answer is given by hand, until it is told to answer by itself. */
import { startSandbox } from "../../connectors/kit/sandbox.ts";

export interface Arrival {
  /** The request's header `x-machine`. */
  readonly machine: string;
  /** The request's `webhook-id`: the delivery's. */
  readonly id: string;
  /** When it came, milliseconds by the monotonic clock. */
  readonly at: number;
  /** Only the first answer counts. */
  answer(status: number, headers?: Readonly<Record<string, string>>): void;
}

export interface ManualDestination {
  readonly url: string;
  /** Every request so far, in the order in which they came. */
  readonly arrivals: readonly Arrival[];
  /** Resolves once so many requests have come in all. */
  arrived(count: number): Promise<void>;
  /** From now on every request, also those that wait, is answered 204. */
  answerAll(): void;
  close(): Promise<void>;
}

export async function startManualDestination(): Promise<ManualDestination> {
  const arrivals: Arrival[] = [];
  let answersAll = false;
  const { url, arrived, close } = await watched(({ headers }) => {
    const { promise, resolve } = Promise.withResolvers<{
      status: number;
      headers?: Readonly<Record<string, string>>;
    }>();
    const answer: Arrival["answer"] = (status, more = {}) => resolve({ status, headers: more });
    arrivals.push({
      machine: String(headers["x-machine"]),
      id: String(headers["webhook-id"]),
      at: performance.now(),
      answer,
    });
    if (answersAll) answer(204);
    return promise;
  });
  return {
    url,
    arrivals,
    arrived,
    close,
    answerAll() {
      answersAll = true;
      for (const { answer } of arrivals) answer(204);
    },
  };
}

/** A sandbox that counts a request when it comes, not when it is answered. */
async function watched(respond: Parameters<typeof startSandbox>[0]) {
  let count = 0;
  const waiting = new Set<{ count: number; resolve: () => void }>();
  const { url, close } = await startSandbox((request) => {
    const answer = respond(request);
    count += 1;
    for (const one of waiting) if (one.count <= count) one.resolve();
    return answer;
  });
  const arrived = (wanted: number): Promise<void> => {
    if (count >= wanted) return Promise.resolve();
    return new Promise((resolve) => waiting.add({ count: wanted, resolve }));
  };
  return { url, close, arrived };
}

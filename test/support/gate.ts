/** A doorman before a stand-in: lets requests through, remembers when they came, and holds answers back when told to. */
import { type Sandbox, type SandboxAnswer, type SandboxRequest, startSandbox } from "../../connectors/kit/sandbox.ts";

export interface Passage {
  readonly request: SandboxRequest;
  /** When it came, milliseconds by the monotonic clock. */
  readonly at: number;
}

export interface Hold {
  /** Resolves with the request whose answer is held. */
  readonly met: Promise<SandboxRequest>;
  /** Lets the answer go. */
  release(): void;
}

export interface Gate extends Pick<Sandbox, "url" | "close"> {
  /** Every request, in the order in which they came. */
  readonly passages: readonly Passage[];
  /**
   * The next request for which `when` holds takes effect, and its answer is held back.
   * @param at called the moment it comes
   */
  hold(when?: (request: SandboxRequest) => boolean, at?: (request: SandboxRequest) => void): Hold;
  /** What the next request for which `when` holds is answered instead; it takes no effect. */
  instead(answer: SandboxAnswer, when?: (request: SandboxRequest) => boolean): void;
}

interface Plan {
  readonly when: (request: SandboxRequest) => boolean;
  readonly answer: (request: SandboxRequest) => Promise<SandboxAnswer>;
}

const ANY = () => true;

export async function startGate(target: string): Promise<Gate> {
  const passages: Passage[] = [];
  const plans: Plan[] = [];
  const { url, close } = await startSandbox((request) => {
    passages.push({ request, at: performance.now() });
    const place = plans.findIndex(({ when }) => when(request));
    const [plan] = place < 0 ? [] : plans.splice(place, 1);
    return plan === undefined ? forward(target, request) : plan.answer(request);
  });
  return {
    url,
    close,
    passages,
    hold(when = ANY, at) {
      const met = Promise.withResolvers<SandboxRequest>();
      const released = Promise.withResolvers<void>();
      plans.push({
        when,
        async answer(request) {
          at?.(request);
          const answer = await forward(target, request);
          met.resolve(request);
          await released.promise;
          return answer;
        },
      });
      return { met: met.promise, release: () => released.resolve() };
    },
    instead(answer, when = ANY) {
      plans.push({ when, answer: async () => answer });
    },
  };
}

/** Headers that belong to a connection, not to what it carries. */
const HOP_BY_HOP = ["host", "connection", "content-length", "transfer-encoding", "accept-encoding"];

async function forward(target: string, { method, path, query, headers, body }: SandboxRequest): Promise<SandboxAnswer> {
  const passed = Object.entries(headers).flatMap(([name, value]) =>
    HOP_BY_HOP.includes(name) || value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  const search = query.size === 0 ? "" : `?${query}`;
  const response = await fetch(`${target}${path}${search}`, {
    method,
    headers: passed,
    ...(body !== "" && { body }),
  });
  const type = response.headers.get("content-type");
  const text = await response.text();
  return { status: response.status, ...(type !== null && { headers: { "content-type": type } }), body: text };
}

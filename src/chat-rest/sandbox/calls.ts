/** What a call is answered with: a refusal where Chat would refuse it, else what its command says. */
import type { SandboxAnswer, SandboxRequest } from "../../../connectors/kit/exchange.ts";
import type { Fields } from "../body.ts";
import { type Admission, admitRequest } from "./admission.ts";
import { ANSWERERS, type Oddities } from "./answers.ts";
import { refusal } from "./refusal.ts";
import type { ChatWorld } from "./world.ts";

export interface CallsOptions {
  readonly known: Admission;
  readonly world: ChatWorld;
  /** Asked at each call. */
  readonly oddities: () => Oddities;
  /** Whether one more call of a command is within its rate. */
  readonly isInTime: (command: string) => boolean;
  /** Told of each call before it is answered. */
  readonly look: (command: string, body: Fields) => void;
  /** Chat's clock, in milliseconds since 1970. */
  readonly clock: () => number;
}

export function callAnswerer(options: CallsOptions): (request: SandboxRequest) => SandboxAnswer {
  const { known, world, oddities, isInTime, look, clock } = options;
  return (request) => {
    const command = request.path.replace(/^\/v4\//, "");
    const answerer = Object.hasOwn(ANSWERERS, command) ? ANSWERERS[command] : undefined;
    if (answerer === undefined || !request.path.startsWith("/v4/")) return refusal(60009, "no such command");
    const admitted = admitRequest(request, known, Math.floor(clock() / 1_000));
    if (!admitted.ok) return admitted.refusal;
    if (!isInTime(command)) return refusal(60018, "too many requests");
    look(command, admitted.body);
    return answerer(admitted.body, world, oddities(), request.query);
  };
}

/** Whether one more call of a command fits into this second. @param elapsed milliseconds of a clock that does not jump */
export function ratePerSecond(most: number, elapsed = () => performance.now()): (command: string) => boolean {
  const calls = new Map<string, { second: number; count: number }>();
  return (command) => {
    const second = Math.floor(elapsed() / 1_000);
    const last = calls.get(command);
    const count = last?.second === second ? last.count + 1 : 1;
    calls.set(command, { second, count });
    return count <= most;
  };
}

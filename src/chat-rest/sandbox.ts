/**
 * A stand-in for Tencent Cloud Chat on loopback: its REST API, as strict as its pages say, over official accounts and subscribers
 * that a test, the demo or the bench changes; and its callbacks to a bridge, which may be lost.
 */
import type { FaultOptions } from "../../connectors/kit/faults.ts";
import { type Sandbox, type SandboxAnswer, type SandboxRequest, startSandbox } from "../../connectors/kit/sandbox.ts";
import { sleep } from "../basics/waiting.ts";
import type { Fields } from "./body.ts";
import type { Oddities } from "./sandbox/answers.ts";
import type { CallbackTarget } from "./sandbox/callbacks.ts";
import { callAnswerer, ratePerSecond } from "./sandbox/calls.ts";
import { type AccountChanges, changesOf } from "./sandbox/changes.ts";
import { refusal } from "./sandbox/refusal.ts";
import { type ChatWorld, openChatWorld } from "./sandbox/world.ts";

export interface ChatSandboxOptions {
  /** The SDKAppID; 1400000000 unless set. */
  readonly app?: number;
  readonly admin?: string;
  readonly secretKey?: string;
  /** Chat's clock, in milliseconds since 1970; the machine's unless set. */
  readonly clock?: () => number;
  /** Most calls of each command in a second; Chat's own 200 unless set. */
  readonly callsPerSecond?: number;
  readonly order?: Oddities["order"];
}

/** Of its changes people subscribe to an account, which is made where it is missing; of one that is destroyed nobody is told of its subscribers. */
export interface ChatSandbox extends Sandbox, AccountChanges {
  readonly app: number;
  readonly admin: string;
  readonly secretKey: string;
  readonly world: ChatWorld;
  /** Where callbacks go; nowhere unless set. */
  callbacks: CallbackTarget | undefined;
  /** Milliseconds before each answer. */
  latencyMs: number;
  /** By `nettype`: what callbacks come from. */
  addresses: Oddities["addresses"];
  /** A user is deleted, with all subscriptions. No callback tells of that. */
  deleteUser(user: string): void;
  /** From now on `SubscriberNum` of this account is wrong by so many. */
  lie(account: string, by: number): void;
  /** The next calls are refused with this code. */
  refuse(code: number, options?: FaultOptions): void;
  /** Called before each call is answered, so that a list can move under its reader. */
  beforeAnswer(look: (command: string, body: Fields) => void): void;
}

export const SANDBOX_KEY = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
const CALLS_PER_SECOND = 200;

export async function startChatSandbox(options: ChatSandboxOptions = {}): Promise<ChatSandbox> {
  const { app = 1_400_000_000, admin = "administrator", secretKey = SANDBOX_KEY, clock = Date.now } = options;
  const { callsPerSecond = CALLS_PER_SECOND, order = "oldest" } = options;
  const world = openChatWorld();
  world.users.add(admin);
  const lies = new Map<string, number>();
  const date = {
    /** As the stand-in's clock has it when an answer is given. */
    get date() {
      return new Date(clock()).toUTCString();
    },
  };
  const looks: ((command: string, body: Fields) => void)[] = [];
  const answer = callAnswerer({
    ...{ known: { app, admin, secretKey }, world, clock },
    oddities: () => ({ lies, order, addresses: sandbox.addresses }),
    isInTime: ratePerSecond(callsPerSecond),
    look(command, body) {
      for (const look of looks) look(command, body);
    },
  });
  const kit = await startSandbox(async (request: SandboxRequest): Promise<SandboxAnswer> => {
    if (sandbox.latencyMs > 0) await sleep(sandbox.latencyMs);
    // before the list moves under its reader
    return { headers: { ...date }, ...answer(request) };
  });
  const sandbox: ChatSandbox = Object.assign(kit, {
    ...{ app, admin, secretKey, world, addresses: ADDRESSES, callbacks: undefined, latencyMs: 0 },
    ...changesOf({ app, admin, world, clock, target: () => sandbox.callbacks }),
    deleteUser: world.deleteUser,
    lie: (account: string, by: number) => void lies.set(account, by),
    refuse: (code: number, fault: FaultOptions = {}) =>
      kit.fail({ headers: date, ...refusal(code, "by order") }, fault),
    beforeAnswer: (look: (command: string, body: Fields) => void) => void looks.push(look),
  });
  return sandbox;
}

/** What callbacks come from unless a test says otherwise; those that are kept for examples. */
const ADDRESSES: Oddities["addresses"] = { "5": ["198.51.100.0/24"], "6": ["203.0.113.0/25", "203.0.113.200"] };

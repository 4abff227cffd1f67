/**
 * A stand-in for Tencent Cloud Chat on loopback: its REST API, as strict as its pages say, over official accounts and subscribers
 * that a test, the demo or the bench changes; and its callbacks to a bridge, which may be lost.
 */
import type { FaultOptions } from "../../connectors/kit/faults.ts";
import { type Sandbox, type SandboxAnswer, type SandboxRequest, startSandbox } from "../../connectors/kit/sandbox.ts";
import { sleep } from "../basics/waiting.ts";
import { ACCOUNT_DESTROYED, commandOf } from "../callback.ts";
import type { EventKind } from "../connector.ts";
import type { Fields } from "./body.ts";
import { admit } from "./sandbox/admission.ts";
import { ANSWERERS, type Oddities } from "./sandbox/answers.ts";
import { type CallbackTarget, postCallback } from "./sandbox/callbacks.ts";
import { refusal } from "./sandbox/refusal.ts";
import { openWorld, type World } from "./sandbox/world.ts";

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

/** What becomes of a change's callback. */
export interface ChangeOptions {
  /** Who did it; the user, or the admin for several. */
  readonly operator?: string;
  /** The callback is lost on its way. */
  readonly unheard?: boolean;
}

/** Whether a bridge has acknowledged it. */
export type Heard = "heard" | "lost";

export interface ChatSandbox extends Sandbox {
  readonly app: number;
  readonly admin: string;
  readonly secretKey: string;
  readonly world: World;
  /** Where callbacks go; nowhere unless set. */
  callbacks: CallbackTarget | undefined;
  /** Milliseconds before each answer. */
  latencyMs: number;
  /** By `nettype`: what callbacks come from. */
  addresses: Oddities["addresses"];
  /** People subscribe to an account, which is made where it is missing. */
  subscribe(account: string, users: string | readonly string[], options?: ChangeOptions): Promise<Heard>;
  unsubscribe(account: string, users: string | readonly string[], options?: ChangeOptions): Promise<Heard>;
  /** Nobody is told of its subscribers one by one. */
  destroy(account: string, options?: ChangeOptions): Promise<Heard>;
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
  const world = openWorld();
  world.users.add(admin);
  const lies = new Map<string, number>();
  const addresses = { "5": ["198.51.100.0/24"], "6": ["203.0.113.0/25", "203.0.113.200"] };
  const isInTime = openMeter(callsPerSecond);
  const looks: ((command: string, body: Fields) => void)[] = [];

  async function respond(request: SandboxRequest): Promise<SandboxAnswer> {
    if (sandbox.latencyMs > 0) await sleep(sandbox.latencyMs);
    return { headers: { date: new Date(clock()).toUTCString() }, ...answer(request) };
  }

  function answer(request: SandboxRequest): SandboxAnswer {
    const command = request.path.replace(/^\/v4\//, "");
    const answerer = Object.hasOwn(ANSWERERS, command) ? ANSWERERS[command] : undefined;
    if (answerer === undefined || !request.path.startsWith("/v4/")) return refusal(60009, "no such command");
    const admitted = admit(request, { app, admin, secretKey }, Math.floor(clock() / 1_000));
    if (!admitted.ok) return admitted.refusal;
    if (!isInTime(command)) return refusal(60018, "too many requests");
    for (const look of looks) look(command, admitted.body);
    return answerer(admitted.body, world, { lies, order, addresses: sandbox.addresses }, request.query);
  }

  /** Tells a bridge, as Chat would. */
  async function tell(command: string, fields: Fields, { unheard }: ChangeOptions): Promise<Heard> {
    const { callbacks } = sandbox;
    if (unheard || callbacks === undefined) return "lost";
    return (await postCallback(callbacks, { app, command, fields, now: clock() })) ? "heard" : "lost";
  }

  async function tellOf(
    kind: EventKind,
    account: string,
    users: readonly string[],
    change: ChangeOptions,
  ): Promise<Heard> {
    if (users.length === 0) return "lost";
    const operator = change.operator ?? (users.length === 1 ? users[0] : admin);
    const list = users.map((user) => ({ Subscriber_Account: user }));
    const fields = { Official_Account: account, Operator_Account: operator, SubscribeAccountList: list };
    return tell(commandOf(kind), fields, change);
  }

  const kit = await startSandbox(respond);
  const sandbox: ChatSandbox = Object.assign(kit, {
    ...{ app, admin, secretKey, world, addresses, callbacks: undefined, latencyMs: 0 },
    subscribe: (account: string, users: string | readonly string[], change: ChangeOptions = {}) =>
      tellOf("subscribed", account, world.subscribe(account, [users].flat(), Math.floor(clock() / 1_000)), change),
    unsubscribe: (account: string, users: string | readonly string[], change: ChangeOptions = {}) =>
      tellOf("unsubscribed", account, world.unsubscribe(account, [users].flat()), change),
    destroy(account: string, change: ChangeOptions = {}) {
      world.destroy(account);
      return tell(ACCOUNT_DESTROYED, { Official_Account: account, Owner_Account: admin, Name: "news" }, change);
    },
    deleteUser: world.deleteUser,
    lie: (account: string, by: number) => void lies.set(account, by),
    refuse: (code: number, fault: FaultOptions = {}) => kit.fail(refusal(code, "by order"), fault),
    beforeAnswer: (look: (command: string, body: Fields) => void) => void looks.push(look),
  });
  return sandbox;
}

/** Whether one more call of a command fits into this second. */
function openMeter(most: number): (command: string) => boolean {
  const calls = new Map<string, { second: number; count: number }>();
  return (command) => {
    const second = Math.floor(performance.now() / 1_000);
    const last = calls.get(command);
    const count = last?.second === second ? last.count + 1 : 1;
    calls.set(command, { second, count });
    return count <= most;
  };
}

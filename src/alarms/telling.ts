/** Tells people of what is wrong, beside everything else: nothing waits for it, and what it reads is bounded. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { errorWords } from "../basics/error-words.ts";
import { type Loop, startLoop } from "../basics/loop.ts";
import { onceAMinute } from "../basics/once-a-minute.ts";
import type { Typed } from "../basics/typed.ts";
import { within } from "../basics/waiting.ts";
import type { Config } from "../config/checked-config.ts";
import type { AlertSettings } from "../config/schema.ts";
import type { Logger } from "../connector.ts";
import type { AlarmFacts } from "../facts/alarm-facts.ts";
import { openChannels } from "../notices/channels.ts";
import type { Channel } from "../notices/notice.ts";
import type { Silence } from "../storage/contract/alarms.ts";
import type { Questions } from "../storage/contract/questions.ts";
import type { Storage } from "../storage/contract/storage.ts";
import type { AlarmState } from "./alarm.ts";
import { type Book, memoryBook, storeBook } from "./book.ts";
import { judgeMachine } from "./judge-machine.ts";
import { judgeStore, unknownIn, unmatchedIn } from "./judge-store.ts";
import { type Outbox, openOutbox } from "./outbox.ts";
import { type JudgedAlarms, type RoundOptions, tellRound } from "./round.ts";
import { openSeeing } from "./seeing.ts";
import type { MachineSeen } from "./seen.ts";
import { restMs, wantedBy } from "./settings.ts";

export interface TellingOptions {
  readonly storage: Pick<Storage, "openAlarms" | "noteAlarms">;
  readonly questions: Pick<Questions, "standing" | "owed" | "givenUp" | "watched" | "bridges">;
  /** The settings in force. */
  readonly config: () => Config;
  readonly log: Logger;
  readonly facts: AlarmFacts;
  readonly userAgent: string;
  /** What only this machine knows. */
  readonly machine: () => Promise<Omit<MachineSeen, "host">>;
  /** Commands as they are typed here. */
  readonly typed?: Typed | undefined;
  /** How far its clock is ahead of all others, milliseconds: for whoever will not wait for ages. */
  readonly aheadMs?: () => number;
  /** How often it is looked, milliseconds; what the settings ask for unless given. */
  readonly everyMs?: number;
}

export interface Telling {
  /** Other settings are in force: who is told, and of what. What was told stays known. */
  onReload(): void;
  stop(): Promise<void>;
}

/** What is being sent at a stop is waited for: unknown whether it was heard, it would be told again. Milliseconds. */
const GRACE_MS = 1_000;

export function startTelling(options: TellingOptions): Telling {
  const { storage, aheadMs = () => 0 } = options;
  const stopping = new AbortController();
  const ways = openWays(options);
  const shared: Shared = { options, ways, signal: stopping.signal, host: hostname(), on: new Map(), silences: [] };
  const clock = () => Date.now() + aheadMs();
  const all = [
    startRounds("alerts", storeBook(storage, randomUUID(), aheadMs), shared, ofStore(shared)),
    startRounds(
      "alerts_of_machine",
      memoryBook(clock, () => shared.silences),
      shared,
      ofMachine(shared),
    ),
  ];
  return {
    onReload() {
      ways.renew();
      for (const { loop } of all) loop.wake();
    },
    async stop() {
      await Promise.all(all.map(({ loop }) => loop.stop()));
      const idle = Promise.all(all.map(({ outbox }) => outbox.idle()));
      await within(GRACE_MS, "what is being sent", idle).catch(() => stopping.abort());
      await idle;
    },
  };
}

/** What the rounds of store and machine share. */
interface Shared {
  readonly options: TellingOptions;
  readonly ways: Ways;
  readonly signal: AbortSignal;
  readonly host: string;
  /** Alarms that are on, by whose they are. */
  readonly on: Map<string, States>;
  /** As the store was last known to have them. */
  silences: readonly Silence[];
}

type States = ReadonlyMap<string, AlarmState>;

/** One round, of what is remembered and what is sent from there. Resolves with the alarms that are on; undefined: as before. */
type Tell = (alerts: AlertSettings, place: Pick<RoundOptions, "book" | "outbox">) => Promise<States | undefined>;

/** What people are told of what the store and those who serve it say: by one machine. */
function ofStore(shared: Shared): Tell {
  const { options, host } = shared;
  const see = openSeeing(options.questions);
  return async (alerts, place) => {
    const judge = async (): Promise<JudgedAlarms> => {
      const seen = await see(alerts);
      return {
        holding: judgeStore({ ...options.config(), alerts }, seen),
        isUnknown: unknownIn(seen, host),
        isWanted: wantedBy({ ...options.config(), alerts }),
        unmatched: unmatchedIn(alerts, seen),
      };
    };
    const told = await tellRound({ ...about(shared, alerts), ...place, judge });
    options.facts.isTeller = told !== null;
    shared.silences = told?.silences ?? shared.silences;
    return told?.states ?? new Map();
  };
}

/** And of what this machine alone knows: by each. */
function ofMachine(shared: Shared): Tell {
  const { options, host } = shared;
  return async (alerts, place) => {
    const judge = async (): Promise<JudgedAlarms> => ({
      holding: judgeMachine(alerts, { ...(await options.machine()), host }),
      isUnknown: () => false,
      isWanted: wantedBy({ ...options.config(), alerts }),
    });
    return (await tellRound({ ...about(shared, alerts), ...place, judge, host }))?.states;
  };
}

function about({ options: { config, typed }, ways }: Shared, alerts: AlertSettings) {
  const channels = () => ways.of(config().alerts ?? alerts);
  return { alerts, bridge: config().name, channels, typed, newId: () => randomUUID() };
}

interface Rounds {
  readonly loop: Loop;
  readonly outbox: Outbox;
}

/** A store that does not answer is said by those who need it: what is remembered of it stays as it was. */
function startRounds(what: string, book: Book, { options, signal, on }: Shared, tell: Tell): Rounds {
  const { config, log, facts, everyMs } = options;
  const logTrouble = onceAMinute((error: unknown) => log.warn({ fact: `${what}.delayed`, reason: errorWords(error) }));
  const outbox = openOutbox({
    ...{ book, log, facts, signal, onTrouble: logTrouble },
    onRoom: () => loop.wake(),
  });
  async function round(): Promise<number> {
    const { alerts } = config();
    if (alerts === undefined) on.delete(what);
    else {
      const states = await tell(alerts, { book, outbox }).catch(logTrouble);
      if (states) on.set(what, states);
    }
    facts.on = countedByName([...on.values()].flatMap((states) => [...states.values()]));
    return everyMs ?? restMs(config());
  }
  const loop = startLoop({ round, log, what });
  return { loop, outbox };
}

type Ways = ReturnType<typeof openWays>;

/** The ways to people, opened anew where the settings are others. */
function openWays({ config, userAgent, facts }: TellingOptions) {
  let opened: { readonly notices: Config["notices"]; readonly channels: ReadonlyMap<string, Channel> } | undefined;
  return {
    of({ to }: AlertSettings): readonly Channel[] {
      const { notices } = config();
      if (opened?.notices !== notices)
        opened = { notices, channels: openChannels(notices, { userAgent, clock: Date.now }) };
      const { channels } = opened;
      return to.flatMap((name) => channels.get(name) ?? []);
    },
    renew() {
      for (const name of facts.notices.keys()) if (!(name in config().notices)) facts.notices.delete(name);
    },
  };
}

/** Those that people were told of, or would have been. */
function countedByName(states: readonly AlarmState[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name, clearAt } of states) if (clearAt === null) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

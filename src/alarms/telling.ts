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
import { type Judged, tellRound } from "./round.ts";
import { openSeeing } from "./seeing.ts";
import type { MachineSeen } from "./seen.ts";
import { restMs } from "./settings.ts";

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
  const { storage, config, log, facts, aheadMs = () => 0, everyMs } = options;
  const stopping = new AbortController();
  const ways = openWays(options);
  const see = openSeeing(options.questions);
  const host = hostname();
  let silences: readonly Silence[] = [];
  const on = { store: new Map<string, AlarmState>() as States, machine: new Map<string, AlarmState>() as States };
  const noteOn = () => {
    facts.on = countedByName([...on.store.values(), ...on.machine.values()]);
  };
  const rest = () => everyMs ?? restMs(config());

  const about = (alerts: AlertSettings) => ({
    ...{ alerts, bridge: config().name, channels: () => ways.of(config().alerts ?? alerts), typed: options.typed },
    newId: () => randomUUID(),
  });

  async function ofStore(alerts: AlertSettings, { book, outbox }: Place): Promise<void> {
    const judge = async (): Promise<Judged> => {
      const seen = await see(alerts);
      return {
        holding: judgeStore({ ...config(), alerts }, seen),
        isUnknown: unknownIn(seen, host),
        unmatched: unmatchedIn(alerts, seen),
      };
    };
    const told = await tellRound({ ...about(alerts), book, outbox, judge });
    facts.isTeller = told !== null;
    on.store = told?.states ?? new Map();
    silences = told?.silences ?? silences;
  }

  async function ofMachine(alerts: AlertSettings, { book, outbox }: Place): Promise<void> {
    const judge = async (): Promise<Judged> => ({
      holding: judgeMachine(alerts, { ...(await options.machine()), host }),
      isUnknown: () => false,
    });
    on.machine = (await tellRound({ ...about(alerts), book, outbox, judge, host }))?.states ?? on.machine;
  }

  const all = [
    openRounds("alerts", storeBook(storage, randomUUID(), aheadMs), ofStore),
    openRounds(
      "alerts_of_machine",
      memoryBook(
        () => Date.now() + aheadMs(),
        () => silences,
      ),
      ofMachine,
    ),
  ];

  /** A store that does not answer is said by those who need it: what is remembered of it stays as it was. */
  function openRounds(what: string, book: Book, tell: (alerts: AlertSettings, place: Place) => Promise<void>): Rounds {
    const logTrouble = onceAMinute((error: unknown) =>
      log.warn({ fact: `${what}.delayed`, reason: errorWords(error) }),
    );
    const outbox = openOutbox({
      ...{ book, log, facts, signal: stopping.signal, onTrouble: logTrouble },
      onRoom: () => loop.wake(),
    });
    async function round(): Promise<number> {
      const { alerts } = config();
      if (alerts !== undefined) await tell(alerts, { book, outbox }).catch(logTrouble);
      noteOn();
      return rest();
    }
    const loop = startLoop({ round, log, what });
    return { loop, outbox };
  }

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

/** What is remembered, and what is sent from there. */
interface Place {
  readonly book: Book;
  readonly outbox: Outbox;
}

interface Rounds {
  readonly loop: Loop;
  readonly outbox: Outbox;
}

type States = ReadonlyMap<string, AlarmState>;

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

/**
 * Who follows whom, and the latest exchanges about these persons: in memory, bounded, and only for as long as somebody asks. While
 * nobody does, delivery pays for one question.
 */
import { randomUUID } from "node:crypto";
import type { Delivery, FollowedRequest, FollowUp } from "../../connector.ts";
import { type ShownAnswer, type ShownRequest, shownAnswer, shownError, shownRequest } from "./exchange.ts";
import { type Followed, NOBODY_LISTENS } from "./followed.ts";
import { type Batchmates, batchmatesOf } from "./persons-part.ts";

/** One step of an exchange. */
export type ExchangeStep = {
  /** Grows with each step of this person. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly connector: string;
  /** Of the deliveries that it is about. */
  readonly deliveries: readonly string[];
} & (
  | { readonly tag: "request"; readonly attempt: number; readonly request: ShownRequest }
  /** `to`: the request's `seq`. `ms`: how long it took. */
  | { readonly tag: "answer"; readonly to: number; readonly ms: number; readonly answer: ShownAnswer }
  | { readonly tag: "noAnswer"; readonly to: number; readonly ms: number; readonly why: string }
);

export interface Steps {
  /** Of this process: the numbers of another one are others. */
  readonly era: string;
  /** Later than what was asked for, oldest first. */
  readonly steps: readonly ExchangeStep[];
  /** How many later ones are forgotten already. */
  readonly missed: number;
  /** To go on from. */
  readonly next: number;
}

export interface Exchanges extends Followed {
  /**
   * Steps about a person after `after`. From now on they are remembered, until nobody has asked for ten seconds. Undefined when
   * too many are followed already.
   * @param onBegin called when nobody had followed this person
   */
  since(user: string, after: number, onBegin: () => void): Steps | undefined;
  /** What is remembered of a person by now; nobody is followed for it. */
  kept(user: string): readonly ExchangeStep[];
}

export interface ExchangesOptions {
  /** Removes secrets from foreign text. */
  readonly redact: (text: string) => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly monotonic: () => number;
}

const FORGOTTEN_AFTER_MS = 10_000;
const MOST_FOLLOWED = 8;
/** Steps that are kept of a person. */
const MOST_STEPS = 100;

/** Somebody who is followed. */
interface Person {
  askedAt: number;
  lastSeq: number;
  readonly steps: ExchangeStep[];
}

/** A call that followed persons are in. */
interface Call {
  readonly connector: string;
  readonly about: readonly About[];
}

/** One of them. */
interface About {
  readonly person: Person;
  readonly own: readonly Delivery[];
  readonly mates: Batchmates;
}

export function openExchanges(options: ExchangesOptions): Exchanges {
  const { monotonic } = options;
  const era = randomUUID();
  const followed = new Map<string, Person>();
  const calls = new WeakMap<AbortSignal, Call>();

  function forgetOld(): void {
    for (const [user, { askedAt }] of followed) if (monotonic() - askedAt > FORGOTTEN_AFTER_MS) followed.delete(user);
  }

  function asked(user: string, onBegin: () => void): Person | undefined {
    const known = followed.get(user);
    if (known !== undefined || followed.size >= MOST_FOLLOWED) return known;
    const person: Person = { askedAt: 0, lastSeq: 0, steps: [] };
    followed.set(user, person);
    onBegin();
    return person;
  }

  return {
    kept: (user) => followed.get(user)?.steps.slice() ?? [],
    isAsked: () => followed.size > 0,
    called(connector, deliveries, signal) {
      if (followed.size === 0) return;
      forgetOld();
      const about = [...followed].flatMap(([user, person]) => aboutOf(person, user, deliveries));
      if (about.length > 0) calls.set(signal, { connector, about });
    },
    request(request, signal) {
      const call = signal && calls.get(signal);
      return call === undefined ? NOBODY_LISTENS : noteRequest(call, request, options);
    },
    since(user, after, onBegin) {
      forgetOld();
      const person = asked(user, onBegin);
      if (person === undefined) return undefined;
      person.askedAt = monotonic();
      const steps = person.steps.filter(({ seq }) => seq > after);
      return { era, steps, missed: Math.max(0, person.lastSeq - after - steps.length), next: person.lastSeq };
    },
  };
}

function aboutOf(person: Person, user: string, deliveries: readonly Delivery[]): About[] {
  const own = deliveries.filter(({ event }) => event.user === user);
  if (own.length === 0) return [];
  const others = deliveries.filter(({ event }) => event.user !== user);
  return [{ person, own, mates: batchmatesOf(own, others) }];
}

function add(person: Person, step: (seq: number) => ExchangeStep): number {
  person.lastSeq += 1;
  if (person.steps.push(step(person.lastSeq)) > MOST_STEPS) person.steps.shift();
  return person.lastSeq;
}

function noteRequest({ connector, about }: Call, request: FollowedRequest, options: ExchangesOptions): FollowUp {
  const { redact, clock, monotonic } = options;
  const began = monotonic();
  return harmless(NOBODY_LISTENS, () => {
    const noted = about.map(({ person, own, mates }) => {
      const common = { at: clock(), connector, deliveries: own.map(({ id }) => id) };
      const attempt = Math.max(...own.map(({ attempts }) => attempts)) + 1;
      const shown = shownRequest(request, mates, redact);
      const to = add(person, (seq) => ({ tag: "request", seq, ...common, attempt, request: shown }));
      return { person, mates, common, to };
    });
    return (answer) =>
      harmless(undefined, () => {
        const ms = Math.round(monotonic() - began);
        for (const { person, mates, common, to } of noted) {
          const step = { ...common, at: clock(), to, ms, ...ending(answer, mates, redact) };
          add(person, (seq) => ({ seq, ...step }));
        }
      });
  });
}

function ending(answer: Parameters<FollowUp>[0], mates: Batchmates, redact: ExchangesOptions["redact"]) {
  if ("error" in answer) return { tag: "noAnswer", why: shownError(answer.error, redact) } as const;
  return { tag: "answer", answer: shownAnswer(answer, mates, redact) } as const;
}

/** Whatever a connector sent or threw, and however it is made: delivery goes on. */
function harmless<T>(otherwise: T, work: () => T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

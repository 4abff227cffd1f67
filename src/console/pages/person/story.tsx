/** @jsxImportSource preact */
/** One event of a person, with what became of it at each connector. */

import type { ComponentChildren } from "preact";
import type { ExchangeStep } from "../../../delivery/following/exchanges.ts";
import type { HeldEntry } from "../../../operations/deliveries/held.ts";
import { acknowledgedAfterMs, type TracedStory } from "../../../operations/deliveries/trace.ts";
import { reasonText } from "../../../operations/reason.ts";
import { holdIn } from "../../parts/holds.ts";
import { Id } from "../../parts/id.tsx";
import { ReasonText } from "../../parts/reason.tsx";
import { State } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { keptIn } from "../../words/kept.ts";
import { COLON, COMMA } from "../../words/languages.ts";
import { durationText, numberText } from "../../words/quantity.ts";
import { Exchanges } from "./exchanges.tsx";
import { WORDS } from "./words.ts";

/** Failed attempts that the store keeps of a delivery. */
const KEPT = 20;

export interface StoryProps {
  readonly story: TracedStory;
  /** Of all of this person's deliveries. */
  readonly steps: readonly ExchangeStep[];
  readonly visit: Visit;
}

export function Story({ story, steps, visit }: StoryProps) {
  const words = WORDS[visit.language];
  const { event, deliveries, missing } = story;
  return (
    <section class="card" id={`event-${event.id}`}>
      <h2>
        <Time at={event.eventTime} visit={visit} /> {words[event.kind]} <Id id={event.officialAccount} />
      </h2>
      <EventFacts story={story} visit={visit} />
      {deliveries.map((entry) => (
        <DeliveryPart entry={entry} steps={steps.filter((step) => step.deliveries.includes(entry.id))} visit={visit} />
      ))}
      {missing.map(({ connector, by }) => (
        <p class="quiet">
          <strong>{connector}</strong> {words.missing[by]}
        </p>
      ))}
    </section>
  );
}

function EventFacts({ story: { event, storedAt, edited, sameAs }, visit }: { story: TracedStory; visit: Visit }) {
  const { language } = visit;
  const words = WORDS[language];
  const acknowledgedMs = acknowledgedAfterMs(event.receivedAt, storedAt);
  const [from, to] = event.happenedBetween ?? [];
  return (
    <dl class="facts">
      <Fact name={words.by}>{whoOf(event, words)}</Fact>
      {event.platform !== "" && <Fact name={words.platform}>{event.platform}</Fact>}
      <Fact name={words.received}>
        <Time at={event.receivedAt} visit={visit} />
        {words.afterwards(durationText(event.receivedAt - event.eventTime, language))}
      </Fact>
      {event.source === undefined ? (
        <Fact name={words.acknowledged}>
          {acknowledgedMs === null
            ? words.acknowledgedUnknown
            : words.acknowledgedAfter(durationText(acknowledgedMs, language))}
        </Fact>
      ) : (
        <Fact name={words.healed}>{words.healedWords}</Fact>
      )}
      {from !== undefined && to !== undefined && (
        <Fact name={words.happened}>
          {words.between} <Time at={from} visit={visit} /> – <Time at={to} visit={visit} />
        </Fact>
      )}
      {edited !== undefined && (
        <Fact name={words.editedLabel}>
          <Time at={edited.at} visit={visit} /> {words.edited(edited.by.name)}
        </Fact>
      )}
      {sameAs !== undefined && (
        <Fact name={words.healed}>
          {words.sameAs} <Id id={sameAs} />
        </Fact>
      )}
      <Fact name={words.app}>{event.app}</Fact>
      <Fact name={words.eventId}>
        <Id id={event.id} />
      </Fact>
    </dl>
  );
}

/** @param words of the reader's language */
export function whoOf(
  { operator, byAdmin }: TracedStory["event"],
  words: { readonly nobodySaid: string; readonly themselves: string },
): string {
  if (operator === "") return words.nobodySaid;
  return byAdmin ? operator : words.themselves;
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Whether its reason says why it is as it is: that of an earlier failure says nothing about what was delivered afterwards. */
const isWhy = ({ state, reason }: HeldEntry): boolean =>
  reason !== null && (state === "waiting" || state === "dead" || state === "skipped");

function DeliveryPart({ entry, steps, visit }: { entry: HeldEntry; steps: readonly ExchangeStep[]; visit: Visit }) {
  const { language, now } = visit;
  const words = WORDS[language];
  const { connector, state, proof, reason, note, hold, settledAt, generation } = entry;
  return (
    <section class="delivery" id={`delivery-${entry.id}`}>
      <h3>
        {connector} <State of={proof ?? state} language={language} />
      </h3>
      <dl class="facts">
        {settledAt !== null && (
          <Fact name={state === "delivered" ? words.settled : words.ended}>
            <Time at={settledAt} visit={visit} />
            {generation > 1 && COMMA[language] + words.replayed(numberText(generation - 1, language))}
          </Fact>
        )}
        {proof !== null && <Fact name={words.verdict}>{words.acceptedMeans}</Fact>}
        {hold !== null && <Fact name={words.next}>{holdIn(hold, now, language)}</Fact>}
        {reason !== null && isWhy(entry) && (
          <Fact name={words.why}>
            <ReasonText reason={reason} visit={visit} />
          </Fact>
        )}
        {note !== null && (
          <Fact name={words.note}>
            <bdi>{keptIn(note, language)}</bdi>
          </Fact>
        )}
        <Fact name={words.attempts}>
          <Attempts entry={entry} visit={visit} />
        </Fact>
        <Fact name={words.deliveryId}>
          <Id id={entry.id} />
        </Fact>
      </dl>
      <Exchanges steps={steps} visit={visit} />
      <Buttons entry={entry} visit={visit} />
    </section>
  );
}

function Attempts({ entry, visit }: { entry: HeldEntry; visit: Visit }) {
  const words = WORDS[visit.language];
  const { state, attempts, history, reason, firstAttemptAt, lastAttemptAt } = entry;
  if (attempts === 0 && history.length === 0) return <>{state === "waiting" ? words.noAttemptYet : words.noAttempt}</>;
  const [only] = history;
  // a single failure whose reason stands above already is not told again
  const isTold =
    only !== undefined &&
    history.length === 1 &&
    isWhy(entry) &&
    reasonText(only.reason) === reasonText(reason ?? only.reason);
  return (
    <>
      {numberText(attempts, visit.language)}
      {firstAttemptAt !== null && lastAttemptAt !== null && (
        <>
          {" · "}
          {words.last.toLowerCase()} <Time at={lastAttemptAt} visit={visit} />
        </>
      )}
      {history.length >= KEPT && <p class="quiet">{words.earlier}</p>}
      {!isTold && history.length > 0 && (
        <ol class="attempts">
          {history.map((failure) => (
            <li>
              <Time at={failure.at} visit={visit} /> {words.failed}
              {COLON[visit.language]}
              <ReasonText reason={failure.reason} visit={visit} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

/** What may be done about it, and only where it makes sense. */
function Buttons({ entry: { state, connector, event, hold }, visit }: { entry: HeldEntry; visit: Visit }) {
  const { language, link, isOperator } = visit;
  const words = WORDS[language];
  if (!isOperator) return null;
  if (state === "dead") {
    return (
      <p>
        <a class="button" href={`${link("/dead-letters")}?${new URLSearchParams({ user: event.user, connector })}`}>
          {words.repair}
        </a>
      </p>
    );
  }
  if (hold === null || !RETRIED.has(hold.by) || hold.cause === "person") return null;
  return (
    <form method="post" action={link("/people/retry")}>
      <input type="hidden" name="connector" value={connector} />
      <input type="hidden" name="user" value={event.user} />
      <button type="submit" title={words.retryTitle(connector)}>
        {words.retry}
      </button>
    </form>
  );
}

/** Holders that trying again may end. */
const RETRIED: ReadonlySet<string> = new Set(["paused", "told_to_wait", "backing_off", "retry"]);

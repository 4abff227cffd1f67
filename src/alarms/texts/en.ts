/** What is told in English. */
import { count, number, size, spanText } from "../../basics/format.ts";
import { quotedForShell, type Typed } from "../../basics/typed.ts";
import type { Detail, HeldBy } from "../alarm.ts";
import type { Word } from "../ladder.ts";
import { type AlarmTexts, ageParts, minuteOf } from "./language.ts";

/** `21 h 36 min` */
export function spanInEnglish(ms: number): string {
  return spanText(ageParts(ms));
}

const people = ({ people: some, isMore }: { readonly people: number; readonly isMore: boolean }): string =>
  isMore ? `more than ${number(some)} people` : count(some, "person", "people");

const wait = (some: number): string => (some === 1 ? "waits" : "wait");

/** `held 1400000000 @TOA#_news` → app and account. */
export function accountOfSubject(subject: string): { readonly app: string; readonly account: string } {
  const [, app = "", ...rest] = subject.split(" ");
  return { app, account: rest.join(" ") };
}

/** The command that sends those who are held, as a shell takes it. */
export function releaseOf(subject: string): string {
  const { app, account } = accountOfSubject(subject);
  return `reconcile release --app ${app} --account ${quotedForShell(account)}`;
}

const VOLUMES: Readonly<Record<string, string>> = {
  store: "the store",
  spool: "the spool",
  dead_letters: "the dead-letter file",
};

function what({ subject, detail }: Word): string {
  switch (detail.of) {
    case "undelivered_after":
      return `${subject}: ${people(detail)} ${wait(detail.people)} for an unsubscription to arrive there`;
    case "unread":
      return "callbacks are kept, and nobody works on them";
    case "paused_after":
      return `${subject} is paused, and ${detail.people === 0 ? "nobody waits yet" : `${people(detail)} ${wait(detail.people)}`}`;
    case "refused":
      return `every callback of app ${subject} is refused: ${number(detail.count)} within ${spanInEnglish(detail.withinMs)}, and none was taken. They are lost: Chat does not send them again`;
    case "no_callbacks_for":
      return `app ${subject} sends no callbacks`;
    case "quarantine":
      return `${count(detail.entries, "callback")} in the quarantine: nobody is unsubscribed by what lies there`;
    case "dead_letters":
      return `${subject}: ${deadWords(detail)} given up, and the wishes are not carried out there`;
    case "unmatched":
      return `${subject}: ${count(detail.count, "delivery", "deliveries")} given up since nobody there has that id`;
    case "spool_older_than":
      return `${count(detail.entries, "callback")} in the spool, for the store does not take them`;
    case "disk_free_below":
      return `the disk of ${VOLUMES[subject] ?? subject} has ${share(detail.share)} left (${size(detail.bytes)})`;
    case "clock_off_by":
      return `the clock of ${subject} is ${spanInEnglish(Math.abs(detail.offMs))} ${detail.offMs > 0 ? "ahead" : "behind"}`;
    case "held":
      return `${accountOfSubject(subject).account}: ${detail.people === 1 ? "1 person seems to have left unheard, and waits" : `${number(detail.people)} people seem to have left unheard, and wait`} for your word`;
    case "void":
      return `${accountOfSubject(subject).account}: ${number(detail.passes)} comparisons in a row could not be believed`;
    case "unreached":
      return `${accountOfSubject(subject).account}: ${number(detail.people)} people in a row left without a callback: Chat does not reach us`;
  }
}

function deadWords({ rejected, expired }: Extract<Detail, { of: "dead_letters" }>): string {
  const parts = [
    ...(rejected > 0 ? [`${number(rejected)} rejected`] : []),
    ...(expired > 0 ? [`${number(expired)} expired`] : []),
  ];
  return `${parts.join(" and ")} ${rejected + expired === 1 ? "delivery" : "deliveries"}`;
}

const share = (part: number): string => `${Math.floor(part * 1_000) / 10} %`;

function since({ since: at, deadlineMs }: Word, now: number): string {
  const age = spanInEnglish(now - at);
  const sofar = `since ${minuteOf(at)}: ${age}`;
  if (deadlineMs === null) return sofar;
  const limit = spanInEnglish(deadlineMs);
  return now - at < deadlineMs ? `${sofar} of ${limit}` : `${sofar}, longer than the ${limit} that it may take`;
}

const status = (hold: { readonly status?: number }): string =>
  hold.status === undefined ? "" : ` (HTTP ${hold.status})`;

function holdWords(hold: HeldBy, subject: string): string {
  switch (hold.tag) {
    case "credentials":
      return `the destination refuses the credentials${status(hold)}`;
    case "refusing":
      return `the destination takes nothing that it is sent${status(hold)}`;
    case "gone":
      return `the destination says that it is gone for good${status(hold)}`;
    case "trouble":
      return `the destination cannot be reached, or is in trouble itself${status(hold)}`;
    case "person":
      return "somebody has paused it";
    case "switched_off":
      return `${subject} is switched off in the configuration (enabled: false)`;
    case "not_configured":
      return `${subject} is not in the configuration any more`;
    case "slow":
      return "the destination takes less than comes, or asks to wait";
  }
}

function fault({ subject, detail }: Word): string | undefined {
  switch (detail.of) {
    case "undelivered_after":
    case "paused_after":
      return holdWords(detail.hold, subject);
    case "unread":
      return "the bridge's own";
    case "refused":
      return "the token in the Chat console is another one than in the configuration";
    case "no_callbacks_for":
      return "the callback URL or its switches in the Chat console, the way to this machine, or nobody has left";
    case "quarantine":
      return "they are signed, but not understood, or came too late";
    case "dead_letters":
      return "the destination has refused them, or did not take them in time";
    case "unmatched":
      return "these people are not known there";
    case "spool_older_than":
      return detail.isStoreDown ? "the database" : "what was spooled is taken over slowly, or cannot be";
    case "disk_free_below":
      return "the machine";
    case "clock_off_by":
      return "the machine's clock";
    case "held":
    case "void":
      return undefined;
    case "unreached":
      return "the callback URL or its switches in the Chat console, or the way to this machine";
  }
}

function helpOfHold(hold: HeldBy, subject: string, typed: Typed): string {
  switch (hold.tag) {
    case "credentials":
      return `renew the credentials; it goes on by itself as soon as they work. To try them: ${typed("check --live")}`;
    case "refusing":
      return `${typed("status")} says what it answers; mend the connector's settings. To try them: ${typed("check --live")}`;
    case "gone":
      return `correct its address, or if it is back: ${typed(`resume ${subject}`)}`;
    case "trouble":
      return `it is asked again by itself; as soon as it is back: ${typed(`retry --now ${subject}`)}`;
    case "person":
      return typed(`resume ${subject}`);
    case "switched_off":
      return "write enabled: true";
    case "not_configured":
      return `put it back, or let its successor adopt its queue with was: ${subject}`;
    case "slow":
      return typed(`deliveries list --state waiting --connector ${subject}`);
  }
}

function help({ subject, detail }: Word, typed: Typed): string {
  switch (detail.of) {
    case "undelivered_after":
    case "paused_after":
      return helpOfHold(detail.hold, subject, typed);
    case "unread":
      return `${typed("status")}, then the log of the bridge`;
    case "refused":
      return `write the console's token into chat.apps[].token, beside the old one; then: ${typed("status")}`;
    case "no_callbacks_for":
      return `unsubscribe a test user, then: ${typed("trace USER")}`;
    case "quarantine":
      return `${typed("quarantine list")}, then after an update: ${typed("quarantine replay --all")}`;
    case "dead_letters":
      return `${typed(`dead-letters list --connector ${subject}`)}, then: ${typed(`dead-letters replay --connector ${subject}`)}`;
    case "unmatched":
      return typed(`dead-letters list --connector ${subject} --class unmatched`);
    case "spool_older_than":
      return `${typed("status")} says why`;
    case "disk_free_below":
      return "make room, or move it to a larger disk";
    case "clock_off_by":
      return `set the clock by NTP; callbacks that come stale meanwhile: ${typed("quarantine list")}`;
    case "held":
      return `${typed("reconcile show")}, then: ${typed(releaseOf(subject))} (or discard instead of release)`;
    case "void":
      return `${typed("reconcile status")} says why`;
    case "unreached":
      return `look into the console; ${typed("chat ips")} names the addresses that must get through`;
  }
}

function over(word: Word): string {
  const lasted = spanInEnglish((word.until ?? word.since) - word.since);
  return `${ended(word)} (it lasted ${lasted})`;
}

function ended({ subject, detail }: Word): string {
  switch (detail.of) {
    case "undelivered_after":
      return `${subject}: nobody waits for long any more`;
    case "unread":
      return "callbacks are worked on again";
    case "paused_after":
      return `${subject} goes on`;
    case "refused":
      return `callbacks of app ${subject} are not all refused any more`;
    case "no_callbacks_for":
      return `app ${subject} sends callbacks again`;
    case "quarantine":
      return "the quarantine is empty";
    case "dead_letters":
      return `${subject}: no rejected or expired delivery is left`;
    case "unmatched":
      return `${subject}: nobody is left who was not known there`;
    case "spool_older_than":
      return "the spool is taken over";
    case "disk_free_below":
      return `the disk of ${VOLUMES[subject] ?? subject} has room again`;
    case "clock_off_by":
      return `the clock of ${subject} is right again, or nothing has run there for an hour`;
    case "held":
      return `${accountOfSubject(subject).account}: nobody waits for your word any more`;
    case "void":
      return `${accountOfSubject(subject).account}: a comparison could be believed`;
    case "unreached":
      return `${accountOfSubject(subject).account}: Chat's callbacks reach us again`;
  }
}

export const EN: AlarmTexts = {
  labels: { warning: "WARNING", urgent: "URGENT", overdue: "OVERDUE", repeated: "STILL", over: "OVER" },
  what,
  since,
  fault: (word) => {
    const words = fault(word);
    return words === undefined ? undefined : `whose fault: ${words}`;
  },
  help: (word, typed) => `what helps: ${help(word, typed)}`,
  over,
  title: (first, more) => (more === 0 ? first : `${first}, and ${number(more)} more`),
  rest: (more, typed) => `… and ${number(more)} more: ${typed("alerts list")}`,
  unmatched: (deliveries, typed) =>
    `besides, ${count(deliveries, "delivery was", "deliveries were")} given up since nobody there has that id: ${typed("dead-letters list --class unmatched")}`,
  console: (address) => `the console: ${address}`,
  test: {
    title: "This is a test of unsub-bridge's alerts",
    lines: [
      "Whoever reads this is told when somebody's unsubscription is late.",
      "Nothing is wrong, and nothing is to be done.",
    ],
  },
};

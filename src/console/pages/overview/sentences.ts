/** A verdict in sentences, in the reader's language. Pure. */
import { capital } from "../../../basics/text.ts";
import type { Hindrance, Matter, StatusVerdict } from "../../../operations/status/verdict.ts";
import { reasonIn } from "../../parts/reason.tsx";
import { inBoth, type Language } from "../../words/languages.ts";
import { durationText, numberText } from "../../words/quantity.ts";

export interface OverviewSentences {
  readonly language: Language;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The one sentence: everybody has been honoured, or who is owed and why, or what else is not as it should be. */
export function headline({ owed, needsPerson, byItself }: StatusVerdict, telling: OverviewSentences): string {
  const [first] = [...needsPerson, ...byItself];
  if (first === undefined) return WORDS[telling.language].honoured;
  const worst = [...needsPerson, ...byItself].find((matter) => matter.of === "owed");
  if (owed === undefined || worst === undefined) return matterText(first, telling);
  return owedText(owed, worst, telling);
}

/** So many are owed, and why those of one connector wait. */
function owedText(owed: Debt, { connector, hindrance }: Owing, telling: OverviewSentences): string {
  return WORDS[telling.language].owed(
    peopleText(owed.people, owed, telling.language),
    owed.people === 1,
    sinceText(owed, telling),
    hindranceText(connector, hindrance, telling.language),
  );
}

type Owing = Extract<Matter, { of: "owed" }>;
type Debt = Pick<Owing, "people" | "isMore" | "isAbout" | "oldestAt">;

/** One of the matters, as a sentence. */
export function matterText(matter: Matter, telling: OverviewSentences): string {
  const { language, now } = telling;
  const words = WORDS[language];
  const countOf = (counted: Certainty & { readonly count: number }) => amount(counted.count, counted, language);
  switch (matter.of) {
    case "no connector":
      return words.noConnector;
    case "not served":
      return words.notServed;
    case "refused":
      return words.refused(numberText(matter.requests, language), durationText(now - matter.since, language));
    case "unreached":
      return words.unreached(numberText(matter.accounts, language), matter.accounts === 1);
    case "owed":
      return owedText(matter, matter, telling);
    case "paused":
      return words.idle(hindranceText(matter.connector, matter.hindrance, language));
    case "rejected":
    case "expired":
    case "unmatched":
      return words[matter.of](countOf(matter), matter.count === 1, matter.connector);
    case "quarantine":
    case "unread":
      return words[matter.of](countOf(matter), matter.count === 1);
    case "held":
      return words.held(peopleText(matter.count, matter, language), matter.count === 1);
    case "spool":
      return matter.since === undefined ? words.spooled : words.spooling(durationText(now - matter.since, language));
    case "unknown":
      return words.unknown(countOf(matter), matter.count === 1, matter.connector, sinceOfUnknown(matter, telling));
  }
}

/** What keeps a connector from sending, as a clause that names it. */
export function hindranceText(connector: string, { tag, by, reason }: Hindrance, language: Language): string {
  const { holds, because } = WORDS[language];
  const said = tag === "person" && reason !== undefined ? because(reasonIn(reason, language)) : "";
  return `${holds[tag](connector, by)}${said}`;
}

type Certainty = Pick<Owing, "isMore" | "isAbout">;

function amount(count: number, { isMore, isAbout }: Certainty, language: Language): string {
  const number = numberText(count, language);
  if (isMore) return WORDS[language].atLeast(number);
  return isAbout ? WORDS[language].about(number) : number;
}

function peopleText(count: number, certainty: Certainty, language: Language): string {
  return WORDS[language].people(amount(count, certainty, language), count === 1);
}

function sinceOfUnknown(
  { oldestAt, count, isMore }: Extract<Matter, { of: "unknown" }>,
  telling: OverviewSentences,
): string {
  return sinceText({ oldestAt: oldestAt ?? null, people: count, isMore }, telling);
}

/** How long the oldest has waited, or the one. */
function sinceText({ oldestAt, people, isMore }: Debt, { language, now }: OverviewSentences): string {
  if (oldestAt === null) return "";
  const { since, oldestSince } = WORDS[language];
  return (people === 1 && !isMore ? since : oldestSince)(durationText(now - oldestAt, language));
}

const WORDS = inBoth(
  {
    honoured: "Everybody who left has been honoured everywhere.",
    atLeast: (number: string) => `at least ${number}`,
    about: (number: string) => `about ${number}`,
    people: (number: string, isOne: boolean) => `${number} ${isOne ? "person" : "people"}`,
    since: (age: string) => `, for ${age}`,
    oldestSince: (age: string) => `, the oldest for ${age}`,
    owed: (people: string, isOne: boolean, since: string, hold: string) =>
      `${capital(people)} ${isOne ? "is" : "are"} owed${since}: ${hold}.`,
    idle: (hold: string) => `${hold}. It owes nobody anything so far.`,
    because: (why: string) => `: “${why}”`,
    holds: {
      sending: (name: string) => `${name} is sending`,
      "backing off": (name: string) => `${name} is in trouble over there, and is tried again by itself`,
      "told to wait": (name: string) => `${name} told us to wait, and goes on by itself`,
      "not served": (name: string) => `no bridge runs that could tell ${name}`,
      "switched off": (name: string) => `${name} is switched off in the configuration`,
      "not configured": (name: string) => `${name} is not in the configuration any more`,
      credentials: (name: string) => `${name} is paused, its credentials are refused`,
      "in between": (name: string) => `${name} is paused, somebody between us and it refuses us`,
      refusing: (name: string) => `${name} is paused, it refuses whatever it is sent`,
      gone: (name: string) => `${name} is paused, it says that it is gone for good`,
      person: (name: string, by?: string) => `${name} was paused by ${by ?? "somebody"}`,
    },
    noConnector: "There is no connector yet: nobody is told of anything.",
    notServed: "No bridge runs on this store: nothing is sent.",
    refused: (requests: string, age: string) =>
      `Callbacks are refused, one after the other for ${age} (${requests} so far): Chat does not send them again.`,
    unreached: (accounts: string, isOne: boolean) =>
      `Chat’s callbacks do not reach us for ${accounts} official ${isOne ? "account" : "accounts"}.`,
    rejected: (count: string, isOne: boolean, name: string) =>
      `${capital(count)} ${isOne ? "wish" : "wishes"} never reached ${name}, which rejected ${isOne ? "it" : "them"}: somebody must look.`,
    expired: (count: string, isOne: boolean, name: string) =>
      `${capital(count)} ${isOne ? "wish" : "wishes"} never reached ${name} in the time that the configuration gives ${isOne ? "it" : "them"}: somebody must look.`,
    unmatched: (count: string, isOne: boolean, name: string) =>
      `${capital(count)} ${isOne ? "wish was" : "wishes were"} given up since ${name} does not know ${isOne ? "the person" : "these people"}.`,
    quarantine: (count: string, isOne: boolean) =>
      `${capital(count)} ${isOne ? "callback lies" : "callbacks lie"} in the quarantine, and ${isOne ? "was" : "were"} not acted on: somebody must look.`,
    held: (people: string, isOne: boolean) =>
      `${capital(people)} ${isOne ? "seems" : "seem"} to have left without a callback: somebody must decide.`,
    spooling: (age: string) =>
      `For ${age} callbacks have been kept in the spool, since the store does not take them: they go in by themselves when it does.`,
    spooled: "Callbacks from the spool are on their way into the store.",
    unread: (count: string, isOne: boolean) =>
      `${capital(count)} ${isOne ? "callback has" : "callbacks have"} come and ${isOne ? "is" : "are"} not read yet.`,
    unknown: (count: string, isOne: boolean, name: string, since: string) =>
      `${capital(count)} ${isOne ? "delivery waits" : "deliveries wait"} until ${name} knows the ${isOne ? "person" : "people"}${since}.`,
  },
  {
    honoured: "所有退订均已在各处生效。",
    atLeast: (number: string) => `至少 ${number}`,
    about: (number: string) => `约 ${number}`,
    people: (number: string) => `${number} 人`,
    since: (age: string) => `，已等待 ${age}`,
    oldestSince: (age: string) => `，最久的已等待 ${age}`,
    owed: (people: string, _isOne: boolean, since: string, hold: string) =>
      `${people}的退订尚未生效${since}：${hold}。`,
    idle: (hold: string) => `${hold}。目前没有待送达的退订。`,
    because: (why: string) => `：“${why}”`,
    holds: {
      sending: (name: string) => `${name} 正在发送`,
      "backing off": (name: string) => `${name} 的目标系统出现故障，会自动重试`,
      "told to wait": (name: string) => `${name} 的目标系统要求稍后再发，会自动继续`,
      "not served": (name: string) => `没有 unsub-bridge 在运行，无法通知 ${name}`,
      "switched off": (name: string) => `${name} 已在配置中停用`,
      "not configured": (name: string) => `${name} 已不在配置中`,
      credentials: (name: string) => `${name} 已暂停，目标系统不接受凭据`,
      "in between": (name: string) => `${name} 已暂停，请求被中间环节拒绝`,
      refusing: (name: string) => `${name} 已暂停，目标系统拒绝一切请求`,
      gone: (name: string) => `${name} 已暂停，目标系统表示已永久下线`,
      person: (name: string, by?: string) => `${name} 由${by === undefined ? "人工" : ` ${by} `}暂停`,
    },
    noConnector: "还没有连接器：退订不会通知给任何系统。",
    notServed: "没有 unsub-bridge 在这个存储上运行：什么都不会发出。",
    refused: (requests: string, age: string) => `${age}以来回调接连被拒绝（目前 ${requests} 次）：Chat 不会重发。`,
    unreached: (accounts: string) => `有 ${accounts} 个公众号的 Chat 回调到不了这里。`,
    rejected: (count: string, _isOne: boolean, name: string) =>
      `${count} 条退订被 ${name} 拒绝，未能生效：需要人工处理。`,
    expired: (count: string, _isOne: boolean, name: string) =>
      `${count} 条退订在配置的期限内未能送达 ${name}：需要人工处理。`,
    unmatched: (count: string, _isOne: boolean, name: string) => `${count} 条退订已放弃，因为 ${name} 中没有这些用户。`,
    quarantine: (count: string) => `隔离区有 ${count} 条回调尚未执行：需要人工处理。`,
    held: (people: string) => `${people}疑似已退订但没有回调：需要人工决定。`,
    spooling: (age: string) => `存储已有 ${age}无法写入，回调先保存在暂存文件中，恢复后会自动写入。`,
    spooled: "暂存文件中的回调正在写入存储。",
    unread: (count: string) => `${count} 条回调已收到，尚未处理。`,
    unknown: (count: string, _isOne: boolean, name: string, since: string) =>
      `${count} 条投递在等待 ${name} 中出现相应用户${since}。`,
  },
);

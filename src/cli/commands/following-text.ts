/** Steps of one person's journey as they are shown: for people, and as lines of JSON. Pure. */
import { duration, time } from "../../basics/format.ts";
import { verbatim } from "../../basics/snake-case.ts";
import { printableLines, shown } from "../../basics/text.ts";
import type { ExchangeStep } from "../../delivery/following/exchanges.ts";
import { entryJson, eventJson, fateText, whyText } from "../../operations/deliveries/entry.ts";
import { type News, newsTime } from "../../operations/deliveries/news.ts";
import type { Paint } from "../terminal/printer.ts";

/** `12:00:01.123`: the day is today's. */
function clockOf(ms: number): string {
  return time(ms).slice(11, 23);
}

const INDENT = " ".repeat(14);

export function stepText(step: ExchangeStep, paint: Paint): string {
  const head = `${clockOf(step.at)}  ${paint.bold(shown(step.connector, 64))}`;
  switch (step.tag) {
    case "request": {
      const { method, url, headers, body } = step.request;
      const attempt = step.attempt > 1 ? paint.dim(`  (attempt ${step.attempt})`) : "";
      return [
        `${head}  ${paint.cyan(`→ ${shown(method, 16)} ${shown(url)}`)}${attempt}`,
        ...inner(headers, body, paint),
      ].join("\n");
    }
    case "answer": {
      const { status, headers, body } = step.answer;
      const colour = status < 400 ? paint.green : paint.red;
      return [`${head}  ${colour(`← ${status}`)} after ${duration(step.ms)}`, ...inner(headers, body, paint)].join(
        "\n",
      );
    }
    case "noAnswer":
      return `${head}  ${paint.red("← no answer")} after ${duration(step.ms)}: ${shown(step.why)}`;
  }
}

function inner(headers: Readonly<Record<string, string>>, body: string, paint: Paint): string[] {
  const lines = Object.entries(headers).map(([name, value]) => paint.dim(`${shown(name, 64)}: ${shown(value)}`));
  const text = body === "" ? [] : printableLines(body).split("\n");
  return [...lines, ...text].map((line) => INDENT + line);
}

export function newsText(news: News, now: number, paint: Paint): string {
  if (news.tag === "event") {
    const { kind, officialAccount, receivedAt } = news.story.event;
    const verb = kind === "unsubscribed" ? "unsubscribed from" : "subscribed to";
    return `${clockOf(receivedAt)}  ${paint.bold("taken")}  ${verb} ${shown(officialAccount)}`;
  }
  const { entry } = news;
  const colours = { delivered: paint.green, dead: paint.red, waiting: paint.yellow };
  const colour = entry.state in colours ? colours[entry.state as keyof typeof colours] : paint.dim;
  const why = whyText(entry);
  const at = clockOf(newsTime(news) ?? now);
  const head = `${at}  ${paint.bold(shown(entry.connector, 64))}  ${colour(`= ${fateText(entry, now)}`)}`;
  return why === "" ? head : `${head}\n${INDENT}${shown(why, 800)}`;
}

export function stepJson({ at, tag, ...step }: ExchangeStep): Record<string, unknown> {
  const { request, answer, ...rest } = { request: undefined, answer: undefined, ...step };
  return {
    at: time(at),
    step: tag === "noAnswer" ? "no_answer" : tag,
    ...rest,
    ...(request !== undefined && { request: verbatim(request) }),
    ...(answer !== undefined && { answer: verbatim(answer) }),
  };
}

export function newsJson(news: News, now: number): Record<string, unknown> {
  if (news.tag === "delivery") return { at: time(now), step: "delivery", delivery: entryJson(news.entry, now) };
  return { at: time(now), step: "event", event: eventJson(news.story.event) };
}

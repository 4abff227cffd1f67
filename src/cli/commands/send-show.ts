/** `send --show`: one sample callback, and what becomes of it, to the end. */
import { shown } from "../../basics/text.ts";
import { commandOf, eventId } from "../../callback.ts";
import type { Config } from "../../config/checked-config.ts";
import { type EventKind, shownUrl } from "../../connector.ts";
import { isQuiet } from "../../operations/deliveries/news.ts";
import type { TracedStory } from "../../operations/deliveries/trace.ts";
import type { Operations } from "../../operations/operations.ts";
import { previewEvent } from "../../operations/preview.ts";
import { afterRefusal, postSamples, type SampleTarget } from "../../operations/sample.ts";
import type { Cli } from "../cli.ts";
import { followingBy } from "../following-by.ts";
import { EXIT, type ExitCode } from "../io.ts";
import type { JsonOption } from "../terminal/printer.ts";
import { stoppable } from "../terminal/stopping.ts";
import { followJourney } from "./following.ts";
import { sayPreview } from "./preview.ts";

export interface ShownSending {
  readonly user: string;
  readonly target: SampleTarget;
  readonly sample: { readonly kind: EventKind; readonly officialAccount: string; readonly operator?: string };
  readonly config: Config;
  readonly operations: Operations;
}

/** Milliseconds: what has not come by then is waited for by the bridge alone. */
const PATIENCE_MS = 60_000;

export async function showSent(cli: Cli, options: JsonOption, sending: ShownSending): Promise<ExitCode> {
  const { user, target, sample, config, operations } = sending;
  const following = await followingBy(config, user);
  // before anything is sent: the bridge remembers nothing of whom nobody follows
  const first = await following.look();
  const unseen = first.tag === "unseen" ? first.why : undefined;
  if (unseen !== undefined && options.json !== true) await sayForeseen(cli, sending, unseen);
  const ledger = operations.follow(user);
  const told = await ledger();
  const eventTime = Date.now();
  const { ok, status, answer } = await postSamples(target, [user], { ...sample, eventTime }, () => undefined);
  if (!ok) {
    cli.complain(`The bridge refused the callback: ${status} ${shown(JSON.stringify(answer) ?? "")}`);
    const hint = afterRefusal(status);
    if (hint !== undefined) cli.complain(hint);
    return EXIT.notWell;
  }
  if (!(await operations.isServed())) {
    const where = "it serves another store than this configuration names, on which no bridge runs (`storage.url`)";
    cli.complain(
      `What listens at ${shownUrl(target.url)} has taken it, but ${where}: nothing of it can be shown here.`,
    );
    return EXIT.notWell;
  }
  const id = eventId(target.app, commandOf(sample.kind), sample.officialAccount, user, eventTime);
  const end = performance.now() + PATIENCE_MS;
  const isOver = (story: readonly TracedStory[]) => isOverFor(story, id) || performance.now() > end;
  const journey = { following, ledger, told, ...(unseen !== undefined && { unseen }) };
  const story = await stoppable(cli, (signal) => followJourney(cli, options, journey, { isOver, signal }), {
    lingers: true,
    abandons: true,
  });
  return conclude(
    cli,
    options,
    story.find(({ event }) => event.id === id),
  );
}

function isOverFor(story: readonly TracedStory[], id: string): boolean {
  const found = story.find(({ event }) => event.id === id);
  return found !== undefined && isQuiet(found, Date.now());
}

/** Where the bridge shows nothing: what it would send, as `preview` makes it. */
async function sayForeseen(cli: Cli, { user, sample, target, config }: ShownSending, why: string): Promise<void> {
  cli.say(
    cli.paint.dim(`Live requests cannot be shown, for ${why}. This is what is to be sent, as \`preview\` makes it:`),
  );
  const { kind, officialAccount, operator } = sample;
  const question = { user, officialAccount, subscribed: kind === "subscribed", platform: "RESTAPI", app: target.app };
  sayPreview(
    cli,
    await previewEvent(config, { ...question, ...(operator !== undefined && { operator }) }, cli.io.version),
  );
  cli.say();
}

/** Well is what arrived, and what was not to be sent. */
const WELL: ReadonlySet<string> = new Set(["delivered", "skipped", "superseded"]);

function conclude(cli: Cli, options: JsonOption, story: TracedStory | undefined): ExitCode {
  const deliveries = story?.deliveries ?? [];
  const bad = deliveries.filter(({ state }) => !WELL.has(state)).map(({ connector }) => shown(connector, 64));
  const isWell = deliveries.length > 0 && bad.length === 0;
  if (options.json !== true) {
    const { paint } = cli;
    cli.say(isWell ? paint.green("✓ It has arrived everywhere.") : paint.red(`✗ ${badWords(story, bad)}.`));
    if (bad.length > 0)
      cli.say("  `status` says why, and when it is tried again; `trace USER --follow` shows it live.");
  }
  return isWell ? EXIT.ok : EXIT.notWell;
}

function badWords(story: TracedStory | undefined, bad: readonly string[]): string {
  if (bad.length > 0) return `It has not arrived, or not yet, at ${bad.join(", ")}`;
  return story === undefined ? "The bridge has not read it yet" : "No connector has got it";
}

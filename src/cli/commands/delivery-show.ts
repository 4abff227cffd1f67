/** `deliveries show` and `dead-letters show`: one delivery with everything that is known of it. */
import type { Command } from "commander";
import { time } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import { entryJson, fateText } from "../../operations/deliveries/entry.ts";
import type { HeldEntry } from "../../operations/deliveries/held.ts";
import { reasonText } from "../../operations/reason.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { define, type Help } from "../define.ts";
import { EXIT } from "../io.ts";
import { deliveryMeant } from "../naming.ts";
import type { JsonOption } from "../terminal/printer.ts";

/** @param where its id is to be found */
export function addDeliveryShow(group: Command, cli: Cli, where: string, examples: Help["examples"]): void {
  const show = group
    .command("show")
    .argument("<id>", `its delivery id, ${where}, or the beginning of it`)
    .description("Show one with everything that is known of it.");
  define(show, cli, {
    goesBy: "store",
    json: true,
    examples,
    exits: { 1: "there is no delivery with this id" },
    act: (id: string, options: JsonOption) =>
      cli.withStore(async (operations) => {
        const entry = await operations.delivery(await deliveryMeant(operations, id));
        if (entry === null) throw new CommandEnd(`There is no delivery "${shown(id)}".`, EXIT.notWell);
        cli.show(
          options,
          () => entryJson(entry, Date.now()),
          () => sayEntry(cli, entry),
        );
        return EXIT.ok;
      }),
  });
}

function sayEntry(cli: Cli, entry: HeldEntry): void {
  const { event, connector, reason, note, history, firstAttemptAt, lastAttemptAt } = entry;
  const lines: (readonly [string, string])[] = [
    ["delivery", entry.id],
    ["connector", connector],
    ["state", fateText(entry, Date.now())],
    ["reason", reason === null ? (note ?? "none") : reasonText(reason)],
    ...(reason === null || note === null ? [] : [["note", note] as const]),
    ["user", event.user],
    ["event", `${event.kind} ${event.officialAccount}, ${time(event.eventTime)}`],
    ["done by", event.operator === "" ? "unknown: Chat did not say" : event.operator],
    ["platform", event.platform],
    ["app", event.app],
    ["received", time(event.receivedAt)],
    ["first attempt", firstAttemptAt === null ? "none" : time(firstAttemptAt)],
    ["last attempt", lastAttemptAt === null ? "none" : time(lastAttemptAt)],
    ["generation", `${entry.generation} (replays make it grow)`],
  ];
  for (const [name, value] of lines) cli.say(`${cli.paint.bold(name.padEnd(14))} ${shown(value, 800)}`);
  for (const [index, { at, reason: why }] of history.entries()) {
    cli.say(`${cli.paint.bold((index === 0 ? "attempts" : "").padEnd(14))} ${time(at)}  ${reasonText(why)}`);
  }
}

/** Where the demo is seen: a terminal, with a table that changes below the story; or plain lines. */
import type { Output } from "../cli/io.ts";
import { openDrawing } from "../cli/terminal/drawing.ts";
import type { Paint } from "../cli/terminal/printer.ts";
import type { Numbers } from "./numbers.ts";
import { changes, type Note, noteText, numbersLine, tableText } from "./screen.ts";

export interface DemoStage {
  /** A line of the story: it stays. */
  note(note: Note): void;
  /** The numbers as they are now. */
  show(numbers: Numbers): void;
  /** The table as it is now stays, and what follows comes below it. */
  end(): void;
}

/** What a look has found: its numbers first, so that the table below a note says the same as the note. */
export function showLook(stage: DemoStage, before: Numbers | undefined, now: Numbers): void {
  stage.show(now);
  for (const note of changes(before, now)) stage.note(note);
}

/** How often numbers are told where nothing can be drawn again, in milliseconds. */
const PLAIN_EVERY_MS = 2_000;

/** @param elapsedMs since the demo began */
export function openStage(out: Output, paint: Paint, elapsedMs: () => number): DemoStage {
  return out.isTerminal ? liveStage(out, paint, elapsedMs) : plainStage(out, paint, elapsedMs);
}

function liveStage(out: Output, paint: Paint, elapsedMs: () => number): DemoStage {
  const drawing = openDrawing(out);
  let table = "";
  return {
    note(note) {
      drawing.persist(noteText(note, elapsedMs(), out.columns, paint));
      if (table !== "") drawing.draw(table);
    },
    show(numbers) {
      table = `\n${tableText(numbers, out.columns, paint)}\n`;
      drawing.draw(table);
    },
    end() {
      drawing.end();
      table = "";
    },
  };
}

function plainStage(out: Output, paint: Paint, elapsedMs: () => number): DemoStage {
  let latest: Numbers | undefined;
  let told = "";
  let nextAt = PLAIN_EVERY_MS;
  return {
    note: (note) => out.write(`${noteText(note, elapsedMs(), Number.POSITIVE_INFINITY, paint)}\n`),
    show(numbers) {
      latest = numbers;
      const line = numbersLine(numbers);
      if (elapsedMs() < nextAt || line === told) return;
      out.write(`           ${line}\n`);
      told = line;
      nextAt = elapsedMs() + PLAIN_EVERY_MS;
    },
    end() {
      if (latest !== undefined) out.write(`\n${tableText(latest, out.columns, paint)}\n`);
      latest = undefined;
    },
  };
}

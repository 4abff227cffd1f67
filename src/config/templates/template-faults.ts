/** What the template engine found, in a marketer's words. */
import { messageOf } from "../../basics/text.ts";
import { templateWords } from "./template-words.ts";

export interface TemplateFault {
  readonly what: string;
  readonly todo: string;
  /** Where in the template's text, from 0. */
  readonly index: number;
}

/** What rendering throws: its message is for the ledger, its fault for the configuration. */
export class TemplateError extends Error {
  readonly fault: TemplateFault;
  /** It took too long, which another time, or on another machine, it may not. */
  readonly isSlow: boolean;
  constructor(fault: TemplateFault, isSlow = false) {
    super(fault.what);
    this.fault = fault;
    this.isSlow = isSlow;
  }
}

/** @param error what liquidjs threw, or the same in parts */
export function templateFault(error: unknown, source: string, filters: readonly string[]): TemplateFault {
  const { message, index } = partsOf(error, source);
  return { index, ...templateWords(message, { source, index, filters }) };
}

function partsOf(error: unknown, source: string): { message: string; index: number } {
  const message = messageOf(error);
  const place = placeOf(error);
  return {
    message: firstLine(message).replace(/, line:\d+, col:\d+$/, ""),
    index: place === undefined ? 0 : indexOf(source, place),
  };
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n", 1);
  // the engine quotes the template in its message; the place says it better
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

/** Row and column, from 1, of a liquidjs error or of a variable's use. */
function placeOf(error: unknown): readonly [row: number, column: number] | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { token, location } = error as {
    token?: { getPosition?: () => [number, number] };
    location?: { row: number; col: number };
  };
  return location === undefined ? token?.getPosition?.() : [location.row, location.col];
}

function indexOf(source: string, [row, column]: readonly [row: number, column: number]): number {
  const lines = source.split("\n").slice(0, row - 1);
  return lines.reduce((sum, line) => sum + line.length + 1, 0) + column - 1;
}

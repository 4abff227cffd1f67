/** What stands in the place of a variable that is asked for and not set: one with a slip in its name, or one without a value. Pure. */
import { nearest } from "../basics/suggest.ts";
import type { Env } from "./decoding/variables.ts";
import type { Fault } from "./faults/fault.ts";

/** Where variables come from. */
export interface Given {
  /** By `.env`. */
  readonly byFile: Env;
  /** Names in lines of `.env` that set nothing. */
  readonly stray: Iterable<string>;
  /** By the environment itself, which wins. */
  readonly real: Env;
  /** Those that a setting asks for: what they are meant for is known. */
  readonly used: ReadonlySet<string>;
}

/** The faults, and those of variables that are not set with what was probably meant. */
export function hinted(faults: readonly Fault[], given: Given): readonly Fault[] {
  return faults.map((fault) => {
    const hint = fault.variable === undefined ? undefined : hintFor(fault.variable, given);
    return hint === undefined ? fault : { ...fault, hint, todo: hint };
  });
}

function hintFor(name: string, given: Given): string | undefined {
  const { byFile, real } = given;
  if (byFile[name] && real[name] !== undefined)
    return "the environment sets it to nothing, and wins over .env: unset it there";
  if (name in byFile) return "it stands in .env without a value: write one there";
  const near = meantBy(name, given);
  if (near === undefined) return undefined;
  const isReal = real[near] !== undefined;
  return `did you mean ${near}, which stands in ${isReal ? "the environment" : ".env"}?`;
}

/** The variable that was probably meant to be the one that is asked for. */
export function meantBy(name: string, { byFile, stray, real, used }: Given): string | undefined {
  const isFree = (one: string) => !used.has(one);
  const inFile = [...Object.keys(byFile), ...stray].filter(isFree);
  return nearest(name, inFile) ?? nearest(name, Object.keys(real).filter(isFree));
}

/** Rules that no answer can ever reach: by what they want, or by what earlier ones take. Pure. */
import type { SettingFault } from "../../src/connector.ts";
import { statusesOf, valuesOf } from "./rules.ts";
import type { RuleSettings } from "./settings.ts";

type Path = readonly (string | number)[];

/** @param index which of the rules, from 0 */
export function neverFaults(answers: readonly RuleSettings[], index: number, path: Path): SettingFault[] {
  const rule = answers[index];
  if (rule === undefined) return [];
  const own = [...valueFaults(rule, path), ...bodilessFaults(rule, path)];
  const isLost = own.some(({ severity }) => severity !== "warning");
  const taken = isLost ? undefined : takenFault(answers, index, path);
  return taken === undefined ? own : [...own, taken];
}

/** Values that nothing in an answer is equal to. */
function valueFaults({ where = {} }: RuleSettings, path: Path): SettingFault[] {
  return Object.entries(where).flatMap(([name, value]): SettingFault[] => {
    const at = [...path, "where", name];
    const values = valuesOf(value);
    if (values.length === 0) {
      return [{ path: at, what: "no value is in this list: the rule is never reached", todo: "name one, or several" }];
    }
    const block = values.find((one) => typeof one === "object" && one !== null);
    if (block === undefined) return [];
    const what = "what stands at a place is compared as one value: the rule is never reached";
    return [{ path: at, what, todo: `write the way to it with dots, as in "${dotted(name, block)}"` }];
  });
}

/** `result.state` of a block in which a `state` stands. */
function dotted(name: string, value: unknown): string {
  const [inner] = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return inner === undefined ? name : dotted(`${name}.${inner[0]}`, inner[1]);
}

/** RFC 9110 15.3.5, 15.3.6 and 15.4.5: whatever is sent behind these heads is no content. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

function bodilessFaults(rule: RuleSettings, path: Path): SettingFault[] {
  const { where = {} } = rule;
  const statuses = statusesOf(rule);
  const bodiless = statuses.filter((status) => BODILESS.has(status));
  const [first] = bodiless;
  if (first === undefined || Object.keys(where).length === 0) return [];
  const what = `${first} has no body in which a value could stand`;
  const todo = `give ${first} a rule of its own, with \`body: ignored\``;
  return bodiless.length === statuses.length
    ? [{ path: [...path, "where"], what: `${what}: the rule is never reached`, todo }]
    : [{ path: [...path, "status"], what: `${what}: it never meets this rule`, todo, severity: "warning" }];
}

/** All that it names is taken by earlier rules, one of them or several together. */
function takenFault(answers: readonly RuleSettings[], index: number, path: Path): SettingFault | undefined {
  const rule = answers[index];
  if (rule === undefined) return undefined;
  const takers = new Set<number>();
  for (const status of statusesOf(rule)) {
    for (const meant of meantBy(rule)) {
      const taker = answers.slice(0, index).findIndex((earlier) => takes(earlier, status, meant));
      if (taker === -1) return undefined;
      takers.add(taker + 1);
    }
  }
  const numbers = [...takers].sort((one, other) => one - other);
  const who = numbers.length === 1 ? `rule ${numbers[0]} takes` : `rules ${listed(numbers)} take`;
  const before = numbers.length === 1 ? "that one" : "those";
  const what = `this rule is never reached: ${who} all that it names`;
  return { path, what, todo: `put it before ${before}, or remove it` };
}

/** One value for each place. */
type Meant = ReadonlyMap<string, unknown>;

/** More would be no list that a person writes. */
const MOST_MEANT = 1_000;

/** Each combination of values that the rule fits; places with a list of too many are left aside, as if nothing were known of them. */
function meantBy({ where = {} }: RuleSettings): readonly Meant[] {
  let all: readonly Meant[] = [new Map()];
  for (const [path, value] of Object.entries(where)) {
    const values = valuesOf(value);
    if (all.length * values.length > MOST_MEANT) continue;
    all = all.flatMap((meant) => values.map((one) => new Map([...meant, [path, one]])));
  }
  return all;
}

function takes(earlier: RuleSettings, status: number, meant: Meant): boolean {
  const wants = Object.entries(earlier.where ?? {});
  return (
    statusesOf(earlier).includes(status) &&
    wants.every(([path, value]) => meant.has(path) && valuesOf(value).includes(meant.get(path)))
  );
}

const listed = (numbers: readonly number[]): string => `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;

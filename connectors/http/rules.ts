/** The rules of `answers`, in their order. Pure. */
import type { ConnectorTools, Delivery, Render } from "../../src/connector.ts";
import { valueAt } from "./paths.ts";
import type { RuleSettings } from "./settings.ts";

export interface Rule {
  /** From 1, as a person counts. */
  readonly number: number;
  readonly means: RuleSettings["means"];
  /** Where in the answer the reason stands. */
  readonly message: string | undefined;
  readonly statuses: readonly number[];
  /** Values by their paths; each a list of what they may be, for this delivery. */
  readonly where: readonly (readonly [path: string, values: Render])[];
}

export function statusesOf({ status }: RuleSettings): readonly number[] {
  return typeof status === "number" ? [status] : status;
}

/** The values that are meant by one entry of `where`. */
export function valuesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

export function compileRules(answers: readonly RuleSettings[], tools: Pick<ConnectorTools, "template">): Rule[] {
  return answers.map((rule, index) => ({
    number: index + 1,
    means: rule.means,
    message: rule.message,
    statuses: statusesOf(rule),
    where: Object.entries(rule.where ?? {}).map(([path, value]) => [path, tools.template(valuesOf(value))] as const),
  }));
}

/**
 * The first rule that fits.
 * @param json the answer, or the part of it that is about this delivery; undefined where it cannot be relied on
 */
export function ruleFor(rules: readonly Rule[], status: number, json: unknown, delivery: Delivery): Rule | undefined {
  return rules.find(({ statuses, where }) => statuses.includes(status) && where.every(fitsIn(json, delivery)));
}

function fitsIn(json: unknown, delivery: Delivery) {
  return ([path, values]: Rule["where"][number]): boolean => {
    const found = valueAt(json, path);
    return found !== undefined && valuesOf(values(delivery)).some((value) => value === found);
  };
}

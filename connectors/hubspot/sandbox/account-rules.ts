/**
 * Rules that an account's administrator made for people, and that bind the API from version 2026-09 on:
 * https://developers.hubspot.com/changelog/crm-api-write-validation-enforcement
 */
import type { SandboxAnswer } from "../../kit/sandbox.ts";
import type { BatchBody } from "./batch.ts";
import { refusal } from "./errors.ts";
import type { Portal } from "./portal.ts";

export interface AccountRules {
  /** A property that must be filled where another one gets a value. */
  readonly conditional?: readonly {
    readonly property: string;
    readonly when: readonly [property: string, value: string];
  }[];
  /** What the form for new contacts asks for. */
  readonly toCreate?: readonly string[];
}

const SINCE = "2026-09";

interface Asked {
  readonly version: string | undefined;
  readonly verb: string;
  readonly body: BatchBody;
  readonly portal: Portal;
}

interface BrokenRule {
  readonly code: string;
  readonly message: string;
  readonly context: { readonly propertyName: readonly string[] };
}

/** The refusal of a write that breaks any; undefined when none is broken, or none binds. */
export function brokenRules(rules: AccountRules, { version, verb, body, portal }: Asked): SandboxAnswer | undefined {
  // `v3` is behind any date
  if (version === undefined || version.startsWith("v") || version < SINCE || verb === "read") return undefined;
  const inputs = (Array.isArray(body.inputs) ? body.inputs : []) as {
    id?: string;
    properties?: Record<string, string>;
  }[];
  const broken = inputs.flatMap(({ id = "", properties = {} }) => {
    const whole = { ...portal.byId(id)?.properties, ...properties };
    return [...conditional(rules, properties, whole), ...(verb === "create" ? toCreate(rules, whole) : [])];
  });
  if (broken.length === 0) return undefined;
  return refusal(400, "VALIDATION_ERROR", "The property values provided are invalid", { errors: broken });
}

type Values = Readonly<Record<string, string>>;

function conditional({ conditional: all = [] }: AccountRules, written: Values, whole: Values): BrokenRule[] {
  return all
    .filter(({ property, when: [other, value] }) => written[other] === value && (whole[property] ?? "") === "")
    .map(({ property, when: [other] }) => ({
      code: "MISSING_CONDITIONAL_REQUIRED_PROPERTY",
      message: `${property} is required because of a conditional property rule based on [${other}]`,
      context: { propertyName: [property] },
    }));
}

function toCreate({ toCreate: all = [] }: AccountRules, whole: Values): BrokenRule[] {
  return all
    .filter((property) => (whole[property] ?? "") === "")
    .map((property) => ({
      code: "MISSING_REQUIRED_PROPERTY",
      message: `A value for ${property} must be provided`,
      context: { propertyName: [property] },
    }));
}

/**
 * Whether what HubSpot has kept is what was written. It answers 200 with the old value for a lifecycle stage that would go back, and
 * for what a workflow resets; and it re-spells dates, numbers and telephone numbers. Only a contradiction counts. Pure.
 */
import type { Definition, Definitions } from "./properties.ts";
import { timeOf } from "./times.ts";

/** What differs, in words; undefined when nothing does. @param kept the properties in HubSpot's answer, as they came */
export function contradiction(
  sent: Readonly<Record<string, string>>,
  kept: Readonly<Record<string, unknown>>,
  definitions: Definitions,
): string | undefined {
  const differing = Object.entries(sent).flatMap(([name, value]) => {
    const is = keptText(kept[name]);
    return is === undefined || agree(definitions.get(name), value, is)
      ? []
      : [`"${name}" is "${cut(is)}", not "${cut(value)}"`];
  });
  return differing.length === 0 ? undefined : `HubSpot has kept other values: ${differing.join("; ")}`;
}

/** Undefined: the answer says nothing of it. */
function keptText(value: unknown): string | undefined {
  if (value === null) return "";
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/** As long as nobody can say for certain that they differ, they agree. */
function agree(definition: Definition | undefined, sent: string, kept: string): boolean {
  // nearly always
  if (sent === kept) return true;
  const [one, other] = [plain(sent), plain(kept)];
  if (one === other) return true;
  // cleared, or not; white space alone clears nothing for certain
  if (one === "" || other === "") return sent !== "" && one === "";
  switch (definition?.type) {
    case "date":
    case "datetime":
      return sameTime(definition.type, one, other);
    case "number":
      return sameNumber(Number(one), Number(other));
    case "enumeration":
    case "bool":
      return sameSet(one, other);
    case "string":
      return samePhone(one, other);
    default:
      return true;
  }
}

const plain = (text: string): string => text.normalize("NFC").replace(/\s+/g, " ").trim().toLowerCase();

const DAY_MS = 86_400_000;
/** HubSpot may keep whole seconds. */
const SECOND_MS = 1_000;

function sameTime(type: "date" | "datetime", one: string, other: string): boolean {
  const [a, b] = [timeOf(one), timeOf(other)];
  if (a === undefined || b === undefined) return true;
  return type === "date" ? Math.floor(a / DAY_MS) === Math.floor(b / DAY_MS) : Math.abs(a - b) < SECOND_MS;
}

function sameNumber(one: number, other: number): boolean {
  if (!Number.isFinite(one) || !Number.isFinite(other)) return true;
  return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one), Math.abs(other));
}

function sameSet(one: string, other: string): boolean {
  const parts = (text: string) =>
    [...new Set(text.split(";").map((part) => part.trim()))].filter((part) => part !== "").sort();
  return parts(one).join(";") === parts(other).join(";");
}

/** `+86 138 0013 8000` and `13800138000`. */
function samePhone(one: string, other: string): boolean {
  const PHONE = /^[+\d().\s/-]{6,}$/;
  if (!PHONE.test(one) || !PHONE.test(other)) return false;
  const [a, b] = [one.replace(/\D/g, ""), other.replace(/\D/g, "")].map((digits) => digits.replace(/^0+/, ""));
  return a !== undefined && b !== undefined && (a.endsWith(b) || b.endsWith(a));
}

const LONGEST = 60;
const cut = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`);

/**
 * HubSpot's API versions: how paths name them, and until when each is supported. Pure.
 * A version each March and September, each supported for 18 months; v1 to v3 until September 2027:
 * https://developers.hubspot.com/docs/developer-tooling/platform/versioning and
 * https://developers.hubspot.com/changelog/legacy-apis-and-legacy-apps-whats-going-unsupported-and-when
 */
import type { Found, Said } from "../../src/connector.ts";
import { found, words } from "./findings.ts";

export const LATEST = "2026-09";
/** The last of the numbered ones, and the one that the SDK speaks. */
export const NUMBERED = "v3";

/** `v3`, or the year and month of a release. */
export function isVersion(text: string): boolean {
  return text === NUMBERED || /^20\d\d-0[39]$/.test(text);
}

/**
 * The path of an API in a version, from its path in v3: the dated ones put the version behind the API's name.
 * What has no version in this place is left as it is.
 */
export function pathIn(version: string, path: string): string {
  if (version === NUMBERED) return path;
  return path
    .replace(/^\/crm\/v3\/([a-z-]+)\//, `/crm/$1/${version}/`)
    .replace(/^\/account-info\/v3\//, `/account-info/${version}/`);
}

/** Another version by which HubSpot can be asked whether it is there at all. */
export function otherThan(version: string): string {
  return version === NUMBERED ? LATEST : NUMBERED;
}

const SUPPORTED_MONTHS = 18;
const WARNED_MONTHS = 6;

/** For `check --live`. @param now milliseconds since 1970 */
export function supportFinding(version: string, now: number): Found {
  const end = endOf(version);
  const month = monthOf(end);
  const setting = "api_version";
  if (now < monthsBefore(end, WARNED_MONTHS).getTime()) {
    return { ...found(true, "supported", { version, month }), setting };
  }
  const isOver = now >= end.getTime();
  return { ...found("warning", isOver ? "unsupported" : "supported_shortly", { version, month }), setting };
}

/** The first day of the month in which support ends. */
function endOf(version: string): Date {
  if (version === NUMBERED) return new Date(Date.UTC(2027, 8));
  const [year = 0, month = 1] = version.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + SUPPORTED_MONTHS));
}

function monthsBefore(date: Date, months: number): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months));
}

/** Support ends in one of two months. */
function monthOf(end: Date): Said {
  return words(end.getUTCMonth() < 6 ? "march" : "september", { year: end.getUTCFullYear() });
}

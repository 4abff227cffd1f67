/** Points in time as ISO 8601 writes them. Pure. */

/** `2026-01-31`, at midnight UTC, or with a time and its zone; undefined: there is none such. Milliseconds since 1970. */
export function instantIn(iso: string): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso) ?? [];
  const at = Date.parse(iso);
  // 31 February is read as 3 March
  return Number.isNaN(at) || !(Number(day) <= daysIn(Number(year), Number(month))) ? undefined : at;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Where an API of HubSpot is: the path names its version, in one of two places. Pure. */

export interface Address {
  /** `v3`, `2026-09`; undefined where the path has none that matters here. */
  readonly version: string | undefined;
  /** Without the version: `objects/contacts/batch/read`; the path as it is where it has none. */
  readonly resource: string;
}

const NUMBERED = /^\/crm\/(v\d+)\/(.+)$/;
const DATED = /^\/crm\/([a-z-]+)\/(\d{4}-\d\d)\/(.+)$/;
const ACCOUNT = /^\/account-info\/([^/]+)\/(.+)$/;

export function addressOf(path: string): Address {
  const [, number, numbered] = NUMBERED.exec(path) ?? [];
  if (numbered !== undefined) return { version: number, resource: numbered };
  const [, api, date, rest] = DATED.exec(path) ?? [];
  if (rest !== undefined) return { version: date, resource: `${api}/${rest}` };
  const [, version, details] = ACCOUNT.exec(path) ?? [];
  return details === undefined
    ? { version: undefined, resource: path }
    : { version, resource: `account-info/${details}` };
}

/** Which releases can work on one store, told by numbers of its schema. Pure. */

/** The schema that this release makes; 0.1.0 made 1. A release that changes more than it adds raises it. */
export const SCHEMA = 2;
/** The oldest release, by its schema, that still works on a store when this one has been at it. */
export const COMPATIBLE_FROM = 1;

/** What a store says of those who were at it. */
export interface Releases {
  /** The newest schema that somebody has made of it. */
  readonly version: number;
  /** The oldest release, by its schema, that still works on it. */
  readonly compatibleFrom: number;
}

/** Why this release must not touch a store; undefined when it may. A newer one that only adds leaves the way back open. */
export function tooNew(place: string, { version, compatibleFrom }: Releases): string | undefined {
  if (compatibleFrom <= SCHEMA) return undefined;
  return `${place} was written by a newer release (version ${version}, this one knows ${SCHEMA}): run that release or a newer one`;
}

/** What the store is to say from now on. */
export function withThisRelease({ version, compatibleFrom }: Releases): Releases {
  return { version: Math.max(version, SCHEMA), compatibleFrom: Math.max(compatibleFrom, COMPATIBLE_FROM) };
}

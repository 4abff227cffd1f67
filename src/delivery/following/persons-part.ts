/** What of a batch's JSON is about one person of it: the others are nobody's business who follows this one. Pure. */
import { isCredentialName } from "../../basics/credential-names.ts";
import { type Delivery, withShownUrls } from "../../connector.ts";

/** How a batch names somebody: ids stand for nobody else; a user id may stand elsewhere too, as the one who did it to another. */
interface Names {
  /** Of deliveries and events; grows with what is learnt: the ids that a destination has for them. */
  readonly ids: Set<string>;
  readonly users: ReadonlySet<string>;
}

/** The person, and who is in the same batch. */
export interface Batchmates {
  readonly own: Names;
  readonly others: Names;
}

export function batchmatesOf(own: readonly Delivery[], others: readonly Delivery[]): Batchmates {
  return { own: namesOf(own), others: namesOf(others) };
}

export function isAlone({ others }: Batchmates): boolean {
  return others.ids.size === 0;
}

function namesOf(deliveries: readonly Delivery[]): Names {
  return {
    ids: new Set(deliveries.flatMap(({ id, event }) => [id, event.id].map((word) => word.toLowerCase()))),
    users: new Set(deliveries.map(({ event }) => event.user.toLowerCase())),
  };
}

/**
 * Without what is about others alone, entries of lists and of what has people for names, which are counted; and with credentials hidden
 * by their names.
 */
export function personsPart(value: unknown, mates: Batchmates): unknown {
  if (typeof value === "string") return withoutOthers(withShownUrls(value), mates);
  if (Array.isArray(value)) return partOfList(value, mates);
  if (typeof value !== "object" || value === null) return value;
  const all = Object.entries(value);
  const kept = all.filter(([name]) => !isAnother(name, mates));
  const named = kept.some(([name, part]) => OF_A_PAIR.test(name) && isCredentialName(String(part)));
  const entries = kept.map(([name, part]) => {
    const isCredential = isCredentialName(name) || (named && name === "value");
    return [name, personsPart(isCredential ? hidden(part) : part, mates)];
  });
  const away = all.length - kept.length;
  return Object.fromEntries(away === 0 ? entries : [...entries, ["…", `${away} about others`]]);
}

/** All of it, with credentials hidden by their names, however deep they stand. */
export const withoutCredentials = (value: unknown): unknown => personsPart(value, batchmatesOf([], []));

/** `{ "name": "api_key", "value": "…" }` */
const OF_A_PAIR = /^(name|key|header|parameter)$/;

/** A credential, or each of a list. In what has names of its own these say what is one. */
function hidden(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(hidden);
  return typeof part === "string" || typeof part === "number" ? "(hidden)" : part;
}

const WORD = /[\p{L}\p{N}_@#+.:=-]+/gu;
/** `id:leckie`, `user=leckie.` */
const PART = /[\p{L}\p{N}_@#+-]+(?:[.][\p{L}\p{N}_@#+-]+)*/gu;

/** A sentence in which others stand by their names, without these. */
export function withoutOthers(text: string, mates: Batchmates): string {
  if (isAlone(mates)) return text;
  const hide = (word: string) => (isAnother(word, mates) ? "(another)" : word);
  return text.replace(WORD, (word) => (isAnother(word, mates) ? "(another)" : word.replace(PART, hide)));
}

/** Whether a word is one of the others' names, and not the person's own. */
function isAnother(word: string, { own, others }: Batchmates): boolean {
  const name = word.toLowerCase();
  return (others.ids.has(name) || others.users.has(name)) && !own.ids.has(name) && !own.users.has(name);
}

function partOfList(list: readonly unknown[], mates: Batchmates): unknown[] {
  const kept = list.filter((entry) => !isOfOthers(entry, mates));
  const away = list.length - kept.length;
  const parts = kept.map((entry) => personsPart(entry, mates));
  return away === 0 ? parts : [...parts, `… ${away} about others`];
}

function isOfOthers(entry: unknown, mates: Batchmates): boolean {
  if (isAlone(mates)) return false;
  const { own, others } = mates;
  const [isOwn, isOther] = [mentions(entry, own.ids), mentions(entry, others.ids)];
  // of both: something around entries of each
  if (isOwn && isOther) return false;
  const isOurs = isOwn || (!isOther && mentions(entry, own.users));
  const isTheirs = !isOurs && (isOther || mentions(entry, others.users));
  if (isOurs) learn(entry, own.ids, others.ids);
  if (isTheirs) learn(entry, others.ids, own.ids);
  return isTheirs;
}

/** A record's own id stands for it from now on: later requests and answers have it alone. */
function learn(entry: unknown, words: Set<string>, unless: ReadonlySet<string>): void {
  if (typeof entry !== "object" || entry === null || !("id" in entry)) return;
  const { id } = entry;
  if (typeof id === "string" && !unless.has(id.toLowerCase())) words.add(id.toLowerCase());
}

/** Shorter ones stand in many a word that is not about the person. */
const SHORTEST_WITHIN = 4;

function mentions(value: unknown, words: ReadonlySet<string>): boolean {
  if (typeof value === "string" || typeof value === "number") return isMentionedIn(String(value).toLowerCase(), words);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((part) => mentions(part, words));
}

function isMentionedIn(text: string, words: ReadonlySet<string>): boolean {
  if (words.has(text)) return true;
  for (const word of words) if (word.length >= SHORTEST_WITHIN && text.includes(word)) return true;
  return false;
}

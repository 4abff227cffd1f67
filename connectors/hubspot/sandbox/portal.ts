/** The stand-in's CRM: contacts, and the definitions of their properties. */

export interface Contact {
  readonly id: string;
  readonly properties: Record<string, string>;
  /** When it was made or changed last, milliseconds: search notices later. */
  changedAt: number;
}

/** A property's definition, as far as the stand-in cares. */
export interface PropertyDefinition {
  readonly name: string;
  readonly label?: string;
  /** `string` unless set. */
  readonly type?: "string" | "number" | "date" | "datetime" | "enumeration" | "bool";
  readonly unique?: boolean;
  readonly readOnly?: boolean;
  readonly calculated?: boolean;
  /** Of an enumeration. */
  readonly options?: readonly string[];
}

export interface Portal {
  readonly contacts: ReadonlyMap<string, Contact>;
  readonly definitions: Map<string, PropertyDefinition>;
  /** Makes a contact and returns its record id. */
  add(properties: Readonly<Record<string, string>>): string;
  write(contact: Contact, properties: Readonly<Record<string, string>>): void;
  remove(id: string): void;
  /** The contact of a record id, also of one that was merged into it. */
  byId(id: string): Contact | undefined;
  /**
   * Merges two contacts into a new one, to which both record ids lead from then on. The primary one's values are kept, the other's where
   * it has none; addresses are kept all: https://developers.hubspot.com/changelog/updated-merge-functionality-for-contacts-and-companies
   */
  merge(primary: string, other: string): string;
  /** Record ids of the contacts that carry the value, compared without case. */
  idsWith(property: string, value: string): ReadonlySet<string>;
  isUnique(property: string): boolean;
  /** Calls `look` after each change of a contact from now on. */
  watch(look: (contact: Contact) => void): void;
}

const DEFAULTS: readonly PropertyDefinition[] = [
  { name: "hs_object_id", label: "Record ID", type: "number", readOnly: true },
  { name: "hs_additional_emails", label: "Additional email addresses" },
  { name: "email", label: "Email" },
  { name: "firstname", label: "First Name" },
  { name: "lastname", label: "Last Name" },
  { name: "chat_user_id", label: "Chat user ID", unique: true },
  {
    name: "chat_subscription",
    label: "Chat subscription",
    type: "enumeration",
    options: ["subscribed", "unsubscribed"],
  },
  { name: "chat_unsubscribed_at", label: "Chat unsubscribed at", type: "datetime" },
];

const NOBODY: ReadonlySet<string> = new Set();

/** @param definitions beside the default ones, or instead of those of the same name */
export function openPortal(definitions: readonly PropertyDefinition[], clock: () => number): Portal {
  const contacts = new Map<string, Contact>();
  const known = new Map([...DEFAULTS, ...definitions].map((each) => [each.name, each]));
  const indexes = new Map<string, Map<string, Set<string>>>();
  const watchers: ((contact: Contact) => void)[] = [];
  /** From merged record ids to what they were merged into. */
  const mergedInto = new Map<string, string>();
  let lastId = 100;

  function indexOf(property: string): Map<string, Set<string>> {
    const ready = indexes.get(property);
    if (ready !== undefined) return ready;
    const index = new Map<string, Set<string>>();
    indexes.set(property, index);
    for (const { id, properties } of contacts.values()) enter(index, properties[property], id);
    return index;
  }

  function write(contact: Contact, properties: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(properties)) {
      const index = indexes.get(name);
      index?.get((contact.properties[name] ?? "").toLowerCase())?.delete(contact.id);
      contact.properties[name] = value;
      if (index !== undefined) enter(index, value, contact.id);
    }
    contact.changedAt = clock();
    for (const look of watchers) look(contact);
  }

  function add(properties: Readonly<Record<string, string>>): string {
    lastId += 1;
    const id = String(lastId);
    const contact: Contact = { id, properties: { hs_object_id: id }, changedAt: 0 };
    contacts.set(id, contact);
    write(contact, properties);
    return id;
  }

  function remove(id: string): void {
    const contact = contacts.get(id);
    if (contact === undefined) return;
    for (const [name, index] of indexes) index.get((contact.properties[name] ?? "").toLowerCase())?.delete(id);
    contacts.delete(id);
  }

  function byId(id: string): Contact | undefined {
    const next = mergedInto.get(id);
    return next === undefined ? contacts.get(id) : byId(next);
  }

  return {
    contacts,
    definitions: known,
    write,
    add,
    remove,
    byId,
    merge(primary, other) {
      const [kept = {}, lost = {}] = [byId(primary)?.properties, byId(other)?.properties];
      const { hs_object_id: _, ...properties } = mergedProperties(kept, lost);
      for (const id of [primary, other]) remove(id);
      const id = add(properties);
      for (const old of [primary, other]) mergedInto.set(old, id);
      return id;
    },
    idsWith: (property, value) => indexOf(property).get(value.toLowerCase()) ?? NOBODY,
    isUnique: (property) => property === "email" || known.get(property)?.unique === true,
    watch: (look) => void watchers.push(look),
  };
}

function mergedProperties(
  primary: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): Record<string, string> {
  const filled = Object.entries(primary).filter(([, value]) => value !== "");
  const addresses = [primary.hs_additional_emails, other.hs_additional_emails, primary.email && other.email];
  const more = addresses.filter((each) => each !== undefined && each !== "").join(";");
  return { ...other, ...Object.fromEntries(filled), ...(more !== "" && { hs_additional_emails: more }) };
}

function enter(index: Map<string, Set<string>>, value: string | undefined, id: string): void {
  if (value === undefined || value === "") return;
  const key = value.toLowerCase();
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([id]));
  else ids.add(id);
}

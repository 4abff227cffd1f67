/** The stand-in's CRM: contacts, and the definitions of their properties. */
import { type Contact, openContactIndex } from "./contact-index.ts";

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

/** @param definitions beside the default ones, or instead of those of the same name */
export function openPortal(definitions: readonly PropertyDefinition[], clock: () => number): Portal {
  const contacts = new Map<string, Contact>();
  const known = new Map([...DEFAULTS, ...definitions].map((each) => [each.name, each]));
  const index = openContactIndex(contacts);
  const watchers: ((contact: Contact) => void)[] = [];
  /** From merged record ids to what they were merged into. */
  const mergedInto = new Map<string, string>();
  let lastId = 100;

  function write(contact: Contact, properties: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(properties)) {
      index.change(contact, name, value);
      contact.properties[name] = value;
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
    if (contact !== undefined) index.leave(contact);
    contacts.delete(id);
  }

  const byId = (id: string) => contacts.get(latestId(id, mergedInto));

  return {
    ...{ contacts, definitions: known, write, add, remove, byId, idsWith: index.idsWith },
    merge(primary, other) {
      const [kept = {}, lost = {}] = [byId(primary)?.properties, byId(other)?.properties];
      for (const id of [primary, other]) remove(id);
      const id = add(mergedProperties(kept, lost));
      for (const old of [primary, other]) mergedInto.set(old, id);
      return id;
    },
    isUnique: (property) => property === "email" || known.get(property)?.unique === true,
    watch: (look) => void watchers.push(look),
  };
}

function latestId(id: string, mergedInto: ReadonlyMap<string, string>): string {
  const next = mergedInto.get(id);
  return next === undefined ? id : latestId(next, mergedInto);
}

/** All but the record id, which the new one gets anew. */
function mergedProperties(
  primary: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): Record<string, string> {
  const filled = Object.entries(primary).filter(([, value]) => value !== "");
  const addresses = [primary.hs_additional_emails, other.hs_additional_emails, primary.email && other.email];
  const more = addresses.filter((each) => each !== undefined && each !== "").join(";");
  const { hs_object_id: _, ...merged } = { ...other, ...Object.fromEntries(filled) };
  return { ...merged, ...(more !== "" && { hs_additional_emails: more }) };
}

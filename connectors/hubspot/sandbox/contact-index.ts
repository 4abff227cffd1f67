/** Contacts by the values of their properties, compared without case: a property is entered once somebody asks for it. */

export interface Contact {
  readonly id: string;
  readonly properties: Record<string, string>;
  /** When it was made or changed last, milliseconds: search notices later. */
  changedAt: number;
}

export interface ContactIndex {
  /** Record ids of the contacts that carry the value. */
  idsWith(property: string, value: string): ReadonlySet<string>;
  /** The contact gets another value; called while it still has the one before. */
  change(contact: Contact, property: string, value: string): void;
  /** The contact goes. */
  leave(contact: Contact): void;
}

const NOBODY: ReadonlySet<string> = new Set();

export function openContactIndex(contacts: ReadonlyMap<string, Contact>): ContactIndex {
  const indexes = new Map<string, Map<string, Set<string>>>();

  function indexOf(property: string): Map<string, Set<string>> {
    const ready = indexes.get(property);
    if (ready !== undefined) return ready;
    const index = new Map<string, Set<string>>();
    indexes.set(property, index);
    for (const { id, properties } of contacts.values()) enter(index, properties[property], id);
    return index;
  }

  return {
    idsWith: (property, value) => indexOf(property).get(value.toLowerCase()) ?? NOBODY,
    change({ id, properties }, property, value) {
      const index = indexes.get(property);
      if (index === undefined) return;
      index.get((properties[property] ?? "").toLowerCase())?.delete(id);
      enter(index, value, id);
    },
    leave({ id, properties }) {
      for (const [name, index] of indexes) index.get((properties[name] ?? "").toLowerCase())?.delete(id);
    },
  };
}

function enter(index: Map<string, Set<string>>, value: string | undefined, id: string): void {
  if (value === undefined || value === "") return;
  const key = value.toLowerCase();
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([id]));
  else ids.add(id);
}

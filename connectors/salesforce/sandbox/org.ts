/** The stand-in's org: the fields of its objects and their records, and what its users get to see. */

export interface FieldDefinition {
  readonly name: string;
  /** `string` unless set. */
  readonly type?: string;
  readonly externalId?: boolean;
  readonly unique?: boolean;
  /** Nobody writes it: a formula, or without the right to. */
  readonly readOnly?: boolean;
  /** A restricted picklist's. */
  readonly options?: readonly string[];
  /** Writes of it are answered with success and dropped, as by a flow that sets it back. */
  readonly ignored?: boolean;
}

export interface SalesforceObject {
  /** By API name; may be changed. */
  readonly fields: Map<string, FieldDefinition>;
  /** By record id. */
  readonly records: Map<string, Record<string, unknown>>;
  /** Records with these values in a field, without case; whoever has any where no values are given. */
  find(field: string, values: readonly string[] | undefined): readonly Record<string, unknown>[];
}

const PERSON: readonly FieldDefinition[] = [
  { name: "Id", type: "id", readOnly: true },
  { name: "Name", readOnly: true },
  { name: "FirstName" },
  { name: "LastName" },
  { name: "Email", type: "email" },
  { name: "Phone", type: "phone" },
  { name: "Description", type: "textarea" },
  { name: "HasOptedOutOfEmail", type: "boolean" },
  { name: "HasOptedOutOfFax", type: "boolean" },
  { name: "DoNotCall", type: "boolean" },
  { name: "Chat_User_Id__c", externalId: true, unique: true },
  { name: "Chat_Subscription__c", type: "picklist", options: ["subscribed", "unsubscribed"] },
  { name: "Chat_Unsubscribed_At__c", type: "datetime" },
  { name: "Chat_Unsubscribed_On__c", type: "date" },
  { name: "Chat_Unsubscribed__c", type: "boolean" },
  { name: "Chat_Official_Account__c" },
  { name: "Chat_Changes__c", type: "double" },
];

/** Prefixes of record ids, and what a new record must have. */
const KINDS = {
  Contact: { prefix: "003", required: ["LastName"] },
  Lead: { prefix: "00Q", required: ["LastName", "Company"] },
} as const;

export interface Org {
  object(name: string): SalesforceObject | undefined;
  /** Makes a record and returns its id, of 18 characters. */
  add(object: string, values: Readonly<Record<string, unknown>>): string;
  requiredFor(object: string): readonly string[];
}

/** @param more fields beside the usual ones, or instead of those of the same name */
export function openOrg(more: readonly FieldDefinition[] = []): Org {
  const objects = new Map<string, SalesforceObject>(
    Object.keys(KINDS).map((name) => {
      const fields = [...PERSON, ...(name === "Lead" ? [{ name: "Company" }] : []), ...more];
      return [name, openObject(new Map(fields.map((field) => [field.name, field])))];
    }),
  );
  let made = 0;
  const kindOf = (name: string) => KINDS[name as keyof typeof KINDS];
  return {
    object: (name) => objects.get(name),
    requiredFor: (name) => kindOf(name)?.required ?? [],
    add(name, values) {
      made += 1;
      const id = `${kindOf(name).prefix}${String(made).padStart(12, "0")}AAA`;
      objects.get(name)?.records.set(id, { ...values, Id: id });
      return id;
    },
  };
}

function openObject(fields: SalesforceObject["fields"]): SalesforceObject {
  const records: SalesforceObject["records"] = new Map();
  /** By field, as it was when there were so many records. */
  const indexes = new Map<string, { readonly size: number; readonly ids: ReadonlyMap<string, readonly string[]> }>();
  function indexOf(field: string): ReadonlyMap<string, readonly string[]> {
    const known = indexes.get(field);
    if (known?.size === records.size) return known.ids;
    const ids = Map.groupBy(records.keys(), (id) => valueIn(records.get(id), field));
    indexes.set(field, { size: records.size, ids });
    return ids;
  }
  return {
    fields,
    records,
    find(field, values) {
      if (values === undefined) return [...records.values()].filter((record) => valueIn(record, field) !== "");
      const wanted = new Set(values.map((value) => value.toLowerCase()));
      const ids = new Set([...wanted].flatMap((value) => indexOf(field).get(value) ?? []));
      const found = [...ids].map((id) => records.get(id)).filter((record) => record !== undefined);
      return found.filter((record) => wanted.has(valueIn(record, field)));
    },
  };
}

const valueIn = (record: Readonly<Record<string, unknown>> | undefined, field: string): string =>
  String(record?.[field] ?? "").toLowerCase();

export function describe({ fields }: SalesforceObject, name: string) {
  return {
    name,
    queryable: true,
    updateable: true,
    createable: true,
    fields: [...fields.values()].map(({ type = "string", ...field }) => ({
      name: field.name,
      type,
      externalId: field.externalId === true,
      unique: field.unique === true,
      updateable: field.readOnly !== true,
      createable: field.readOnly !== true,
      restrictedPicklist: field.options !== undefined,
      picklistValues: (field.options ?? []).map((value) => ({ active: true, label: value, value })),
    })),
  };
}

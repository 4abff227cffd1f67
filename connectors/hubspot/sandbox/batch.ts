/** `batch/read`, `batch/update`, `batch/create` and `batch/upsert` of the stand-in. */
import type { SandboxAnswer } from "../../kit/sandbox.ts";
import type { Contact } from "./contact-index.ts";
import { type BatchError, batchAnswer, batchError, invalid, invalidValues, refusal } from "./errors.ts";
import type { Portal } from "./portal.ts";
import { validate } from "./values.ts";

/** An input, as far as it could be read. */
interface Input {
  readonly id?: string;
  readonly idProperty?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly objectWriteTraceId?: string;
}

/** The body of a batch request. */
export interface BatchBody {
  readonly inputs?: unknown;
  readonly idProperty?: string;
  readonly properties?: readonly string[];
}

const LARGEST_BATCH = 100;
const NON_UNIQUE = "Unable to perform update/upsert by non-unique 0-1 property";

export function batch(portal: Portal, verb: string, body: BatchBody): SandboxAnswer {
  const { inputs } = body;
  if (!Array.isArray(inputs) || inputs.length === 0) return invalid("inputs must not be empty");
  if (inputs.length > LARGEST_BATCH) return invalid(`inputs has ${inputs.length} elements, at most 100 are allowed`);
  const traceIds = inputs.flatMap((input: Input) => input.objectWriteTraceId ?? []);
  if (new Set(traceIds).size < traceIds.length) return invalid("objectWriteTraceId must be unique within a batch");
  switch (verb) {
    case "read":
      return read(portal, body, inputs);
    case "update":
      return update(portal, inputs);
    case "create":
      return create(portal, inputs);
    case "upsert":
      return upsert(portal, inputs);
    default:
      return refusal(404, "NOT_FOUND", `no such batch operation: ${verb}`);
  }
}

function read(portal: Portal, { idProperty, properties = [] }: BatchBody, inputs: readonly Input[]): SandboxAnswer {
  if (idProperty !== undefined && !portal.isUnique(idProperty)) {
    return invalid(`Unable to read by non-unique property ${idProperty}`);
  }
  const duplicates = duplicatesIn(inputs);
  if (duplicates.length > 0) return invalid(`Duplicate IDs found in batch input: [${duplicates.join(", ")}]`);
  const results: unknown[] = [];
  const unknown: string[] = [];
  for (const { id = "" } of inputs) {
    const contact = idProperty === undefined ? portal.byId(id) : contactBy(portal, idProperty, id);
    if (contact === undefined) unknown.push(id);
    else results.push(shown(contact, properties));
  }
  const message = "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.";
  return batchAnswer(
    200,
    results,
    unknown.length === 0 ? [] : [batchError("OBJECT_NOT_FOUND", message, { ids: unknown })],
  );
}

function update(portal: Portal, inputs: readonly Input[]): SandboxAnswer {
  if (inputs.some(({ idProperty }) => idProperty === "hs_object_id" || (idProperty && !portal.isUnique(idProperty)))) {
    return invalid(NON_UNIQUE);
  }
  const refused = refuseInputs(portal, inputs);
  if (refused !== undefined) return refused;
  const results: unknown[] = [];
  const errors: BatchError[] = [];
  for (const { id = "", idProperty, properties = {}, objectWriteTraceId } of inputs) {
    const contact = idProperty === undefined ? portal.byId(id) : contactBy(portal, idProperty, id);
    if (contact === undefined) {
      const trace = objectWriteTraceId === undefined ? {} : { objectWriteTraceId: [objectWriteTraceId] };
      errors.push(batchError("OBJECT_NOT_FOUND", `No contact with ID ${id} exists`, { ids: [id], ...trace }));
    } else {
      portal.write(contact, properties);
      results.push(shown(contact, Object.keys(properties)));
    }
  }
  return batchAnswer(200, results, errors);
}

function create(portal: Portal, inputs: readonly Input[]): SandboxAnswer {
  const refused = refuseInputs(portal, inputs);
  if (refused !== undefined) return refused;
  const existing = inputs.flatMap(({ properties = {} }) => holderOf(portal, properties)?.id ?? []);
  if (existing.length > 0) return refusal(409, "CONFLICT", `Contact already exists. Existing ID: ${existing[0]}`);
  const results = inputs.map(({ properties = {} }) => {
    const contact = portal.contacts.get(portal.add(properties));
    return contact === undefined ? undefined : shown(contact, Object.keys(properties));
  });
  return batchAnswer(201, results, []);
}

function upsert(portal: Portal, inputs: readonly Input[]): SandboxAnswer {
  if (inputs.some(({ idProperty = "hs_object_id" }) => !portal.isUnique(idProperty))) return invalid(NON_UNIQUE);
  const refused = refuseInputs(portal, inputs);
  if (refused !== undefined) return refused;
  const results = inputs.map(({ id = "", idProperty = "", properties = {} }) => {
    const known = contactBy(portal, idProperty, id);
    const contact = known ?? portal.contacts.get(portal.add({ [idProperty]: id }));
    if (contact === undefined) return undefined;
    portal.write(contact, properties);
    return { ...shown(contact, Object.keys(properties)), new: known === undefined };
  });
  return batchAnswer(200, results, []);
}

/** One bad input refuses the whole batch. */
function refuseInputs(portal: Portal, inputs: readonly Input[]): SandboxAnswer | undefined {
  const duplicates = duplicatesIn(inputs);
  if (duplicates.length > 0) return invalid(`Duplicate IDs found in batch input: [${duplicates.join(", ")}]`);
  const faults = inputs.flatMap(({ properties = {} }) => validate(portal, properties));
  return faults.length > 0 ? invalidValues(faults) : undefined;
}

function duplicatesIn(inputs: readonly Input[]): string[] {
  const seen = new Set<string>();
  return inputs.flatMap(({ id }) => {
    if (id === undefined) return [];
    const key = id.toLowerCase();
    if (seen.has(key)) return [id];
    seen.add(key);
    return [];
  });
}

function contactBy(portal: Portal, property: string, value: string): Contact | undefined {
  const [id] = portal.idsWith(property, value);
  if (id !== undefined) return portal.contacts.get(id);
  return property === "email" ? contactByOtherEmail(portal, value) : undefined;
}

function contactByOtherEmail(portal: Portal, email: string): Contact | undefined {
  for (const contact of portal.contacts.values()) {
    const others = contact.properties.hs_additional_emails?.toLowerCase().split(";") ?? [];
    if (others.includes(email.toLowerCase())) return contact;
  }
  return undefined;
}

/** The contact that has one of these unique values already. */
function holderOf(portal: Portal, properties: Readonly<Record<string, string>>): Contact | undefined {
  for (const [name, value] of Object.entries(properties)) {
    const holder = portal.isUnique(name) ? contactBy(portal, name, value) : undefined;
    if (holder !== undefined) return holder;
  }
  return undefined;
}

/** A contact as it stands in answers: the wanted properties, and those that HubSpot always adds. */
export function shown({ id, properties }: Contact, wanted: readonly string[]) {
  const names = new Set([...wanted, "hs_object_id"]);
  const chosen = Object.fromEntries([...names].map((name) => [name, properties[name] ?? null]));
  return { id, properties: chosen, archived: false };
}

/** The stand-in's search: pages, limits, and an index that lags behind. */
import type { SandboxAnswer } from "../../kit/sandbox.ts";
import { shown } from "./batch.ts";
import type { Contact } from "./contact-index.ts";
import { invalid } from "./errors.ts";
import type { Portal } from "./portal.ts";

/** The body of a search request. */
export interface SearchBody {
  readonly filterGroups?: readonly { readonly filters?: readonly Filter[] }[];
  readonly properties?: readonly string[];
  readonly sorts?: readonly string[];
  readonly limit?: number;
  readonly after?: string;
}

interface Filter {
  readonly propertyName: string;
  readonly operator: string;
  readonly value?: string;
  readonly values?: readonly string[];
}

const DEFAULT_PAGE = 10;
const LARGEST_PAGE = 200;
const MOST_RESULTS = 10_000;
const LONGEST_BODY = 3_000;

/** @param isIndexed whether search knows the contact's latest change already */
export function search(
  portal: Portal,
  text: string,
  body: SearchBody,
  isIndexed: (contact: Contact) => boolean,
): SandboxAnswer {
  const { limit = DEFAULT_PAGE, after = "0", properties = [] } = body;
  if (text.length > LONGEST_BODY) return invalid(`the body has ${text.length} characters, at most 3000 are allowed`);
  if (limit < 1 || limit > LARGEST_PAGE) return invalid(`limit must be between 1 and 200, was ${limit}`);
  const start = Number(after);
  if (!Number.isInteger(start) || start < 0) return invalid(`after is not a cursor: ${after}`);
  if (start + limit > MOST_RESULTS && start > 0) return invalid("paging beyond 10000 results is not possible");
  const filters = body.filterGroups?.[0]?.filters ?? [];
  const [filter] = filters;
  if (filter === undefined || filters.length !== 1) return invalid("the sandbox knows searches with one filter only");
  if (!portal.definitions.has(filter.propertyName)) return invalid(`There was no property ${filter.propertyName}`);
  const found = candidates(portal, filter);
  if (found === undefined) return invalid(`the sandbox does not know the operator ${filter.operator}`);
  // without `sorts` no order is promised: here it turns around from page to page
  const direction = body.sorts === undefined && (start / limit) % 2 === 1 ? -1 : 1;
  const results = found.filter(isIndexed).sort((a, b) => direction * (Number(a.id) - Number(b.id)));
  const end = start + limit;
  return {
    status: 200,
    body: {
      total: results.length,
      results: results.slice(start, end).map((contact) => shown(contact, properties)),
      ...(end < results.length && { paging: { next: { after: String(end) } } }),
    },
  };
}

function candidates(
  portal: Portal,
  { propertyName, operator, value = "", values = [] }: Filter,
): Contact[] | undefined {
  switch (operator) {
    case "IN":
      // values that are not in lower case find nothing
      return contactsWith(
        portal,
        propertyName,
        values.filter((each) => each === each.toLowerCase()),
      );
    case "EQ":
      return contactsWith(portal, propertyName, [value]);
    case "HAS_PROPERTY":
      return [...portal.contacts.values()].filter(({ properties }) => (properties[propertyName] ?? "") !== "");
    default:
      return undefined;
  }
}

function contactsWith(portal: Portal, property: string, values: readonly string[]): Contact[] {
  const ids = new Set(values.flatMap((value) => [...portal.idsWith(property, value)]));
  return [...ids].flatMap((id) => portal.contacts.get(id) ?? []);
}

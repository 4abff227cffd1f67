/** From deliveries to requests: what `deliver` sends and `preview` shows. */
import type { ConnectorTools, Delivery, Render } from "../../src/connector.ts";
import { byAge, type ComposedBatch, type Composition, composeEach, grouped } from "../../src/connector-tools.ts";
import { renderedHeaders } from "../../src/guarded-http/headers.ts";
import { addressFiller, type FillAddress } from "./address.ts";
import { said } from "./sentences.ts";
import type { BatchSettings, HttpSettings } from "./settings.ts";

/** One person's part of a request. */
export interface Item {
  readonly delivery: Delivery;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where nothing is sent. */
  readonly body: unknown;
  /** What an answer to many names this person by. */
  readonly resultId: string;
}

/** A request before its sender is proven. */
export interface Draft {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; empty without a body. */
  readonly body: string;
  readonly items: readonly Item[];
}

export interface Drafted {
  /** In the order in which they are sent: most often one, and none where nothing is left to send. */
  readonly drafts: readonly Draft[];
  readonly batch: ComposedBatch<Item>;
}

export type DraftRequests = (deliveries: readonly Delivery[]) => Drafted;

interface Templates {
  readonly address: FillAddress;
  readonly headers: Render;
  readonly body: Render | undefined;
  readonly resultId: Render | undefined;
}

export function drafter(settings: HttpSettings, tools: ConnectorTools): DraftRequests {
  const templates: Templates = {
    address: addressFiller(settings.url, tools),
    headers: tools.template(settings.headers),
    body: settings.body === undefined ? undefined : tools.template(settings.body),
    resultId: settings.batch && tools.template(settings.batch.results.is),
  };
  return (deliveries) => {
    const batch = composeEach(deliveries, (delivery) => render(delivery, templates));
    return { drafts: roundsOf(batch.composed).map((items) => draftOf(items, settings.batch)), batch };
  };
}

function draftOf(items: readonly [Item, ...Item[]], many: BatchSettings | undefined): Draft {
  const [first] = items;
  const body = many === undefined ? first.body : withItems(many, items);
  const text = body === undefined ? "" : JSON.stringify(body);
  const type = text === "" ? {} : { "content-type": "application/json" };
  const headers = { accept: "application/json", ...type, ...first.headers };
  return { url: first.url, headers, body: text, items };
}

function render(delivery: Delivery, templates: Templates): Composition<Item> {
  const url = templates.address(delivery);
  if (url === undefined) return { refused: said("path") };
  const rendered = renderedHeaders(templates.headers(delivery));
  if ("unfit" in rendered) return { refused: said("header", { name: rendered.unfit }) };
  const resultId = String(templates.resultId?.(delivery) ?? "");
  if (templates.resultId !== undefined && resultId.trim() === "") return { refused: said("id_empty") };
  return { composed: { delivery, url, headers: rendered.headers, body: templates.body?.(delivery), resultId } };
}

/** Two with one id could not be told apart in an answer: the later one goes in the next request, and is what stays. */
function roundsOf(all: readonly Item[]): [Item, ...Item[]][] {
  const rounds: [Item, ...Item[]][] = [];
  const alike = grouped(all.map((item) => [item.resultId === "" ? item.delivery.id : item.resultId, item]));
  for (const same of alike.values()) {
    const oldestFirst = same.sort((one, other) => byAge(one.delivery, other.delivery));
    for (const [round, item] of oldestFirst.entries()) {
      const open = rounds[round];
      if (open === undefined) rounds.push([item]);
      else open.push(item);
    }
  }
  return rounds;
}

const ITEMS = /^\{\{-?\s*items\s*-?\}\}$/;

export const isItems = (value: unknown): boolean => typeof value === "string" && ITEMS.test(value.trim());

/** The body of many: everywhere that `{{ items }}` stands, the list of all bodies. */
function withItems({ body }: BatchSettings, items: readonly Item[]): unknown {
  const list = items.map((item) => item.body ?? null);
  const filled = (value: unknown): unknown => {
    if (isItems(value)) return list;
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, filled(part)]));
  };
  return filled(body);
}

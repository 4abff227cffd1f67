/** An address with variables behind its host: each is one part of a path or a query, whatever stands in it. Pure. */
import type { ConnectorTools, Delivery } from "../../src/connector.ts";
import { textOf } from "../../src/guarded-http/headers.ts";

/** Text, and expressions to fill in: each what stands between `{{` and `}}`. */
export type AddressPart = { readonly text: string } | { readonly expression: string };

const OUTPUT = /\{\{-?([\s\S]*?)-?\}\}/;

export function partsOf(source: string): readonly AddressPart[] {
  // a pattern with a capture splits so: text and expressions in turns
  return source.split(OUTPUT).map((part, index) => (index % 2 === 0 ? { text: part } : { expression: part.trim() }));
}

/** The address with something harmless in each place: what can be judged before anybody unsubscribes. */
export function withStandIns(source: string): string {
  return filled(source, "x");
}

function filled(source: string, filling: string): string {
  return partsOf(source)
    .map((part) => ("text" in part ? part.text : filling))
    .join("");
}

/** Whether what is filled in could choose where requests go: the host then differs with it, however the address is written. */
export function choosesHost(source: string): boolean {
  if (/^[^/]*\/\/[^/?#]*\{\{|^[^/]*\{\{/.test(source)) return true;
  const [one, other] = ["1", "2"].map((filling) => originOf(filled(source, filling)));
  return one !== other;
}

export function originOf(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).origin : undefined;
}

/** What comes before any variable, without a query: what may be shown. */
export function fixedPart(source: string): string {
  return source.split(/\?|\{\{/, 1)[0] ?? source;
}

/** `| url_encode` at the end of an expression: filling in does that, and by the rules of a path. */
const ENCODES = /\|\s*url_encode\s*$/;

export const isEncoded = (expression: string): boolean => ENCODES.test(expression);

/** Fills an address in; undefined where a part would lead elsewhere. */
export type FillAddress = (delivery: Delivery) => URL | undefined;

export function addressFiller(source: string, tools: Pick<ConnectorTools, "template">): FillAddress {
  const parts = partsOf(source).map((part) => {
    if ("text" in part) return () => part.text;
    const value = tools.template(`{{ ${part.expression.replace(ENCODES, "")} }}`);
    return (delivery: Delivery) => encodeURIComponent(textOf(value(delivery))) || NOTHING;
  });
  const filledIn = (delivery: Delivery) => {
    const text = parts.map((part) => part(delivery)).join("");
    return leadsElsewhere(text) ? undefined : new URL(text.replaceAll(NOTHING, ""));
  };
  if (parts.length > 1) return filledIn;
  // one address for everybody need not be read anew for each
  let fixed: { readonly url: URL | undefined } | undefined;
  return (delivery) => {
    fixed ??= { url: filledIn(delivery) };
    return fixed.url;
  };
}

/** In the place of what comes out empty: no address holds it. */
const NOTHING = "\0";

/** A part `.` or `..` takes the one before it away, and an empty one is another place (RFC 3986 5.2.4). */
function leadsElsewhere(text: string): boolean {
  const [path = ""] = text.replace(/^[a-z]+:\/\//i, "").split(/[?#]/, 1);
  const segments = path.split("/").slice(1);
  return segments.some((segment) => segment === "." || segment === ".." || segment === NOTHING);
}

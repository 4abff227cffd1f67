/** Deprecated settings in the schema for editors: struck through, not suggested, with what to write instead. */
import type { Deprecated } from "../deprecated/table.ts";

type Json = Readonly<Record<string, unknown>>;

/** The schema with the old names beside the new ones. */
export function withDeprecated(schema: Json, table: readonly Deprecated[]): Json {
  return table.reduce((whole, deprecated) => {
    const marked = mark(whole, deprecated);
    return placesOf(whole, deprecated).reduce((at, place) => {
      const [name = "", ...upwards] = [...place].reverse();
      return changedAt(at, upwards.reverse(), (block) => ({ ...block, [name]: marked }));
    }, whole);
  }, schema);
}

/** What every connector could say stands in each type's definition, which takes no others. */
function placesOf({ definitions = {} }: Json, { path, type }: Deprecated): readonly (readonly string[])[] {
  const isOfEvery = path[0] === "connectors" && path.length === 3 && type === undefined;
  if (!isOfEvery) return [placeOf(path, type)];
  const types = Object.entries(Object(definitions)).filter(([, one]) => Reflect.get(Object(one), "required"));
  return types.map(([name]) => placeOf(path, name));
}

/** Where a setting stands in the schema: one of connectors in the definition of its type, or of all. */
function placeOf(path: readonly string[], type?: string): readonly string[] {
  const [first, , ...inside] = path;
  const isConnector = first === "connectors" && inside.length > 0;
  const start = isConnector ? ["definitions", type ?? "everyConnector"] : [];
  return [
    ...start,
    ...(isConnector ? inside : path).flatMap((part) => (part === "*" ? ["items"] : ["properties", part])),
  ];
}

function mark(whole: Json, deprecated: Deprecated): Json {
  const { path, type, until } = deprecated;
  const marks = (instead: string) => ({
    deprecated: true,
    deprecationMessage: `${instead}; ${until} knows it no longer`,
    doNotSuggest: true,
  });
  if (!("to" in deprecated)) return marks(deprecated.instead);
  const { to } = deprecated;
  const target = typeof to === "string" ? [...path.slice(0, -1), to] : to;
  const now = placeOf(target, type).reduce<unknown>((node, part) => Reflect.get(Object(node), part), whole);
  const name = typeof to === "string" ? to : to.filter((part) => part !== "*").join(".");
  return { ...(now as Json | undefined), ...marks(`use "${name}" instead`) };
}

/** What is not there is left as it is: a place in a list of somebody's own, say. */
function changedAt(node: Json, [part, ...rest]: readonly string[], change: (block: Json) => Json): Json {
  if (part === undefined) return change(node);
  const inner = node[part];
  return typeof inner === "object" && inner !== null
    ? { ...node, [part]: changedAt(inner as Json, rest, change) }
    : node;
}

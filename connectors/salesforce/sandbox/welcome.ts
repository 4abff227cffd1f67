/**
 * An org that knows whoever is asked for: nobody who tries a configuration has made records over here first. Remembers by which value
 * each record was found, for a record id says nothing to people.
 */
import { asRecord, parseJson } from "../../../src/connector-tools.ts";
import type { SandboxRequest, Told } from "../../kit/sandbox.ts";
import type { Org } from "./org.ts";
import { readQuery } from "./query.ts";

export interface Welcome {
  /** Makes records of whom a request asks for. */
  prepare(org: Org, request: SandboxRequest): void;
  tell(request: SandboxRequest): readonly Told[];
}

/** With a record that nobody asked for. */
const SOMEBODY = "sample-1";

/** @param isStranger who has no record */
export function openWelcome(isStranger: (value: string) => boolean): Welcome {
  /** By record id: the value that a record is found by. */
  const found = new Map<string, string>();
  /** The other way around, by object and value. */
  const met = new Map<string, string>();

  function meet(org: Org, object: string, by: string, value: string): void {
    const records = org.object(object)?.records;
    const isThere = records?.has(met.get(`${object} ${value}`) ?? "");
    if (records === undefined || isThere || isStranger(value)) return;
    const id = org.add(object, { [by]: value });
    met.set(`${object} ${value}`, id);
    found.set(id, value);
  }

  return {
    prepare(org, request) {
      const asked = queryIn(request);
      if (asked === undefined || asked.by === "Id") return;
      for (const value of asked.values ?? [SOMEBODY]) meet(org, asked.object, asked.by, value);
    },
    tell(request) {
      const asked = queryIn(request);
      if (asked !== undefined)
        return asked.by === "Id" ? [] : (asked.values ?? []).map((person) => ({ person, set: {} }));
      const { records } = asRecord(parseJson(request.body));
      return (Array.isArray(records) ? records.map(asRecord) : []).map(({ attributes: _, id, ...set }) => ({
        person: found.get(String(id)) ?? String(set.Chat_User_Id__c ?? id),
        set,
      }));
    },
  };
}

function queryIn({ path, query }: SandboxRequest) {
  return path.endsWith("/query") ? readQuery(query.get("q") ?? "") : undefined;
}

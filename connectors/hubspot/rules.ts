/**
 * Which property HubSpot refuses, and by which rule. It says so in two ways: as codes beside the message (the rules of the account's
 * administrator, which bind the API from version 2026-09 on: https://developers.hubspot.com/changelog/crm-api-write-validation-enforcement),
 * and as a list inside the message (values that a property does not take). Pure.
 */
import { asRecord, parseJson } from "../../src/connector-tools.ts";
import { textIn, textsIn } from "./json.ts";

/** Many values may be refused at once; so many are named. */
const MOST_NAMED = 3;

/** As it follows `HubSpot refuses what was sent: `; undefined where HubSpot names no property. */
export function refusedWords(body: Readonly<Record<string, unknown>>): string | undefined {
  const all = [...new Set([...rulesIn(body), ...valuesIn(textIn(body, "message") ?? "")])];
  if (all.length === 0) return undefined;
  const more = all.length > MOST_NAMED ? `; and ${all.length - MOST_NAMED} more` : "";
  return all.slice(0, MOST_NAMED).join("; ") + more;
}

/** What HubSpot says in sentences beside the message, which alone may say nothing ("The property values provided are invalid"). */
export function detailsIn({ errors }: Readonly<Record<string, unknown>>): string | undefined {
  const details = (Array.isArray(errors) ? errors : []).flatMap((error) => textIn(asRecord(error), "message") ?? []);
  return details.length === 0 ? undefined : [...new Set(details)].join("; ");
}

function rulesIn({ errors }: Readonly<Record<string, unknown>>): string[] {
  return (Array.isArray(errors) ? errors : []).flatMap((given) => {
    const error = asRecord(given);
    const names = textsIn(asRecord(error.context), "propertyName").filter(isName);
    const rule = ruleOf(textIn(error, "code") ?? "", textIn(error, "message") ?? "");
    return rule === undefined || names.length === 0 ? [] : [`${names.map(quoted).join(", ")} ${rule}`];
  });
}

function ruleOf(code: string, message: string): string | undefined {
  switch (code) {
    case "MISSING_CONDITIONAL_REQUIRED_PROPERTY": {
      const [, names = ""] = /\[([^\]]*)\]/.exec(message) ?? [];
      const because = names
        .split(",")
        .map((name) => name.trim())
        .filter(isName)
        .map(quoted)
        .join(", ");
      return `must be filled, says a rule of the account${because === "" ? "" : ` about ${because}`}`;
    }
    case "MISSING_REQUIRED_PROPERTY":
      return "must be filled for a contact to be created, says the account's form for new contacts";
    default:
      return undefined;
  }
}

/** `Property values were not valid: [{"name":"age","error":"INVALID_INTEGER", …}]`: the values are people's, the codes are HubSpot's. */
function valuesIn(message: string): string[] {
  const start = message.indexOf("[{");
  const list = start === -1 ? undefined : parseJson(message.slice(start));
  return (Array.isArray(list) ? list : []).flatMap((given) => {
    const [name = "", code = ""] = [textIn(asRecord(given), "name"), textIn(asRecord(given), "error")];
    return isName(name) && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? [`${quoted(name)} (${code})`] : [];
  });
}

const isName = (text: string): boolean => /^[A-Za-z][A-Za-z0-9_]{0,99}$/.test(text);
const quoted = (name: string): string => `"${name}"`;

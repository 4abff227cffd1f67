/** What a connector type says of settings before it is opened: its code may be a user's own, and every start depends on it. */
import type { ConnectorType } from "../../connector.ts";
import type { ShapeFault } from "./shape.ts";

const SAYINGS = { destination: "string", account: "string", largestBatch: "number" } as const;
const KINDS = { string: "a text", number: "a number" } as const;

/**
 * All that is wrong with it; settings are as its `lint` has found them well.
 * @param words what is told of something that was thrown
 */
export function faultsOfSayings(
  type: ConnectorType,
  settings: Readonly<Record<string, unknown>>,
  words: (error: unknown) => string,
): readonly ShapeFault[] {
  return Object.entries(SAYINGS).flatMap(([name, kind]) => {
    const part = name as keyof typeof SAYINGS;
    const todo = `mend its \`${part}\`, which is to return ${KINDS[kind]}`;
    try {
      const said: unknown = type[part](settings);
      return typeof said === kind ? [] : [{ what: `its \`${part}\` does not return ${KINDS[kind]}`, todo }];
    } catch (error) {
      return [{ what: `its \`${part}\` throws: ${words(error)}`, todo }];
    }
  });
}

/** What a rule between settings finds. */
import type { SettingFault } from "../../connector.ts";
import type { Path } from "../yaml/tree.ts";

/** A fault, with the settings by which it was found: where one of them is faulty itself, nobody knows. */
export interface RuleFault extends SettingFault {
  /** The setting at `path`, unless said otherwise. */
  readonly reads?: readonly Path[];
}

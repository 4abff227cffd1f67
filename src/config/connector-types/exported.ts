/** What a module exports that is a connector type. Pure. */
import type { ConnectorType } from "../../connector.ts";

/** Whatever a module exports that looks like a connector type; each once. */
export function typesIn(module: unknown): ConnectorType[] {
  const exported = typeof module === "object" && module !== null ? Object.values(module) : [];
  return [...new Set(exported)].filter(
    (value): value is ConnectorType =>
      typeof value === "object" && value !== null && "type" in value && "settings" in value && "open" in value,
  );
}

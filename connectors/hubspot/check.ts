import type { Finding } from "../../src/connector.ts";
import type { Workshop } from "./deliver.ts";
export async function checkHubSpot(_w: Workshop, _s: AbortSignal): Promise<readonly Finding[]> {
  return [];
}

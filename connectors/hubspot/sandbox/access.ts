/** Whom HubSpot answers, and what for: its access token, and the scopes that this has been granted. Pure. */
import type { SandboxAnswer, SandboxRequest } from "../../kit/sandbox.ts";
import { addressOf } from "./addresses.ts";
import { refusal } from "./errors.ts";

export interface Grant {
  /** Any, where it is undefined. */
  readonly token: string | undefined;
  readonly scopes: readonly string[];
}

/** What speaks against the credentials of a request. */
export function unauthentic({ headers }: Pick<SandboxRequest, "headers">, { token }: Grant): SandboxAnswer | undefined {
  const [scheme, given] = (headers.authorization ?? "").split(" ");
  if (scheme === "Bearer" && given !== undefined && (token === undefined || given === token)) return undefined;
  return refusal(401, "INVALID_AUTHENTICATION", "Authentication credentials not found or not valid.");
}

/** What speaks against it for want of a scope. */
export function forbidden(
  { method, path }: Pick<SandboxRequest, "method" | "path">,
  { scopes }: Grant,
): SandboxAnswer | undefined {
  const needed = scopeFor(method, addressOf(path).resource);
  if (needed === undefined || scopes.includes(needed)) return undefined;
  const message = "This app hasn't been granted all required scopes to make this call.";
  return refusal(403, "MISSING_SCOPES", message, { errors: [{ context: { requiredGranularScopes: [needed] } }] });
}

function scopeFor(method: string, resource: string): string | undefined {
  if (resource.startsWith("properties/")) return "crm.schemas.contacts.read";
  if (!resource.startsWith("objects/contacts")) return undefined;
  const reads = method === "GET" || resource.endsWith("/batch/read") || resource.endsWith("/search");
  return reads ? "crm.objects.contacts.read" : "crm.objects.contacts.write";
}

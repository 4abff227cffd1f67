/**
 * Reading the body of an answer to its end, within bounds that hold before anything makes more of it: so many bytes as they come
 * and as they are decoded, and what JSON may be made of. A destination in trouble may send anything, and for ever.
 */
import { gunzipSync } from "node:zlib";
import { decodeText } from "./decode-text.ts";
import { codeOf } from "./error-code.ts";
import { costlyJson } from "./json-bounds.ts";

/** Bytes. An answer longer than this is not an answer that we asked for. */
export const LARGEST_ANSWER = 4 * 1024 * 1024;

/**
 * What `fetch` is to be told: nothing but gzip is asked for, and Bun is to leave that to us, since it decodes all that has come at
 * once, however much that makes. Deno decodes piece by piece, whether told to or not.
 */
export const UNDECODED: { readonly decompress: boolean } = { decompress: false };
export const ACCEPTED_ENCODING = "gzip";

/** The answer is there, and its body is nothing that we take. */
class UnfitBody extends Error {}

/**
 * The text of an answer. Of one that is no success the head says what to do: it stands, with an empty text, where the body is
 * unfit, as the page of a proxy may be. Throws when a success's is larger, or too costly to parse, or cannot be decoded.
 */
export async function readText(response: Response): Promise<string> {
  try {
    return await readFitText(response);
  } catch (error) {
    if (response.ok || !(error instanceof UnfitBody)) throw error;
    return "";
  }
}

/** The bytes of an answer, as they came. Throws when they are more than that. */
export async function readAtMost(response: Response, most: number): Promise<Uint8Array> {
  const { body, headers } = response;
  if (Number(headers.get("content-length") ?? 0) > most) throw tooLarge(most);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > most) throw tooLarge(most);
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size);
}

async function readFitText(response: Response): Promise<string> {
  const bytes = decoded(await readAtMost(response, LARGEST_ANSWER), response.headers.get("content-encoding"));
  const cost = costlyJson(bytes);
  if (cost !== undefined) throw new UnfitBody(`the answer is too costly to read: ${cost}`);
  return decodeText(bytes, response.headers.get("content-type"));
}

/** @param encoding as the answer names it; some runtimes name it still when they have decoded the body */
function decoded(bytes: Uint8Array, encoding: string | null): Uint8Array {
  const isGzip = /^(x-)?gzip$/i.test(encoding?.trim() ?? "") && bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_ANSWER });
  } catch (error) {
    throw codeOf(error) === "ERR_BUFFER_TOO_LARGE"
      ? tooLarge(LARGEST_ANSWER)
      : new UnfitBody("the answer cannot be decoded (gzip)");
  }
}

const tooLarge = (most: number): Error => new UnfitBody(`the answer is larger than ${most / 1024 / 1024} MiB`);

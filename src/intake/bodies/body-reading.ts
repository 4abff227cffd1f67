/** What became of a body. */
import type { UploadEnding } from "./upload.ts";

export type BodyReading =
  | { readonly tag: "read"; readonly bytes: Uint8Array }
  /** `size` in bytes: what the request declared, or what had come when reading was given up. */
  | { readonly tag: "tooLarge"; readonly size: number; readonly declared: boolean }
  /** The body did not come to its end: the connection broke, or it was ended. */
  | { readonly tag: "incomplete"; readonly why: UploadEnding | "broken" };

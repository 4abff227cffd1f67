/** A form with a file, read as it comes: nothing of it is kept but what `onFile` keeps. */
import { once } from "node:events";
import { Readable } from "node:stream";
import { Busboy, type BusboyHeaders, type BusboyInstance } from "@fastify/busboy";
import { PageRefusal } from "../refusal.ts";

/** Of fields beside the file: a word each. */
const LIMITS = { files: 1, fields: 20, fieldSize: 1_024, fieldNameSize: 64, parts: 21, headerPairs: 20 } as const;

export interface Form<T> {
  readonly fields: URLSearchParams;
  /** What `onFile` made of the first file; undefined where there was none. */
  readonly file: T | undefined;
}

/** It is no form, or is cut off. */
function noForm(): PageRefusal {
  return new PageRefusal({
    en: "No file has arrived, or not all of it: choose the file again, and send it once more.",
    zh: "没有收到文件，或者文件不完整：请重新选择文件，再发送一次。",
  });
}

/** @param type of the body, with its boundary  @param onFile reads the file to its end  @throws PageRefusal where it is no form, or is cut off */
export async function readForm<T>(
  body: AsyncIterable<Uint8Array>,
  type: string,
  onFile: (file: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<Form<T>> {
  const fields = new URLSearchParams();
  const busboy = parserFor(type);
  let file: Promise<T> | undefined;
  busboy.on("field", (name, value) => fields.append(name, value));
  busboy.on("file", (_name, stream) => {
    file ??= onFile(stream);
    // told by whoever waits for the file
    file.catch(() => stream.resume());
  });
  const ended = once(busboy, "finish");
  const source = Readable.from(body);
  source.on("error", (error) => busboy.destroy(error));
  source.pipe(busboy);
  await ended.catch(() => {
    if (source.errored !== null) throw source.errored;
    throw noForm();
  });
  return { fields, file: await file };
}

function parserFor(type: string): BusboyInstance {
  try {
    const headers: BusboyHeaders = { "content-type": type };
    return new Busboy({ headers, limits: LIMITS });
  } catch {
    throw noForm();
  }
}

/** One answer of HTTP/1.1 out of the bytes of a connection, however they are cut: its head, and how it ended. Pure. */
import { constants, gunzipSync } from "node:zlib";
import { decodeText } from "../../basics/decode-text.ts";
import { CUT } from "../../basics/network-words.ts";
import { bodyReader } from "./body.ts";
import type { AnswerEnding, BodyReader } from "./ending.ts";
import { type Head, listIn } from "./head.ts";
import { headReader } from "./head-reader.ts";

export interface AnswerReader {
  push(bytes: Buffer): void;
  /** The other side has ended the connection; not `cleanly` when it was reset. */
  close(cleanly: boolean): void;
  /** The final head, once it came whole. Interim answers (1xx) before it are skipped. */
  readonly head: Head | undefined;
  /** Once nothing more of this answer is to come, or to be read. */
  readonly ending: AnswerEnding | undefined;
  /** Why there will be no head. */
  readonly fault: string | undefined;
  /** Whether anything has come. */
  readonly hasBegun: boolean;
  /** The connection can carry another exchange. */
  readonly isReusable: boolean;
  /** The beginning of the body. */
  text(): string;
}

/** @param mostRead bytes of the body that are read at most */
export function answerReader(mostRead: number): AnswerReader {
  const readHead = headReader();
  const body = boundedBody(mostRead);
  let hasBegun = false;
  let head: Head | undefined;
  let ending: AnswerEnding | undefined;
  let fault: string | undefined;

  function takeHead(bytes: Buffer): void {
    const found = readHead(bytes);
    if (found?.tag === "fault") fault = found.fault;
    if (found?.tag !== "head") return;
    head = found.head;
    body.begin(head);
    ending = body.take(found.rest);
  }

  return {
    push(bytes) {
      hasBegun ||= bytes.length > 0;
      if (fault !== undefined || ending !== undefined) return;
      if (head === undefined) takeHead(bytes);
      else ending = body.take(bytes);
    },
    close(cleanly) {
      if (head === undefined) fault ??= CUT;
      else ending ??= cleanly && endsByClosing(head) ? "closed" : "cut";
    },
    get head() {
      return head;
    },
    get ending() {
      return ending;
    },
    get fault() {
      return fault;
    },
    get hasBegun() {
      return hasBegun;
    },
    get isReusable() {
      return head !== undefined && ending === "exact" && mayCarryAnother(head);
    },
    text() {
      const beginning = body.beginning();
      return beginning.length === 0
        ? ""
        : decodeText(unpacked(beginning, mostRead), head?.fields.get("content-type")?.[0]);
    },
  };
}

/** A body of which no more than its beginning is read. */
function boundedBody(mostRead: number) {
  const content: Buffer[] = [];
  let size = 0;
  let read: BodyReader | undefined;
  return {
    begin(head: Head): void {
      read = bodyReader(head, (part) => content.push(part));
    },
    take(bytes: Buffer): AnswerEnding | undefined {
      size += bytes.length;
      return read?.(bytes) ?? (size < mostRead ? undefined : "unread");
    },
    beginning: () => (content.length === 0 ? NONE : Buffer.concat(content).subarray(0, mostRead)),
  };
}

const NONE = Buffer.alloc(0);

/** Of an answer of which the beginning is read: characters of a page are a few KiB; what is packed may be anything. */
const MOST_UNPACKED = 64 * 1024;

/** Nobody asked for gzip, but who stands in between may send it all the same, and of it we have the beginning alone. */
function unpacked(bytes: Buffer, mostRead: number): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: Math.max(MOST_UNPACKED, mostRead),
    });
  } catch {
    return Buffer.alloc(0);
  }
}

function endsByClosing({ fields }: Head): boolean {
  return !fields.has("content-length") && !fields.has("transfer-encoding");
}

/** Whether what it says of its connection lets another exchange follow. */
function mayCarryAnother(head: Head): boolean {
  return head.isPersistent && head.isWellFormed && !listIn(head, "connection").includes("close");
}

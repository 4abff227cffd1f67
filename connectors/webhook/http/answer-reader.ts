/** One answer of HTTP/1.1 out of the bytes of a connection, however they are cut: its head, and how it ended. Pure. */
import { CUT } from "../../../src/connector-tools.ts";
import { bodyReader } from "./body.ts";
import type { BodyReader, Ending } from "./ending.ts";
import { endOfHead, type Head, LONGEST_HEAD, listIn, readHead } from "./head.ts";

export interface AnswerReader {
  push(bytes: Buffer): void;
  /** The other side has ended the connection; not `cleanly` when it was reset. */
  close(cleanly: boolean): void;
  /** The final head, once it came whole. Interim answers (1xx) before it are skipped. */
  readonly head: Head | undefined;
  /** Once nothing more of this answer is to come, or to be read. */
  readonly ending: Ending | undefined;
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
  let unread: Buffer = Buffer.alloc(0);
  let headBytes = 0;
  let hasBegun = false;
  let head: Head | undefined;
  let readBody: BodyReader | undefined;
  let ending: Ending | undefined;
  let fault: string | undefined;
  const content: Buffer[] = [];
  let bodyBytes = 0;

  function takeHead(bytes: Buffer): void {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
    const end = endOfHead(unread);
    if (headBytes + (end ?? unread.length) > LONGEST_HEAD) fault = "the head of its answer is too long";
    if (end === undefined || fault !== undefined) return;
    headBytes += end;
    const found = readHead(unread.subarray(0, end));
    const rest = unread.subarray(end);
    unread = Buffer.alloc(0);
    if (found === undefined || found.status === 101) fault = "its answer is not HTTP/1.1";
    else if (found.status < 200) takeHead(rest);
    else begin(found, rest);
  }

  function begin(found: Head, rest: Buffer): void {
    head = found;
    readBody = bodyReader(found, (part) => content.push(part));
    takeBody(rest);
  }

  function takeBody(bytes: Buffer): void {
    bodyBytes += bytes.length;
    ending = readBody?.(bytes) ?? (bodyBytes < mostRead ? undefined : "unread");
  }

  return {
    push(bytes) {
      hasBegun ||= bytes.length > 0;
      if (fault !== undefined || ending !== undefined) return;
      if (head === undefined) takeHead(bytes);
      else takeBody(bytes);
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
      if (head === undefined || ending !== "exact") return false;
      return head.isPersistent && head.isWellFormed && !listIn(head, "connection").includes("close");
    },
    text: () => Buffer.concat(content).subarray(0, mostRead).toString("utf8"),
  };
}

function endsByClosing(head: Head): boolean {
  return !head.fields.has("content-length") && !head.fields.has("transfer-encoding");
}

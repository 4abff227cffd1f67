/** The final head of an answer out of the bytes of a connection, however they are cut. Interim answers (1xx) before it are skipped. Pure. */
import { SENTENCES } from "../../basics/sentences.ts";
import { endOfHead, type Head, isEmptiness, LONGEST_HEAD, readHead } from "./head.ts";

export type FoundHead =
  /** `rest`: the bytes behind it. */
  | { readonly tag: "head"; readonly head: Head; readonly rest: Buffer }
  /** There will be none, and why. */
  | { readonly tag: "fault"; readonly fault: string };

/** Takes the next bytes; undefined while more of the head is to come. */
export type HeadReader = (bytes: Buffer) => FoundHead | undefined;

export function headReader(): HeadReader {
  let unread: Buffer = NONE;
  /** Bytes of the heads before. */
  let read = 0;

  return function take(bytes): FoundHead | undefined {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
    if (isEmptiness(unread)) return fault(NO_HTTP);
    const end = endOfHead(unread);
    if (read + (end ?? unread.length) > LONGEST_HEAD) return fault(TOO_LONG);
    if (end === undefined) return undefined;
    read += end;
    const head = readHead(unread.toString("latin1", 0, end));
    const rest = end === unread.length ? NONE : unread.subarray(end);
    unread = NONE;
    if (head === undefined || head.status === 101) return fault(NO_HTTP);
    return head.status < 200 ? take(rest) : { tag: "head", head, rest };
  };
}

const { answer_not_http: NO_HTTP, answer_head_long: TOO_LONG } = SENTENCES;
const NONE = Buffer.alloc(0);
const fault = (words: string): FoundHead => ({ tag: "fault", fault: words });

/** How an answer ends, and what finds that out. */

/** How an answer ended behind its head. */
export type AnswerEnding =
  /** As announced, and nothing came behind it. */
  | "exact"
  /** By the end of the connection, as announced. */
  | "closed"
  /** Not at all yet, but more of it is not read. */
  | "unread"
  /** Otherwise than announced. */
  | "wrong"
  /** The connection was cut before its end. */
  | "cut"
  /** It took too long. */
  | "late";

/** Takes the next bytes of a body, none at first; undefined while more of it is to come. */
export type BodyReader = (bytes: Buffer) => AnswerEnding | undefined;

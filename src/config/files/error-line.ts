/** Errors of the file system, and of code that was loaded, in a line for people. */
import { codeOf } from "../../basics/error-code.ts";
import { messageOf } from "../../basics/text.ts";

/** The first line of an error, without the address that we loaded the file by. */
export function fileErrorLine(error: unknown): string {
  // a file with syntax errors: the first of them says more than their number
  if (error instanceof AggregateError && error.errors.length > 0) return fileErrorLine(error.errors[0]);
  const [line = ""] = messageOf(error)
    .replaceAll(/\?v=[0-9a-f]{16}/g, "")
    .split("\n", 1);
  return fileWords(error) ?? line.slice(0, 200);
}

/** What a file system says no to, in plain words; undefined for any other error. */
export function fileWords(error: unknown): string | undefined {
  return FILE_WORDS[error instanceof Error ? codeOf(error) : ""];
}

const FILE_WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EEXIST: "there is such a file already",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file may not grow any further",
  EROFS: "the file system is read-only",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is no folder",
  ELOOP: "its links go in circles",
};

/** Errors of the file system, and of code that was loaded, in a line for people. */

/** The first line of an error, without the address that we loaded the file by. */
export function errorLine(error: unknown): string {
  // a file with syntax errors: the first of them says more than their number
  if (error instanceof AggregateError && error.errors.length > 0) return errorLine(error.errors[0]);
  const message = error instanceof Error || hasMessage(error) ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const plain = FILE_WORDS[code];
  const [line = ""] = message.replaceAll(/\?v=[0-9a-f]{16}/g, "").split("\n", 1);
  return plain ?? line.slice(0, 200);
}

/** Some runtimes throw findings that are no errors of their own kind. */
function hasMessage(error: unknown): error is { readonly message: string } {
  return typeof error === "object" && error !== null && "message" in error && typeof error.message === "string";
}

const FILE_WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is no folder",
  ELOOP: "its links go in circles",
};

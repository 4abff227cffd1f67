/**
 * A step that several tests of a file build upon: whoever needs it first takes it, and everybody gets its outcome. So each test
 * can run alone.
 */
export function step<T>(take: () => Promise<T>): () => Promise<T> {
  let taken: Promise<T> | undefined;
  return () => {
    taken ??= take();
    return taken;
  };
}

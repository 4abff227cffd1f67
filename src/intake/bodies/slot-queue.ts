/** Long bodies that wait for a slot, in the order in which they came. */
import type { Upload } from "./upload.ts";

export interface SlotQueue {
  /** Resolves with true when it is let in; with false when it is removed meanwhile. */
  wait(upload: Upload, size: number): Promise<boolean>;
  /** Lets in the first ones as long as there is room for the first; `give` is told of each, before it goes on. */
  admit(isRoomFor: (size: number) => boolean, give: (upload: Upload, size: number) => void): void;
  /** What is not here is left alone. */
  remove(upload: Upload): void;
  isEmpty(): boolean;
  sizes(): readonly number[];
  all(): readonly Upload[];
}

interface Waiter {
  readonly upload: Upload;
  readonly size: number;
  resolve(hasSlot: boolean): void;
}

export function slotQueue(): SlotQueue {
  let waiters: readonly Waiter[] = [];
  return {
    wait: (upload, size) =>
      new Promise((resolve) => {
        waiters = [...waiters, { upload, size, resolve }];
      }),
    admit(isRoomFor, give) {
      for (let [first] = waiters; first !== undefined && isRoomFor(first.size); [first] = waiters) {
        waiters = waiters.slice(1);
        give(first.upload, first.size);
        first.resolve(true);
      }
    },
    remove(upload) {
      for (const { resolve } of waiters.filter((waiter) => waiter.upload === upload)) resolve(false);
      waiters = waiters.filter((waiter) => waiter.upload !== upload);
    },
    isEmpty: () => waiters.length === 0,
    sizes: () => waiters.map(({ size }) => size),
    all: () => waiters.map(({ upload }) => upload),
  };
}

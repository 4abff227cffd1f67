/** Who waits for a connection: first come, first served. */

export interface WaitingLine<T> {
  readonly length: number;
  /** Stands at the end. `served` is what one gets in the end, or why there is none; who leaves gets nothing. */
  join(): PlaceInLine<T>;
  /** Gives it to the first. False when nobody waits: it is not taken then. */
  serve(thing: T): boolean;
  /** Sends everybody away, with this. */
  refuse(error: unknown): void;
}

export interface PlaceInLine<T> {
  readonly served: Promise<T>;
  leave(): void;
}

export function openLine<T>(): WaitingLine<T> {
  const waiting: { readonly resolve: (thing: T) => void; readonly reject: (error: unknown) => void }[] = [];
  return {
    get length() {
      return waiting.length;
    },
    join() {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const waiter = { resolve, reject };
      waiting.push(waiter);
      return {
        served: promise,
        leave() {
          const place = waiting.indexOf(waiter);
          if (place >= 0) waiting.splice(place, 1);
        },
      };
    },
    serve(thing) {
      const first = waiting.shift();
      first?.resolve(thing);
      return first !== undefined;
    },
    refuse(error) {
      for (const waiter of waiting.splice(0)) waiter.reject(error);
    },
  };
}

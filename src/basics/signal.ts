/** A signal from one loop to another, which waits for it. One that nobody waited for is kept for the next `wait`. */
export interface Signal {
  send(): void;
  /** Resolves at the next signal, or after `ms`. */
  wait(ms: number): Promise<void>;
}

export function openSignal(): Signal {
  let sent = false;
  let wakeUp: (() => void) | undefined;
  return {
    send() {
      sent = true;
      wakeUp?.();
    },
    async wait(ms) {
      if (!sent) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wakeUp = undefined;
      }
      sent = false;
    },
  };
}

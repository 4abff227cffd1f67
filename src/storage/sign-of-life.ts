/** Tells the store again and again that this bridge serves it: for `status`, on this machine or another. Nothing waits for it. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { pid } from "node:process";
import { errorWords } from "../basics/error-words.ts";
import { type Loop, startLoop } from "../basics/loop.ts";
import { onceAMinute } from "../basics/once-a-minute.ts";
import { within } from "../basics/waiting.ts";
import type { Config } from "../config/checked-config.ts";
import { type Fingerprints, fingerprintsOf } from "../config/credentials/fingerprints.ts";
import type { Logger } from "../connector.ts";
import type { BridgeSign, ServedConfiguration } from "./contract/presence.ts";
import type { Storage } from "./contract/storage.ts";
import { SIGN_EVERY_MS } from "./rules/presence.ts";

/** A store that does not answer must not hold up a shutdown: then the silence says it. Milliseconds. */
const LONGEST_FAREWELL_MS = 1_000;
const TRY_AGAIN_MS = 2_000;

/** @param tell asked anew each time: a reload may change it */
export function startPresence(
  storage: Pick<Storage, "serving" | "ended">,
  log: Logger,
  tell: () => Pick<BridgeSign, "version" | "configuration">,
): Pick<Loop, "wake" | "stop"> {
  const self = { id: randomUUID(), host: hostname(), process: pid };
  // not loudly: a store in trouble is told of by those who need it
  const logTrouble = onceAMinute((error: unknown) =>
    log.debug({ fact: "store.unavailable", during: "presence", reason: errorWords(error) }),
  );

  async function round(): Promise<number> {
    try {
      await storage.serving({ ...self, ...tell() });
      return SIGN_EVERY_MS;
    } catch (error) {
      logTrouble(error);
      return TRY_AGAIN_MS;
    }
  }

  const loop = startLoop({ round, log, what: "presence" });
  return {
    wake: loop.wake,
    async stop() {
      const farewell = loop.stop().then(() => storage.ended(self.id));
      await within(LONGEST_FAREWELL_MS, "the farewell", farewell).catch(logTrouble);
    },
  };
}

/**
 * Tells of a configuration, with the prints of its credentials as soon as they are made.
 * @param onMade called then
 */
export function openServed(onMade: () => void): (config: Config) => ServedConfiguration {
  let told: Config | undefined;
  let prints: Fingerprints | undefined;
  return (config) => {
    if (config !== told) {
      told = config;
      // the former ones stay until then: better told of a difference for a moment too long than not told of it
      void fingerprintsOf(config.secretsAt).then(
        (made) => {
          if (config !== told) return;
          prints = made;
          onMade();
        },
        // then nobody can compare them
        () => undefined,
      );
    }
    const { name, file, readFrom } = config;
    return { ...(name !== undefined && { name }), file, hash: readFrom.get(file) ?? "", ...(prints && { prints }) };
  };
}

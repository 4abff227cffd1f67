/** Other settings for a running bridge. */
import { errorWords } from "../basics/error-words.ts";
import type { Config } from "../config/checked-config.ts";
import { RegistrationRefused, registerConnectors } from "../delivery/registration.ts";
import type { DeliveryParts } from "./delivery-parts.ts";
import type { Ground } from "./ground.ts";
import type { SettingsInForce } from "./settings-in-force.ts";

export interface ReloadingOptions {
  readonly ground: Ground;
  readonly delivery: DeliveryParts;
  readonly settings: SettingsInForce;
  /** Called when all of them are taken. */
  readonly onTaken: () => void;
}

/**
 * Goes on with the next settings. Rejects, and changes nothing, when the store refuses them; resolves with why it does not
 * answer, if it does not.
 */
export function reloading({ ground, delivery, settings, onTaken }: ReloadingOptions) {
  const { log, redact, learn } = ground;
  return async (next: Config): Promise<string | undefined> => {
    // before anything is said of it, and even if it is refused
    learn(next.secrets);
    log.use({ redact });
    try {
      await register(ground, delivery, next);
    } catch (error) {
      if (!(error instanceof RegistrationRefused)) {
        settings.takeForIntake(next);
        return errorWords(error);
      }
      settings.keep();
      throw error;
    }
    const restart = settings.take(next);
    if (restart.length > 0) log.warn({ fact: "config.needs_restart", settings: restart });
    log.use({ level: next.log.level, name: next.name });
    await delivery.use(next.connectors);
    onTaken();
    log.info({ fact: "config.reloaded", connectors: next.connectors.length });
    return undefined;
  };
}

/** Makes the next connectors known to the store. Rejects, and serves the present ones again, when it refuses them. */
async function register({ storage, log, config }: Ground, { fleet }: DeliveryParts, next: Config): Promise<void> {
  await fleet.retire(next.connectors.flatMap(({ common }) => common.was ?? []));
  try {
    await registerConnectors(storage, next, log);
  } catch (error) {
    await fleet.use(config().connectors);
    throw error;
  }
}

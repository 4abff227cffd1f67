/** What scenes of a whole bridge share: a world that is served, what its destinations have got, and connectors of one's own. */
import { after, before } from "node:test";
import type { BridgeProcess } from "./process.ts";
import { openWorld, type World, type WorldOptions } from "./world.ts";

export interface Scene {
  readonly world: World;
  /** The one that serves now. */
  readonly bridge: BridgeProcess;
  /** Starts another one; the one before has ended. Resolves with it. */
  start(): Promise<BridgeProcess>;
}

/**
 * A world, and a bridge that serves it, from before the first test of the `describe` that calls this to behind its last.
 * @param prepare called before the bridge starts
 */
export function openScene(options: WorldOptions = {}, prepare?: (world: World) => Promise<void>): Scene {
  let world: World | undefined;
  let bridge: BridgeProcess | undefined;
  const start = async () => {
    bridge = await there(world).start();
    return bridge;
  };
  before(async () => {
    world = await openWorld(options);
    await prepare?.(world);
    await start();
  });
  after(() => world?.close());
  return {
    get world() {
      return there(world);
    },
    get bridge() {
      return there(bridge);
    },
    start,
  };
}

function there<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("the scene has not begun");
  return part;
}

/** Whether Segment has got an event of this user. */
export function analyticsHas({ segment }: World, user: string): boolean {
  return [...segment.received.events.values()].some(({ userId }) => userId === user);
}

/** Whether the webhook's receiver has got one. */
export function partnerHas({ webhook }: World, user: string): boolean {
  return [...webhook.received.payloads.values()].some((payload) => JSON.stringify(payload).includes(`"${user}"`));
}

/** A connector type in the text of a module of the user's own: it takes one delivery at a time. */
export interface OwnConnector {
  readonly type: string;
  /** Where the words come from: the package, or a file. */
  readonly contract?: string;
  /** Lines above it. */
  readonly above?: string;
  /** Its settings, each a text; the inside of its functions finds them in `settings`. */
  readonly settings?: readonly string[];
  /** Inside of `open`, before the connector is there. */
  readonly opening?: string;
  /** Inside of `deliver`, which is given the one `delivery`. */
  readonly deliver: string;
  /** Inside of `close`. */
  readonly closing?: string;
  /** What it says is its largest batch. */
  readonly largestBatch?: string;
}

export function ownConnector(own: OwnConnector): string {
  const { type, contract = "unsub-bridge/connector", settings = [], largestBatch = "1" } = own;
  const schema = settings.map((name) => `${name}: Type.String({ description: "Of the test." })`);
  const example = [`type: ./${type}.ts`, ...settings.map((name) => `${name}: none`)].join("\n");
  const account = settings.length === 0 ? '"nobody"' : `settings.${settings[0]}`;
  return `
import { connectorType, delivered, outcomes, Type } from ${JSON.stringify(contract)};
${own.above ?? ""}
export const connector = connectorType({
  type: ${JSON.stringify(type)},
  summary: "Is of a test.",
  settings: Type.Object({ ${schema.join(", ")} }),
  example: ${JSON.stringify(example)},
  largestBatch: () => ${largestBatch},
  concurrency: 1,
  budgets: {},
  writes: "fact",
  destination: (settings) => ${account},
  account: (settings) => ${account},
  open(settings) {
    ${own.opening ?? ""}
    return {
      async deliver([delivery]) {
        ${own.deliver}
      },
      check: async () => [],
      preview: async () => [],
      async close() {
        ${own.closing ?? ""}
      },
    };
  },
});
`;
}

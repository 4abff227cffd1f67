/** Whether Chat answers where the configuration says that it may be asked, and what is wrong where it does not. Changes nothing. */
import { durationSaid } from "../../basics/said-spans.ts";
import { openChatRest } from "../../chat-rest/client.ts";
import type { Unanswered } from "../../chat-rest/contract.ts";
import { readUserSig } from "../../chat-rest/usersig.ts";
import { saidOfChat, ways } from "../../chat-rest/words.ts";
import type { Config } from "../../config/checked-config.ts";
import type { RestSettings } from "../../config/schema.ts";
import type { CheckFinding, OwnFinding, PlaceOf } from "./finding.ts";
import { found } from "./found.ts";

export interface ChatChecked {
  readonly findings: readonly CheckFinding[];
  /** Milliseconds by which this machine's clock is ahead of Chat's; absent where no answer told the time. */
  readonly aheadMs?: number;
}

type Path = readonly (string | number)[];

/** Asks for each app that has `rest`. Never rejects. */
export async function checkChat({ chat }: Config, placeOf: PlaceOf, version: string): Promise<ChatChecked> {
  const asked = chat.apps.flatMap(({ sdk_app_id: app, rest }, index) =>
    rest === undefined ? [] : [checkApp(app, rest, ["chat", "apps", index], placeOf, version)],
  );
  const checked = await Promise.all(asked);
  const [aheadMs] = checked.flatMap((each) => each.aheadMs ?? []);
  return { findings: checked.flatMap(({ findings }) => findings), ...(aheadMs !== undefined && { aheadMs }) };
}

async function checkApp(
  app: number,
  rest: RestSettings,
  path: Path,
  placeOf: PlaceOf,
  version: string,
): Promise<ChatChecked> {
  const { admin } = rest;
  const userAgent = `unsub-bridge/${version}`;
  const client = openChatRest({ app, rest, userAgent, permit: async () => undefined });
  // the cheapest call that needs a signature of an admin, and then one of the service itself
  const known = await client.accountsExist([admin]);
  const served = known.tag === "ok" ? await client.accountsOf(admin) : known;
  const clock = known.clock ?? served.clock;
  const told = clock === undefined ? {} : { aheadMs: -clock.aheadMs };
  const findings =
    served.tag === "ok" || served.tag === "no_user"
      ? [{ ...found(true, "chat", { admin, app, where: rest.region ?? rest.base_url ?? "" }), about: "chat" }]
      : [refusal(served, path, rest, placeOf)];
  return { findings: [...findings, ...ending(rest, clock?.askedAt ?? Date.now(), path, placeOf)], ...told };
}

function refusal(answer: Unanswered, path: Path, rest: RestSettings, placeOf: PlaceOf): OwnFinding {
  const { tag, words, todo = ways("again_later").words } = answer;
  const isBusy = tag === "later" && answer.afterMs !== undefined;
  const place = placeOf([...path, ...settingOf(answer, rest)]);
  const values = { said: saidOfChat(words), todo: saidOfChat(todo) };
  return { ...found(isBusy ? "warning" : false, "chat_refuses", values), about: "chat", place };
}

/** The setting that an answer speaks of. */
function settingOf({ tag, code }: Pick<Unanswered, "tag" | "code">, rest: RestSettings): Path {
  const where = rest.region === undefined ? "base_url" : "region";
  if (tag === "later") return ["rest", where];
  if (tag === "credentials") return ["rest", rest.secret_key === undefined ? "user_sig" : "secret_key"];
  return SETTINGS.find(({ codes }) => codes.includes(code ?? 0))?.path(where) ?? ["rest"];
}

const SETTINGS: readonly { readonly codes: readonly number[]; readonly path: (where: string) => Path }[] = [
  { codes: [60006, 60012, 60016, 60017, 60020], path: () => ["sdk_app_id"] },
  { codes: [60010], path: () => ["rest", "admin"] },
  { codes: [70016, 70020], path: (where) => ["rest", where] },
];

/** Milliseconds before its end when a signature that nobody renews is spoken of. */
const SOON = 14 * 86_400_000;

/** A signature that was made elsewhere ends on a day that it says itself. @param now on Chat's clock, where it has told */
function ending({ user_sig }: RestSettings, now: number, path: Path, placeOf: PlaceOf): OwnFinding[] {
  const claims = user_sig === undefined ? undefined : readUserSig(user_sig);
  if (claims === undefined) return [];
  const left = (claims.time + claims.lifetime) * 1_000 - now;
  if (left > SOON || left < 0) return [];
  const place = placeOf([...path, "rest", "user_sig"]);
  const values = { admin: claims.identifier, left: durationSaid(left) };
  return [{ ...found("warning", "user_sig_ends", values), about: "chat", place }];
}

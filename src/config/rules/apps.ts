/** What must hold for the apps of Chat: whose callbacks are believed, and how Chat is asked. Pure. */
import { type BaseUrlWords, baseUrlFaults } from "../../connector-tools.ts";
import type { RestSettings, Settings } from "../schema.ts";
import type { Path } from "../yaml/tree.ts";
import type { RuleFault } from "./rule-fault.ts";

export function judgeApps({ chat }: Settings): RuleFault[] {
  const known = new Set<number>();
  return chat.apps.flatMap((app, index): RuleFault[] => {
    const path: Path = ["chat", "apps", index];
    const isAgain = known.has(app.sdk_app_id);
    known.add(app.sdk_app_id);
    return [
      ...(isAgain ? [secondTime(app, path)] : []),
      ...judgeToken(app, chat.allow_from, path),
      ...judgeRest(app, [...path, "rest"]),
    ];
  });
}

export type App = Settings["chat"]["apps"][number];

function secondTime({ sdk_app_id }: App, path: Path): RuleFault {
  const what = `the app ${sdk_app_id} stands here for the second time`;
  return { path: [...path, "sdk_app_id"], what, todo: "keep one; its `token` may be a list" };
}

/** It says where to ask, and with what to sign: each in one way. */
function judgeRest({ rest }: App, path: Path): RuleFault[] {
  if (rest === undefined) return [];
  const { base_url } = rest;
  return [
    ...exactlyOne(rest, path, ["region", "base_url"], REGION),
    ...exactlyOne(rest, path, ["secret_key", "user_sig"], KEY),
    ...(base_url === undefined ? [] : baseUrlFaults(base_url, BASE_URL)).map((fault) => ({
      ...fault,
      path: [...path, ...fault.path],
    })),
  ];
}

interface EitherWords {
  readonly missing: string;
  readonly todo: string;
}

const REGION: EitherWords = {
  missing: "nothing says in which region Chat is to be asked",
  todo: "add `region: singapore`, or where the Chat console says that the app is",
};
const KEY: EitherWords = {
  missing: "there is nothing to sign requests with",
  todo: "add `secret_key: ${CHAT_SECRET_KEY}`, from the Chat console",
};
const BASE_URL: BaseUrlWords = {
  setting: "base_url",
  name: "the base URL",
  credential: "the signature",
  example: "write https://adminapisgp.im.qcloud.com, or another host of Chat's",
  instead: "; `secret_key` is where the key belongs",
};

function exactlyOne(
  rest: RestSettings,
  path: Path,
  names: readonly [keyof RestSettings, keyof RestSettings],
  { missing, todo }: EitherWords,
): RuleFault[] {
  const [one, other] = names;
  const given = names.filter((name) => rest[name] !== undefined).length;
  if (given === 1) return [];
  const reads = names.map((name): Path => [...path, name]);
  if (given === 0) return [{ path, what: missing, todo, reads }];
  const what = `\`${one}\` and \`${other}\` both stand here, and only one of them can hold`;
  return [{ path: [...path, other], what, todo: "remove one of them", reads }];
}

function judgeToken({ sdk_app_id, token, allow_unsigned }: App, allowFrom: readonly string[], path: Path): RuleFault[] {
  const reads = [
    [...path, "token"],
    [...path, "allow_unsigned"],
  ];
  if (token !== undefined || allow_unsigned) {
    return allow_unsigned ? judgeUnsigned(token !== undefined, allowFrom, path, reads) : [];
  }
  // its number may be what is faulty
  const name = sdk_app_id === undefined ? "this app" : `the app ${sdk_app_id}`;
  const what = `${name} has no token, so anybody could forge its callbacks`;
  const todo =
    "switch callback authentication on in the Chat console and add `token: ${CHAT_CALLBACK_TOKEN}`, or accept that with `allow_unsigned: true`";
  return [{ path, what, todo, reads }];
}

function judgeUnsigned(
  hasToken: boolean,
  allowFrom: readonly string[],
  app: Path,
  reads: readonly Path[],
): RuleFault[] {
  const path: Path = [...app, "allow_unsigned"];
  if (hasToken) {
    const what = "callbacks without a signature are accepted although there is a token";
    const todo = "remove `allow_unsigned` once Chat signs them";
    return [{ path, what, todo, severity: "warning", reads }];
  }
  if (allowFrom.length > 0) return [];
  const what = "anybody who finds the callback URL can forge callbacks of this app";
  const todo = "set `token`, or narrow `chat.allow_from`";
  return [{ path, what, todo, severity: "warning", reads: [...reads, ["chat", "allow_from"]] }];
}

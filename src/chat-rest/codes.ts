/**
 * What follows from Chat's `ErrorCode`: by the tables of its pages "Error Codes" and of the official-account calls. Pure.
 * A code that nobody knows means that nothing is known: it is asked again, loudly, and never read as "there is nobody".
 */

/** As whom, and where, it was asked: what words name. */
export interface Caller {
  readonly app: number;
  readonly admin: string;
  /** The region, or the host. */
  readonly where: string;
}

export type ChatMeaning =
  | { readonly tag: "no_account"; readonly words: string }
  | { readonly tag: "no_user"; readonly words: string }
  | { readonly tag: "later"; readonly words: string; readonly afterMs?: number; readonly isOdd?: true }
  | { readonly tag: "credentials" | "configuration" | "ours"; readonly words: string; readonly todo: string };

/** The signature's time is over: a new one may be tried once. */
export const EXPIRED = 70001;

export function meaningOf(code: number, caller: Caller): ChatMeaning {
  const row = TABLE.find(({ codes }) => codes.includes(code));
  return row === undefined ? unknown(code) : row.meaning(caller);
}

/** All that are known, for the test that asks for each. */
export const knownCodes = (): readonly number[] => TABLE.flatMap(({ codes }) => codes);

function unknown(code: number): ChatMeaning {
  return { tag: "later", words: `nobody here knows the code ${code}`, isOdd: true };
}

interface Row {
  readonly codes: readonly number[];
  readonly meaning: (caller: Caller) => ChatMeaning;
}

const later = (words: string, afterMs?: number) => (): ChatMeaning => ({
  tag: "later",
  words,
  ...(afterMs !== undefined && { afterMs }),
});
const credentials =
  (words: (caller: Caller) => string, todo: string) =>
  (caller: Caller): ChatMeaning => ({
    tag: "credentials",
    words: words(caller),
    todo,
  });
const configuration =
  (words: (caller: Caller) => string, todo: string) =>
  (caller: Caller): ChatMeaning => ({
    tag: "configuration",
    words: words(caller),
    todo,
  });
const ours = (words: string) => (): ChatMeaning => ({
  tag: "ours",
  words,
  todo: "please report it: it is a fault of this program",
});

const KEY = "compare `secret_key` with the key of this app in the Chat console, or make `user_sig` anew";

const TABLE: readonly Row[] = [
  { codes: [60002, 60003], meaning: ours("the request could not be parsed") },
  { codes: [60009], meaning: ours("there is no such call") },
  { codes: [60015], meaning: ours("an id was of the wrong type") },
  { codes: [6017, 20001], meaning: ours("Chat takes a parameter to be illegal, an id perhaps") },
  { codes: [130008], meaning: ours("this is an answer to another call") },
  { codes: [60004, 60005], meaning: credentials(() => "the admin or the signature is wrong", KEY) },
  {
    codes: [EXPIRED],
    meaning: credentials(
      () => "the signature has expired",
      "see that the clock is right (NTP); a `user_sig` has to be made anew",
    ),
  },
  {
    codes: [70003, 70009, 70013, 70014],
    meaning: credentials(({ app, admin }) => `the signature is not one of "${admin}" for the app ${app}`, KEY),
  },
  {
    codes: [60006, 60012],
    meaning: configuration(({ app }) => `${app} is no SDKAppID`, "correct `sdk_app_id`"),
  },
  {
    codes: [60016, 60017, 60020],
    meaning: configuration(
      ({ app }) => `the app ${app} is disabled, or its plan has ended`,
      "look at it in the Chat console",
    ),
  },
  {
    codes: [60010],
    meaning: configuration(
      ({ admin, app }) => `"${admin}" is no admin of the app ${app}`,
      "name an admin as the Chat console lists them (usually `administrator`)",
    ),
  },
  {
    codes: [60021],
    meaning: configuration(
      ({ app }) => `calls for the app ${app} are not allowed from the address of this machine`,
      "add the address by which this machine reaches the Internet to the list of allowed addresses in the Chat console",
    ),
  },
  {
    codes: [70016, 70020],
    meaning: configuration(
      ({ app, where }) => `there is no app ${app} in this data centre (${where})`,
      "correct `region` (or `base_url`) or `sdk_app_id`: an app is known in its own region alone",
    ),
  },
  { codes: [70051], meaning: configuration(() => "the caller is on a blocklist", "ask Tencent's support") },
  { codes: [130002], meaning: configuration(() => "this is not permitted", "look at the app in the Chat console") },
  {
    codes: [130007],
    meaning: configuration(() => "the id of the official account is malformed", "official accounts begin with @TOA#_"),
  },
  {
    codes: [131000],
    meaning: configuration(
      ({ app }) => `official accounts are not switched on for the app ${app}`,
      "switch them on in the Chat console, or remove `rest`",
    ),
  },
  { codes: [60007, 60011, 60018, 60019], meaning: later("Chat was asked too often", 5_000) },
  {
    codes: [70050],
    meaning: later("the signature was refused, and too often: look at `secret_key` and `admin`", 60_000),
  },
  { codes: [60008, 60013, 60014, 10004, 20005], meaning: later("Chat is in trouble itself") },
  { codes: [70107], meaning: () => ({ tag: "no_user", words: "there is no such user" }) },
  { codes: [130004], meaning: () => ({ tag: "no_account", words: "there is no such official account, or no longer" }) },
];

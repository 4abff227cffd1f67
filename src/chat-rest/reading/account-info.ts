/** `get_official_account_info`: whether official accounts exist, and how many people subscribe. Pure. */
import type { Said } from "../../basics/sentences.ts";
import type { Fields } from "../body.ts";
import { meaningOf } from "../codes.ts";
import type { AccountInfo, NoAccount } from "../contract.ts";
import type { ChatQuestion } from "../judging.ts";
import { says } from "../words.ts";
import { isCount, objectsIn, odd, type Read, read } from "./fields.ts";

export function askAccountInfo(accounts: readonly string[]): ChatQuestion<NoAccount> {
  return {
    command: "official_account_open_http_svc/get_official_account_info",
    body: {
      OfficialAccountIdList: accounts.map((account) => ({ Official_Account: account })),
      ResponseFilter: { OfficialAccountBaseInfoFilter: ["SubscriberNum"] },
    },
    absence: "no_account",
  };
}

/** Each by its id, never by its place: Chat may leave some out. */
export function readAccountInfo(fields: Fields, accounts: readonly string[]): Read<ReadonlyMap<string, AccountInfo>> {
  const entries = objectsIn(fields, "OfficialAccountInfoList");
  if (entries === undefined) return odd(says("no_list_of_objects", { field: "OfficialAccountInfoList" }));
  return read(
    new Map(
      accounts.map((account) => {
        const own = entries.filter(({ Official_Account: id }) => id === account);
        const [only] = own;
        return [account, own.length === 1 && only !== undefined ? infoOf(only) : unclear(says("not_once"))];
      }),
    ),
  );
}

/** An entry may have an ErrorCode of its own (inferred from the call for groups, and from the page's sample). */
function infoOf({ ErrorCode: code = 0, SubscriberNum: subscriberNum }: Fields): AccountInfo {
  if (typeof code !== "number") return unclear(says("its_no_number", { field: "ErrorCode" }));
  if (code !== 0) {
    const meaning = meaningOf(code, NOBODY);
    return meaning.tag === "no_account"
      ? { tag: "no_account" }
      : unclear(says("meaning_of_one", { meaning: meaning.words, code }));
  }
  return isCount(subscriberNum)
    ? { tag: "there", subscriberNum }
    : unclear(says("its_no_number", { field: "SubscriberNum" }));
}

/** What stands in the words of codes that say something of an account. */
const NOBODY = { app: 0, admin: "", where: "" };

const unclear = ({ words }: Said): AccountInfo => ({ tag: "unclear", words });

/** Why a comparison says nothing, or waits, and why people are held, in both languages. It is kept as words alone: `saidOfPass` knows them again. */
import { recognised, sentencesOf } from "../basics/sentence-tables.ts";
import type { Said } from "../basics/sentences.ts";
import { isWayOut, saidOfChat } from "../chat-rest/words.ts";

export const says = sentencesOf("pass", {
  // what is read cannot be believed
  later_than_now: { en: "a page tells of a subscription {span} from now", zh: "有一页写着 {span}之后才会发生的订阅" },
  nobody_and_on: {
    en: "a page without anybody says that another one follows",
    zh: "有一页没有任何人，却说后面还有",
  },
  more_pages: {
    en: "there are more pages ({pages}) than subscribers ({most})",
    zh: "页数（{pages}）比订阅者（{most}）还多",
  },
  barren: {
    en: "{pages} pages in a row brought nobody who was not known",
    zh: "连续 {pages} 页都没有新的用户",
  },
  unexplained: {
    en: "{people} people are on the pages, and Chat counts {number}: more than callbacks explain",
    zh: "各页上共有 {people} 人，而 Chat 统计为 {number}：相差超出回调所能解释的范围",
  },
  number_then: { en: "{first}, then {last}", zh: "先 {first}，后 {last}" },
  page_repeated: {
    en: "a page says that one follows which was read already",
    zh: "有一页指向已经读过的下一页",
  },
  vanished: {
    en: "what was read of Chat's list is gone, as after a crash of the database: it is read anew",
    zh: "已读取的 Chat 名单不见了（例如数据库崩溃之后）：会重新读取",
  },
  page_unread: { en: "a page could not be read: {fault}", zh: "有一页读不到：{fault}" },
  account_gone_meanwhile: {
    en: "Chat said while the list was read that there is no such account",
    zh: "读取名单期间，Chat 表示没有这个公众号",
  },

  // what Chat says of an account
  with_todo: { en: "{said}: {todo}", zh: "{said}：{todo}" },
  not_in_answer: { en: "the account is not in the answer", zh: "应答中没有这个公众号" },
  never_read: {
    en: "Chat knows no such account, and none was ever read: look at its name, at the region and at the app",
    zh: "Chat 没有这个公众号，也从未读到过：请检查它的名称、地域和应用",
  },
  gone_first: {
    en: "Chat says for the first time that there is no such account",
    zh: "Chat 首次表示没有这个公众号",
  },
  gone_again: { en: "Chat says again that there is no such account", zh: "Chat 再次表示没有这个公众号" },
  destroyed: {
    en: "the account was destroyed: Chat has said so twice, an hour apart",
    zh: "该公众号已被销毁：Chat 相隔一小时两次这样表示",
  },
  untimed: { en: "the answer does not say when it was given", zh: "应答没有说明是何时给出的" },
  clock_ahead: {
    en: "the answer's Date is {span} ahead of this machine's clock: one of the two is wrong",
    zh: "应答的 Date 比本机时钟快 {span}：两者必有一个不对",
  },
  clock_behind: {
    en: "the answer's Date is {span} behind this machine's clock: one of the two is wrong",
    zh: "应答的 Date 比本机时钟慢 {span}：两者必有一个不对",
  },

  // what it waits for, and how it ends otherwise
  spool_held: {
    en: "the bridge on {host} (process {process}) holds callbacks in its spool",
    zh: "{host} 上的 unsub-bridge（进程 {process}）的暂存文件中还有回调",
  },
  spool_seen: {
    en: "the bridge on {host} (process {process}) was last seen with callbacks in its spool",
    zh: "{host} 上的 unsub-bridge（进程 {process}）最后一次出现时，暂存文件中还有回调",
  },
  silent: {
    en: "the bridge on {host} (process {process}) fell silent",
    zh: "{host} 上的 unsub-bridge（进程 {process}）失去联系",
  },
  nothing_learnt: {
    en: "of {people} in a row nothing could be learnt",
    zh: "连续 {people} 人都查不到任何结果",
  },
  stopped: { en: "it was told to stop", zh: "已按要求停止" },
  dry: { en: "it was a dry run", zh: "这只是试运行" },
  taken: {
    en: "a pass of this account is under way ({host})",
    zh: "这个公众号正在核对中（{host}）",
  },
});

/** What is made of these words and of those about Chat's answers, each part as far as it is known. */
export function saidOfPass(words: string): Said {
  const own = recognised("pass", words, FORMS, saidOfPass);
  // its beginning may be any other sentence: it is known by its end
  if (own === undefined || own.code === "pass_with_todo") return withTodo(words) ?? saidOfChat(words);
  return own;
}

const FORMS = { pages: "\\d+", most: "\\d+", people: "\\d+", first: "\\d+", last: "\\d+", process: "\\d+" };

function withTodo(words: string): Said | undefined {
  for (let at = words.indexOf(": "); at !== -1; at = words.indexOf(": ", at + 1)) {
    const todo = saidOfChat(words.slice(at + 2));
    if (isWayOut(todo)) return says("with_todo", { said: saidOfPass(words.slice(0, at)), todo });
  }
  return undefined;
}

/** What can be said of the tables of a store, where somebody has changed them. */
import { findingsOf } from "../../basics/sentence-tables.ts";

export const found = findingsOf("tables", {
  unlogged: {
    en: [
      "tables are UNLOGGED ({tables}): a crash of PostgreSQL empties them, and what was acknowledged is lost with them",
      "{statements}",
    ],
    zh: ["有表被设为 UNLOGGED（{tables}）：PostgreSQL 一旦崩溃就会清空它们，已确认的内容随之丢失", "{statements}"],
  },
  hidden: {
    en: [
      "row level security keeps rows of {tables} from this role: what it does not see is never delivered",
      "{statements}",
    ],
    zh: ["行级安全策略使这个角色看不到 {tables} 中的行：看不到的内容永远不会投递", "{statements}"],
  },
  rule: {
    en: ["a rule does something else instead of what is asked ({names}): rows can be lost", "{statements}"],
    zh: ["有规则（RULE）替换了对表的操作（{names}）：可能丢失行", "{statements}"],
  },
  trigger: {
    en: [
      "a trigger changes or drops rows before they are kept ({names})",
      "look at what it does; one that only watches can be an AFTER trigger",
    ],
    zh: ["有触发器在写入之前修改或丢弃行（{names}）", "请检查它的作用；只做记录的触发器可以改为 AFTER 触发器"],
  },
  uncounted: {
    en: [
      "triggers that count what the quarantine holds do not run ({names}): its bound does not hold, and it can fill the disk",
      "{statements}",
    ],
    zh: ["统计隔离区大小的触发器没有运行（{names}）：隔离区的上限不起作用，可能写满磁盘", "{statements}"],
  },
  broken_index: {
    en: [
      "indexes cannot be used, since their build broke off ({names}): questions and work become slow",
      "{statements}",
    ],
    zh: ["有索引不可用，因为创建过程中断了（{names}）：查询和投递会变慢", "{statements}"],
  },
  once: {
    en: [
      "constraints are missing ({names}): what must be there once can be there twice, and go out twice",
      "make them again: in a store that is made now (another storage.schema), `pg_dump --schema-only` shows how",
    ],
    zh: [
      "缺少约束（{names}）：只应出现一次的内容可能出现两次，并重复投递",
      "请重新创建：在新建的存储（另一个 storage.schema）中，`pg_dump --schema-only` 会显示它们的定义",
    ],
  },
  index: {
    en: [
      "indexes are missing ({names}): with many rows the work becomes too slow",
      "make them again: in a store that is made now (another storage.schema), `pg_dump --schema-only` shows how",
    ],
    zh: [
      "缺少索引（{names}）：行数多时会变得过慢",
      "请重新创建：在新建的存储（另一个 storage.schema）中，`pg_dump --schema-only` 会显示它们的定义",
    ],
  },
  type: {
    en: ["columns have another type than ours ({columns}): what does not fit waits for ever", "{statements}"],
    zh: ["有列的类型与我们的不同（{columns}）：放不下的内容会一直等待", "{statements}"],
  },
  numbers: {
    en: [
      "PostgreSQL would number anew what is numbered already ({tables}), as one does that took over by logical replication: releases before this one lose what comes",
      "start this release on it, which puts the numbers forward",
    ],
    zh: [
      "PostgreSQL 会重复使用已用过的编号（{tables}），例如通过逻辑复制接管的服务器：旧版本会丢失新到的内容",
      "请用这个版本启动一次，它会把编号往前推进",
    ],
  },
});

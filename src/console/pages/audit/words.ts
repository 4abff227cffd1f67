import type { LookUp, RepairOperation } from "../../../storage/contract/audit.ts";
import { inBoth } from "../../words/languages.ts";

export type Audited = RepairOperation | LookUp["operation"];

const EN: Readonly<Record<Audited, string>> = {
  replay: "replayed",
  discard: "discarded",
  retry: "retried",
  pause: "paused",
  resume: "resumed",
  quarantine_replay: "took in from the quarantine",
  quarantine_edit: "edited in the quarantine",
  callbacks_reread: "read callbacks again",
  reconcile_discard: "took the missing off the roster",
  reconcile_release: "released the missing",
  alerts_silence: "silenced an alarm",
  reconcile_run: "compared rosters",
  reconcile_dry_run: "compared rosters, changing nothing",
  restore: "restored a backup",
  search: "looked up",
  export: "exported",
};

const ZH: Readonly<Record<Audited, string>> = {
  replay: "重新投递",
  discard: "放弃",
  retry: "重试",
  pause: "暂停",
  resume: "恢复",
  quarantine_replay: "从隔离区收回",
  quarantine_edit: "修改隔离区条目",
  callbacks_reread: "重新读取回调",
  reconcile_discard: "从名单中移除缺失用户",
  reconcile_release: "放行缺失用户",
  alerts_silence: "静音告警",
  reconcile_run: "核对名单",
  reconcile_dry_run: "核对名单（不做改动）",
  restore: "恢复备份",
  search: "查询",
  export: "导出",
};

export const WORDS = inBoth(
  {
    title: "Audit",
    intro: "Who repaired what, and who looked up whom. Each row was written together with the change itself.",
    when: "When",
    who: "Who",
    what: "What",
    many: "How many",
    person: "Person",
    filter: "What was meant",
    operation: "Operation",
    any: "any",
    show: "Show",
    unproven: "unproven",
    front: { terminal: "terminal", page: "this console", api: "API" } as Record<string, string>,
    operations: EN,
  },
  {
    title: "审计",
    intro: "谁做了哪些修复，谁查询了哪位用户。每条记录都与改动本身一同写入。",
    when: "时间",
    who: "操作人",
    what: "操作",
    many: "数量",
    person: "用户",
    filter: "条件",
    operation: "操作",
    any: "全部",
    show: "显示",
    unproven: "身份未验证",
    front: { terminal: "命令行", page: "控制台", api: "API" },
    operations: ZH,
  },
);

/** What can be said of a PostgreSQL server's durability. */
import { findingsOf } from "../../basics/sentence-tables.ts";

export const found = findingsOf("postgres", {
  unasked: {
    en: ["{fault}", "look at storage.url, and at the server"],
    zh: ["{fault}", "请检查 storage.url 和服务器"],
  },
  keeps: { en: ["PostgreSQL keeps what it has acknowledged"], zh: ["PostgreSQL 会保住它确认过的内容"] },
  standby: {
    en: ["this PostgreSQL is a standby and takes no writes", "name the primary in storage.url"],
    zh: ["这个 PostgreSQL 是备库，不接受写入", "请在 storage.url 中指定主库"],
  },
  read_only: {
    en: [
      "transactions are read-only by default here (default_transaction_read_only): where that is said for all of the server or the database, callbacks go to the spool",
      "set it back, and leave it so for this role",
    ],
    zh: [
      "这里的事务默认只读（default_transaction_read_only）：如果整个服务器或数据库都这样设置，回调会写入暂存文件",
      "请改回来，并对这个角色保持如此",
    ],
  },
  connections: {
    en: [
      "{count} connections are all that this role may have; each machine that runs the bridge wants {wanted}, and needs {least}",
      "ALTER ROLE … CONNECTION LIMIT {wanted}, times the number of machines, and some for the commands",
    ],
    zh: [
      "这个角色最多只能有 {count} 个连接；每台运行 unsub-bridge 的机器需要 {wanted} 个，至少 {least} 个",
      "ALTER ROLE … CONNECTION LIMIT {wanted}，乘以机器数，再为命令留一些",
    ],
  },
  encoding: { en: ["{fault}", "{way}"], zh: ["数据库的编码不合适：{fault}", "{way}"] },
  frozen: {
    en: [
      "PostgreSQL {version} lets a machine that is frozen in the middle of a transaction hold its locks until its connection ends, and the others wait",
      "take PostgreSQL 17 or newer, or accept it; with one machine it does not matter",
    ],
    zh: [
      "在 PostgreSQL {version} 上，事务进行中卡住的机器会一直持有锁，直到连接断开，其他机器只能等待",
      "请使用 PostgreSQL 17 或更新的版本，或者接受这一点；只有一台机器时没有影响",
    ],
  },
  fsync: {
    en: [
      "PostgreSQL has fsync off: a power cut can lose callbacks that were acknowledged, and break the database",
      "set fsync = on",
    ],
    zh: ["PostgreSQL 关闭了 fsync：断电可能丢失已确认的回调，并损坏数据库", "请设置 fsync = on"],
  },
  full_page_writes: {
    en: [
      "PostgreSQL has full_page_writes off: a power cut can break its pages",
      "set full_page_writes = on, unless the file system never tears a page",
    ],
    zh: [
      "PostgreSQL 关闭了 full_page_writes：断电可能损坏数据页",
      "请设置 full_page_writes = on，除非文件系统绝不会写坏半页",
    ],
  },
  no_standby: {
    en: [
      "PostgreSQL waits for standbys (synchronous_standby_names), and none is connected: no commit ends, and callbacks go to the spool",
      "start one, or let the server go on without",
    ],
    zh: [
      "PostgreSQL 在等待备库（synchronous_standby_names），但没有一个连接上：提交无法完成，回调会写入暂存文件",
      "请启动一个备库，或让服务器不再等待",
    ],
  },
  asynchronous: {
    en: [
      "all replicas of this PostgreSQL are asynchronous: a failover can lose the callbacks of its last moments",
      "set synchronous_standby_names, or accept it",
    ],
    zh: [
      "这个 PostgreSQL 的副本都是异步的：故障切换可能丢失最后一刻的回调",
      "请设置 synchronous_standby_names，或者接受这一点",
    ],
  },
});

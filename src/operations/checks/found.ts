/** What the bridge's own checks can say, beyond the faults of the file. */
import { findingsOf, sentencesOf } from "../../basics/sentence-tables.ts";

export const found = findingsOf("check", {
  // of the destinations
  switched_off: {
    en: ["switched off (`enabled: false`): nothing is sent"],
    zh: ["已停用（`enabled: false`）：不会发送任何内容"],
  },
  unchecked: {
    en: ["the {type} connector could not be checked: {fault}", "mend that, then check again"],
    zh: ["无法检查这个 {type} 连接器：{fault}", "请排除这个问题，然后再检查一次"],
  },
  unopened: {
    en: [
      "it cannot be opened: {fault}",
      "mend its `open`, or the setting that this speaks of; until then nothing of its queue is sent",
    ],
    zh: ["无法打开它：{fault}", "请修正它的 `open`，或这里提到的设置；在此之前它的队列不会发送"],
  },
  unclosed: {
    en: ["it cannot be closed: {fault}", "mend its `close`"],
    zh: ["无法关闭它：{fault}", "请修正它的 `close`"],
  },
  open_promises: {
    en: ["its `open` returns a promise", "return the connector itself, and wait in `deliver` and `check`"],
    zh: ["它的 `open` 返回了 Promise", "请直接返回连接器本身，在 `deliver` 和 `check` 中等待"],
  },
  parts_lacking: {
    en: ["what its `open` returns has no {names}", "return them from `open`, as functions"],
    zh: ["它的 `open` 返回的内容缺少 {names}", "请让 `open` 返回这些函数"],
  },

  // of the store and its queues
  store_unread: {
    en: ["the store could not be looked into: {fault}", "`status` says more"],
    zh: ["无法查看存储：{fault}", "`status` 会给出更多信息"],
  },
  queue_of_other_type: {
    en: [
      "connectors.{name}: the queue of this name belongs to a connector of type {type}",
      "give this connector a name of its own: what waits was meant for another kind of destination",
    ],
    zh: [
      "connectors.{name}：这个名称的队列属于类型为 {type} 的连接器",
      "请给这个连接器另取名称：等待中的投递是发往另一类目标系统的",
    ],
  },
  queue_taken_over: {
    en: ['connectors.{name} takes over the queue of "{former}": {waiting}'],
    zh: ["connectors.{name} 接手“{former}”的队列：{waiting}"],
  },
  destination_changed: {
    en: ["connectors.{name} now writes to {destination}, before to {before}: {waiting}"],
    zh: ["connectors.{name} 现在写入 {destination}，之前是 {before}：{waiting}"],
  },
  queue_redirected: {
    en: [
      "connectors.{name} now writes to {destination}, before to {before}: {waiting} and will go there now",
      "go on if that is meant; for a destination of its own, give the connector another name",
    ],
    zh: [
      "connectors.{name} 现在写入 {destination}，之前是 {before}：{waiting}，将会发往新的目标",
      "如果这正是您要的，就继续；如果是另一个目标系统，请给连接器另取名称",
    ],
  },
  orphaned: {
    en: [
      '"{name}" ({type}, {destination}) is no longer configured: {waiting} for it and will be kept',
      "put it back, or name it in the connector that shall take them over: `was: {name}`",
    ],
    zh: [
      "“{name}”（{type}，{destination}）已不在配置中：{waiting}，会被保留",
      "请把它放回配置，或在要接手的连接器中写明：`was: {name}`",
    ],
  },
  other_value: {
    en: [
      "the bridge that runs (process {process} on {host}) has another value than the configuration gives here: {settings}",
      "if what stands here is meant, save the file again or send SIGHUP; what the bridge's own environment sets takes a restart",
    ],
    zh: [
      "正在运行的 unsub-bridge 实例（{host} 上的进程 {process}）所用的值与这里的配置不同：{settings}",
      "如果以这里为准，请再次保存文件或发送 SIGHUP；由该实例自身环境变量设定的，需要重启",
    ],
  },
  other_values: {
    en: [
      "the bridge that runs (process {process} on {host}) has other values than the configuration gives here: {settings}",
      "if what stands here is meant, save the file again or send SIGHUP; what the bridge's own environment sets takes a restart",
    ],
    zh: [
      "正在运行的 unsub-bridge 实例（{host} 上的进程 {process}）有几个值与这里的配置不同：{settings}",
      "如果以这里为准，请再次保存文件或发送 SIGHUP；由该实例自身环境变量设定的，需要重启",
    ],
  },

  // of the files that a database's URL names
  file_unread: {
    en: [
      "{which} names a file that cannot be read: {fault}",
      "correct the path, or let whoever runs the bridge read it; until then no connection can be made",
    ],
    zh: [
      "{which} 所指的文件无法读取：{fault}",
      "请更正路径，或让运行 unsub-bridge 的用户可以读取它；在此之前无法建立连接",
    ],
  },
  no_certificate: {
    en: ["{which} names a file without a certificate in PEM", "name one that begins with -----BEGIN CERTIFICATE-----"],
    zh: ["{which} 所指的文件中没有 PEM 格式的证书", "请指定以 -----BEGIN CERTIFICATE----- 开头的文件"],
  },
  no_key: {
    en: [
      "sslkey names a file without a key that can be read",
      "name the key in PEM, and where it has a passphrase write that as sslpassword",
    ],
    zh: ["sslkey 所指的文件中没有可读取的密钥", "请指定 PEM 格式的密钥；如果它有口令，请写在 sslpassword 中"],
  },
  key_of_other: {
    en: ["sslkey is not the key of sslcert", "name the two that belong together"],
    zh: ["sslkey 不是 sslcert 的密钥", "请指定相互匹配的两个文件"],
  },

  // of this machine
  writable: {
    en: ["{which} can be written: {file}"],
    zh: ["{which}可以写入：{file}"],
  },
  writable_later: {
    en: ["{which} can be written: {file} (made when it is needed)"],
    zh: ["{which}可以写入：{file}（需要时创建）"],
  },
  not_writable: {
    en: [
      "{which} cannot be written, {file}: {fault}",
      "let the user who runs the bridge write there, or name another path",
    ],
    zh: ["{which}无法写入，{file}：{fault}", "请让运行 unsub-bridge 的用户可以写入那里，或指定另一个路径"],
  },
  disk_local: {
    en: ["the store is on a disk of this machine ({system})"],
    zh: ["存储位于本机的磁盘上（{system}）"],
  },
  disk_network: {
    en: [
      "the store is on a network file system ({system}), where SQLite can lose data: it will not start",
      "put it on a local disk, or use PostgreSQL",
    ],
    zh: [
      "存储位于网络文件系统上（{system}），SQLite 在那里可能丢失数据：本程序不会启动",
      "请放到本地磁盘上，或使用 PostgreSQL",
    ],
  },
  disk_memory: {
    en: ["the store is in memory ({system}): it is gone with the next restart", "put it on a volume"],
    zh: ["存储位于内存中（{system}）：下次重启就会消失", "请放到持久卷（volume）上"],
  },
  disk_container: {
    en: [
      "the store is in the container's own layer ({system}): it is gone with the next restart",
      "put it on a volume",
    ],
    zh: ["存储位于容器自身的层中（{system}）：下次重启就会消失", "请放到持久卷（volume）上"],
  },
  disk_unknown: {
    en: [
      "this system does not tell what kind of disk the store is on",
      "see that it is a local disk, neither a network share nor memory",
    ],
    zh: ["本系统没有说明存储位于哪种磁盘上", "请确认它是本地磁盘，而不是网络共享或内存"],
  },
  certificates_unchecked: {
    en: [
      "NODE_TLS_REJECT_UNAUTHORIZED=0: certificates are not checked, anybody can pose as a destination",
      "remove it; for a private authority set NODE_EXTRA_CA_CERTS to the file of its certificate",
    ],
    zh: [
      "NODE_TLS_REJECT_UNAUTHORIZED=0：不检查证书，任何人都可以冒充目标系统",
      "请去掉它；对于私有机构，请把 NODE_EXTRA_CA_CERTS 设为其证书文件",
    ],
  },
  proxy: {
    en: ["requests go through the proxy {proxy}"],
    zh: ["请求经由代理 {proxy}"],
  },
  proxy_but: {
    en: ["requests go through the proxy {proxy} (not for {exempt})"],
    zh: ["请求经由代理 {proxy}（{exempt} 除外）"],
  },
  trusted_too: {
    en: ["certificates of {file} are trusted too ({name})"],
    zh: ["同时信任 {file} 中的证书（{name}）"],
  },
  certificates_unread: {
    en: ["{name}: {file} cannot be read", "correct the path"],
    zh: ["{name}：无法读取 {file}", "请更正路径"],
  },
  clock_unknown: {
    en: [
      "no destination told the time to compare the clock with",
      "see that the time of this machine is synchronised (NTP)",
    ],
    zh: ["没有目标系统给出可与时钟比较的时间", "请确认本机的时间已同步（NTP）"],
  },
  clock: {
    en: ["the clock agrees with {host}"],
    zh: ["时钟与 {host} 一致"],
  },
  clock_ahead: {
    en: ["this machine's clock is {off} ahead of {host}{danger}", "synchronise it (NTP)"],
    zh: ["本机时钟比 {host} 快 {off}{danger}", "请同步时钟（NTP）"],
  },
  clock_behind: {
    en: ["this machine's clock is {off} behind {host}{danger}", "synchronise it (NTP)"],
    zh: ["本机时钟比 {host} 慢 {off}{danger}", "请同步时钟（NTP）"],
  },

  // of Chat
  chat_refuses: {
    en: ["{said}", "{todo}"],
    zh: ["{said}", "{todo}"],
  },
  chat: {
    en: ['Chat answers "{admin}" for the app {app} ({where})'],
    zh: ["Chat 应答了应用 {app} 的“{admin}”（{where}）"],
  },
  user_sig_ends: {
    en: [
      'the UserSig of "{admin}" ends in {left}, and nobody asks Chat from then on',
      "make a new one, or give `secret_key` instead",
    ],
    zh: ["“{admin}”的 UserSig 将在 {left}后失效，此后无法再查询 Chat", "请生成新的，或改为提供 `secret_key`"],
  },
  no_roster: {
    en: ["no official account is known yet whose roster is kept", "start the bridge"],
    zh: ["还不知道要保存名单的公众号", "请启动 unsub-bridge"],
  },
  never_compared: {
    en: [
      "{account} of app {app}: nothing can be found yet, it was never compared to its end",
      "`reconcile run` compares now, and says what Chat answered",
    ],
    zh: [
      "应用 {app} 的 {account}：还无法发现任何遗漏，因为从未完整核对过",
      "`reconcile run` 会立即核对，并说明 Chat 的应答",
    ],
  },
  compared: {
    en: ["{account} of app {app}: what happened since {time} can be found"],
    zh: ["应用 {app} 的 {account}：可以发现 {time} 以来的遗漏"],
  },
  one_more_roster: {
    en: ["and 1 account more: `reconcile status`"],
    zh: ["还有 1 个公众号：`reconcile status`"],
  },
  more_rosters: {
    en: ["and {count} accounts more: `reconcile status`"],
    zh: ["还有 {count} 个公众号：`reconcile status`"],
  },
});

/** What stands in these. */
export const words = sentencesOf("check", {
  the_store: { en: "the store", zh: "存储" },
  the_spool: { en: "the spool", zh: "暂存文件" },
  the_letters: { en: "the dead-letter file", zh: "死信文件" },
  no_address: { en: "(which is no web address)", zh: "（不是网址）" },
  may_be_refused: {
    en: ": callbacks may be refused (`chat.max_clock_skew` is {limit})",
    zh: "：回调可能被拒绝（`chat.max_clock_skew` 为 {limit}）",
  },
  nothing_waits: { en: "nothing waits", zh: "没有等待中的投递" },
  one_waits: { en: "1 delivery waits", zh: "有 1 条投递在等待" },
  wait: { en: "{count} deliveries wait", zh: "有 {count} 条投递在等待" },
  about_wait: { en: "about {count} deliveries wait", zh: "大约有 {count} 条投递在等待" },
  at_least_wait: { en: "at least {count} deliveries wait", zh: "至少有 {count} 条投递在等待" },
});

/**
 * What faults of the configuration say, in both languages. They are made where they are found, of words that follow from what stands
 * there: `saidOfFault` knows them again by their form. What it does not know stays in English.
 */
import { recognised, sentencesOf } from "../../basics/sentence-tables.ts";
import type { Said, SentenceValue } from "../../basics/sentences.ts";

sentencesOf("fault", {
  // names
  unknown_setting: { en: 'unknown setting "{name}"', zh: "没有名为“{name}”的设置项" },
  missing: { en: '"{name}" is missing', zh: "缺少“{name}”" },
  did_you_mean: { en: 'did you mean "{name}"?', zh: "您要写的是“{name}”吗？" },
  did_you_mean_of: {
    en: 'did you mean "{name}"? (possible: {list})',
    zh: "您要写的是“{name}”吗？（可选：{list}）",
  },
  did_you_mean_type: {
    en: 'did you mean "{name}"? (possible: {list}, or a file of your own: ./my-connector.ts)',
    zh: "您要写的是“{name}”吗？（可选：{list}，或自己的文件：./my-connector.ts）",
  },
  belongs_below: { en: 'it belongs below "{name}"', zh: "它应写在“{name}”之下" },
  known_here: { en: "known here: {list}", zh: "这里可以写：{list}" },
  possible: { en: "possible: {list}", zh: "可选：{list}" },
  possible_or: { en: "possible: {list}, or {word}", zh: "可选：{list}，或{word}" },
  possible_type: {
    en: "possible: {list}, or a file of your own: ./my-connector.ts",
    zh: "可选：{list}，或自己的文件：./my-connector.ts",
  },
  unknown_type: { en: "unknown connector type {shown}", zh: "没有 {shown} 这种连接器类型" },
  no_type: { en: "{shown} is no connector type", zh: "{shown}不是连接器类型" },
  meant_to_be_type: { en: 'is "{name}" meant to be "type"?', zh: "“{name}”是否应为“type”？" },
  add_type: { en: "add `type: {code}` (possible: {list})", zh: "请加上 `type: {code}`（可选：{list}）" },
  no_connector_name: {
    en: "{shown} cannot be the name of a connector",
    zh: "{shown} 不能作为连接器的名称",
  },
  second_time: { en: "{shown} stands here for the second time", zh: "{shown}在这里重复出现" },
  a_name_second_time: { en: "a name stands here for the second time", zh: "有一个名称在这里重复出现" },
  keep_one: { en: "keep one of them", zh: "请只保留一个" },
  add: { en: "add `{text}`", zh: "请加上 `{text}`" },
  to_above: {
    en: '"{name}" belongs to "{owner}" above, and is not indented below it',
    zh: "“{name}”属于上面的“{owner}”，却没有在它之下缩进",
  },
  beside: {
    en: '"{name}" belongs beside "{owner}", and is indented below it',
    zh: "“{name}”应与“{owner}”并列，却缩进到了它之下",
  },
  indent_more: { en: "indent it two columns more", zh: "请多缩进两格" },
  indent_less: { en: "indent it two columns less", zh: "请少缩进两格" },
  outdated: { en: '"{name}" is now "{to}"', zh: "“{name}”现在叫“{to}”" },
  outdated_twice: {
    en: '"{name}" is now "{to}", and both stand here',
    zh: "“{name}”现在叫“{to}”，而两者都写在这里",
  },
  use_instead: {
    en: 'use "{to}" instead (`check --fix` rewrites it); {until} knows it no longer',
    zh: "请改用“{to}”（`check --fix` 会改写）；从 {until} 起不再支持旧名称",
  },
  delete: { en: 'delete "{name}"', zh: "请删除“{name}”" },
  no_effect: { en: '"{name}" has no effect any more', zh: "“{name}”已不起作用" },

  // shapes and values
  block_expected: {
    en: "a block of settings is expected here, not {word}",
    zh: "这里应为一组设置项，而不是{word}",
  },
  connectors_expected: {
    en: "a block of connectors is expected here, not {word}",
    zh: "这里应为一组连接器，而不是{word}",
  },
  settings_expected: {
    en: "the settings of a connector are expected here, not {word}",
    zh: "这里应为连接器的设置项，而不是{word}",
  },
  list_expected: { en: "a list is expected here, not {word}", zh: "这里应为列表，而不是{word}" },
  expected: { en: "{word} is expected here, not {other}", zh: "这里应为{word}，而不是{other}" },
  text_or_file: { en: "a text or { file: path } is expected here", zh: "这里应为文本或 { file: path }" },
  value_missing: { en: "the value is missing", zh: "没有写值" },
  value_missing_comment: {
    en: "the value is missing: to YAML a # begins a comment",
    zh: "没有写值：在 YAML 中 # 之后是注释",
  },
  quote_hash: {
    en: "put the whole value in quotes if it begins with #",
    zh: "如果值以 # 开头，请把整个值放进引号",
  },
  nothing_below: { en: "nothing stands below it", zh: "它之下没有任何内容" },
  lines_below: {
    en: "write `name: value` on lines of their own, indented below it",
    zh: "请在它之下另起行缩进，逐行写 `name: value`",
  },
  settings_below: {
    en: "write its settings on lines of their own, indented below its name",
    zh: "请在它的名称之下另起行缩进，写它的设置项",
  },
  names_of_own: {
    en: "write a name of your own for each, and its settings below it",
    zh: "请给每个连接器起一个名称，设置项写在名称之下",
  },
  remove_dash: { en: "remove the - before its names", zh: "请去掉名称前面的 -" },
  put_dash: { en: "put - and a blank before its first line", zh: "请在它的第一行前加上 - 和一个空格" },
  brackets: { en: "put it in square brackets: [ … ]", zh: "请放进方括号：[ … ]" },
  write_example: { en: "write for example {text}", zh: "例如写 {text}" },
  write: { en: "write {code}", zh: "请写 {code}" },
  write_without_quotes: { en: "write {code} without quotes", zh: "请写 {code}，不加引号" },
  write_word: { en: "write {word}", zh: "请写{word}" },
  write_true_or_false: { en: "write true or false", zh: "请写 true 或 false" },
  whole_range: { en: "write a whole number from {least} to {most}", zh: "请写 {least} 到 {most} 之间的整数" },
  whole_least: { en: "write a whole number, {least} or more", zh: "请写不小于 {least} 的整数" },
  whole_most: { en: "write a whole number, {most} or less", zh: "请写不大于 {most} 的整数" },
  number_range: { en: "write a number from {least} to {most}", zh: "请写 {least} 到 {most} 之间的数字" },
  least: { en: "{code} is the least", zh: "最少为 {code}" },
  most: { en: "{code} is the most", zh: "最多为 {code}" },
  not_possible: { en: "{shown} is not possible here", zh: "这里不能写{shown}" },
  does_not_fit: { en: "{shown} does not fit", zh: "{shown}不符合要求" },
  is_not: { en: "{shown} is not {word}", zh: "{shown}不是{word}" },
  is_a_text: { en: "{shown} is a text, not {word}", zh: "{shown}是文本，而不是{word}" },
  remove_quotes: { en: "remove the quotes", zh: "请去掉引号" },
  too_short: { en: "{shown} is too short", zh: "{shown}太短" },
  too_long: { en: "{shown} is too long", zh: "{shown}太长" },
  too_small: { en: "{shown} is too small", zh: "{shown}太小" },
  too_large: { en: "{shown} is too large", zh: "{shown}太大" },
  more_than_nothing: { en: "{word} must be more than nothing", zh: "{word}必须大于零" },
  duration_form: {
    en: "write a number with ms, s, m, h or d, such as 30s",
    zh: "请写带 ms、s、m、h 或 d 的数字，例如 30s",
  },
  size_form: {
    en: "write a number with KiB, MiB, KB or MB, such as 4MiB",
    zh: "请写带 KiB、MiB、KB 或 MB 的数字，例如 4MiB",
  },
  share_form: {
    en: "write more than 0% and at most 100%, such as 5%",
    zh: "请写大于 0% 且不超过 100% 的值，例如 5%",
  },
  rate_form: {
    en: "write for example 19/s, 300/min or 100 per 10s",
    zh: "例如写 19/s、300/min 或 100 per 10s",
  },
  value_of_does_not_fit: { en: "the value of {names} does not fit", zh: "{names} 的值不符合要求" },
  not_counted: { en: "a start is not counted from now", zh: "起始时间不能写成相对于现在的时间" },
  write_date: {
    en: "write the date that it was, such as 2026-01-31",
    zh: "请写具体日期，例如 2026-01-31",
  },
  no_such_day: { en: "there is no such day", zh: "没有这一天" },
  write_real_day: { en: "write one that the calendar has", zh: "请写日历上存在的日期" },
  no_such_file: { en: "there is no such file", zh: "没有这个文件" },
  no_utf8: { en: "it is not text in UTF-8", zh: "它不是 UTF-8 文本" },
  too_large_for_secret: { en: "it is too large for a secret", zh: "作为密钥它太大了" },
  settings_expected_in_file: { en: "settings are expected here, not {word}", zh: "这里应为设置项，而不是{word}" },
  word_not_possible: { en: "{word} is not possible here", zh: "这里不能写{word}" },
  no_type_word: { en: "{word} is no type", zh: "{word}不能作为类型" },
  put_text_in_quotes: { en: "put a text in quotes", zh: "请给文本加引号" },
  number_comma: {
    en: "a comma begins another entry inside of { }: write the number without one",
    zh: "在 { } 里逗号之后是另一项：请写不带逗号的数字",
  },
  comma_before: {
    en: "the comma before this begins another entry inside of { }",
    zh: "在 { } 里，此处之前的逗号之后是另一项",
  },
  without_commas: { en: "write the number without commas", zh: "请写不带逗号的数字" },
  equals_sign: {
    en: "a colon and a blank stand behind a name, and no =",
    zh: "名称后面应为冒号和空格，而不是 =",
  },
  name_form: {
    en: "begin with a lower-case letter; then lower-case letters, digits, _ and -, at most 63",
    zh: "请以小写字母开头，其后为小写字母、数字、_ 和 -，最多 63 个",
  },
  below_each: {
    en: "it belongs below each connector that it is meant for",
    zh: "它应写在每个需要它的连接器之下",
  },
  address_or_range: {
    en: "write an address or a range, such as 203.0.113.0/24 or 2001:db8::/32",
    zh: "请写一个地址或网段，例如 203.0.113.0/24 或 2001:db8::/32",
  },
  json_as_text: { en: "this is JSON as a text, and goes out as a text", zh: "这是文本形式的 JSON，会作为文本发送" },
  json_unquoted: {
    en: "remove the quotes around it (or the | before it) to send it as JSON",
    zh: "要作为 JSON 发送，请去掉它的引号（或前面的 |）",
  },
  read_as_number: { en: "YAML reads {code} as the number {name}", zh: "YAML 会把 {code} 读作数字 {name}" },
  quotes_as_it_stands: {
    en: "put it in quotes to send it as it stands: {text}",
    zh: "要原样发送，请加引号：{text}",
  },
  text_empty: { en: "the text is empty", zh: "文本为空" },
  text_longer: { en: "the text is longer than {count} characters", zh: "文本超过 {count} 个字符" },
  text_shorter: { en: "the text is shorter than {count} characters", zh: "文本不足 {count} 个字符" },
  shorten: { en: "shorten it", zh: "请缩短" },
  lengthen: { en: "make it longer", zh: "请写得更长" },
  list_empty: { en: "the list is empty", zh: "列表为空" },
  list_short: { en: "the list needs at least {count} entries", zh: "列表至少要有 {count} 项" },
  list_long: { en: "the list has more than {count} entries", zh: "列表超过 {count} 项" },
  list_twice: { en: "the list names {list} twice", zh: "列表中 {list} 出现了两次" },
  add_or_remove: { en: "add one, or remove the setting", zh: "请加上一项，或删除这个设置项" },
  remove_some: { en: "remove some", zh: "请删除一些" },
  file_empty: { en: "the file is empty", zh: "文件是空的" },
  begin_with_chat: {
    en: "begin with `chat:`, as in bridge.example.yaml, or run `init`",
    zh: "请像 bridge.example.yaml 那样以 `chat:` 开头，或运行 `init`",
  },
  no_connectors: {
    en: "no connectors: events are kept, but go nowhere",
    zh: "没有连接器：事件会保存，但不会发往任何地方",
  },
  add_connector: { en: "add one under `connectors:`", zh: "请在 `connectors:` 之下加一个" },

  // variables and secrets
  variable_not_set: { en: "the environment variable {name} is not set", zh: "没有设置环境变量 {name}" },
  set_variable: { en: "set it, or give a default: {code}", zh: "请设置它，或给出默认值：{code}" },
  variable_empty_in_env: {
    en: "the environment sets it to nothing, and wins over .env: unset it there",
    zh: "环境把它设成了空值，并且优先于 .env：请在环境中取消设置",
  },
  variable_without_value: {
    en: "it stands in .env without a value: write one there",
    zh: ".env 中有它，但没有值：请在那里写上",
  },
  variable_meant: {
    en: "did you mean {name}, which stands in .env?",
    zh: "您要写的是 .env 中的 {name} 吗？",
  },
  variable_meant_env: {
    en: "did you mean {name}, which stands in the environment?",
    zh: "您要写的是环境中的 {name} 吗？",
  },
  asks_for_variable: { en: "${{name}} asks for an environment variable", zh: "${{name}} 取的是环境变量" },
  write_for_event: { en: "write {code} for a value of the event", zh: "要用事件中的值，请写 {code}" },
  event_or_variable: {
    en: "write {code} for a value of the event, {text} for an environment variable",
    zh: "要用事件中的值，请写 {code}；要用环境变量，请写 {text}",
  },
  variable_or_literal: {
    en: "write {code} or {text} for an environment variable, $${ for the characters themselves",
    zh: "要用环境变量，请写 {code} 或 {text}；要写这两个字符本身，请写 $${",
  },
  write_variable: { en: "write {code} for an environment variable", zh: "要用环境变量，请写 {code}" },
  write_for_content: { en: "write {code} for what stands in it", zh: "要用文件的内容，请写 {code}" },
  file_with_blank: {
    en: "write { file: path }, with a : and a blank behind it",
    zh: "请写 { file: path }，: 后面要有一个空格",
  },
  no_variable_here: { en: "${ begins no variable here", zh: "这里的 ${ 后面不是变量" },
  clear_text: { en: "a secret stands here in clear text", zh: "这里的密钥是明文" },
  into_environment: {
    en: "put it into the environment and write {code}",
    zh: "请把它放进环境变量，并写 {code}",
  },
  into_environment_or_file: {
    en: "put it into the environment and write {code}, or into a file and write { file: path }",
    zh: "请把它放进环境变量，并写 {code}；或放进文件，并写 { file: path }",
  },
  looks_like_name: {
    en: "this looks like the name of a secret, and is taken for the secret itself",
    zh: "这看起来是密钥的名称，却会被当作密钥本身",
  },
  with_braces: {
    en: "write {code}, with braces, for an environment variable; anything else is taken letter by letter",
    zh: "要用环境变量，请带花括号写 {code}；其他写法都会按字面采用",
  },
  guessable_short: {
    en: "this credential has fewer than {count} characters: it is soon guessed, and hidden only where others repeat it",
    zh: "这个凭据不足 {count} 个字符：很容易被猜到，并且只在其他系统复述它的地方隐藏",
  },
  guessable_word: {
    en: "this credential is one word or number: it is soon guessed, and hidden only where others repeat it",
    zh: "这个凭据只是一个单词或数字：很容易被猜到，并且只在其他系统复述它的地方隐藏",
  },
  machine_made: {
    en: "take one that a machine has made, as `openssl rand -base64 24` does",
    zh: "请使用机器生成的凭据，例如 `openssl rand -base64 24` 的输出",
  },
  stand_in_part: {
    en: "this looks like the part of a credential that a page shows, and is taken for the credential",
    zh: "这看起来是页面上显示的部分凭据，却会被当作凭据本身",
  },
  stand_in_example: {
    en: "this looks like an example's words, and is taken for the credential",
    zh: "这看起来是示例文字，却会被当作凭据本身",
  },
  stand_in_comma: {
    en: "this ends with a semicolon or a comma, and is taken for the credential",
    zh: "结尾有分号或逗号，也会被当作凭据的一部分",
  },
  copy_whole: {
    en: "copy the whole, or have another one made",
    zh: "请完整复制，或重新生成一个",
  },
  from_console: { en: "write the one that the console gives out", zh: "请写控制台给出的那一个" },
  remove_unless: { en: "remove it, unless it belongs to the credential", zh: "如果不属于凭据，请删除" },
  comment_behind: {
    en: "what stands behind the # is a comment, and no part of the secret",
    zh: "# 之后是注释，不属于密钥",
  },
  quote_secret: {
    en: "put the whole secret in quotes if it belongs to it",
    zh: "如果它属于密钥，请把整个密钥放进引号",
  },
  shell_folder: {
    en: "a folder named {code} is meant here: only a shell puts another in its place",
    zh: "这里指的是名为 {code} 的文件夹：只有 shell 才会替换它",
  },
  whole_path: {
    en: "write the whole path, or {code} for an environment variable",
    zh: "请写完整路径，或用 {code} 引用环境变量",
  },
  path_of_shell: {
    en: "write the whole path: only a shell puts a folder in the place of its beginning",
    zh: "请写完整路径：路径的开头只有 shell 才会替换",
  },
  path_alone: { en: "write the path alone, without file://", zh: "请只写路径，不要写 file://" },
  spool_is_store: { en: "the spool cannot be a file of the store", zh: "暂存文件不能是存储的文件" },
  letters_are_store: { en: "the dead letters cannot be a file of the store", zh: "死信文件不能是存储的文件" },
  spool_is_letters: {
    en: "the spool and the dead letters cannot be the same file",
    zh: "暂存文件与死信文件不能是同一个文件",
  },
  another_file: { en: "name another file", zh: "请换一个文件" },
  secret_unread: { en: "the file cannot be read: {fault}", zh: "无法读取文件：{fault}" },
  check_path: {
    en: "check the path, which is relative to this file, and who may read it",
    zh: "请检查路径（相对于这个文件）以及读取权限",
  },
  value_of: { en: "the value of {names} {oddity}", zh: "{names} 的值{oddity}" },
  the_value: { en: "the value {oddity}", zh: "这个值{oddity}" },
  odd_blank: { en: "begins or ends with a blank", zh: "开头或结尾有空格" },
  odd_break: { en: "contains a line break", zh: "含有换行" },
  odd_control: { en: "contains a control character", zh: "含有控制字符" },
  odd_quotes: { en: "stands in quotes that are part of it", zh: "被引号包住，而引号也成了它的一部分" },
  odd_open: { en: "begins with a quote that nothing closes", zh: "以引号开头，却没有结束的引号" },
  odd_close: { en: "ends with a quote that nothing opens", zh: "以引号结尾，却没有开始的引号" },
  odd_bearer: {
    en: "begins with the word Bearer or Basic, which belongs to the header and not to the credential",
    zh: "以 Bearer 或 Basic 开头，它属于请求头，不属于凭据",
  },
  odd_header: { en: "begins with the name of a header, Authorization", zh: "以请求头的名称 Authorization 开头" },
  odd_shell: { en: "is a line for a shell", zh: "是一行 shell 命令" },
  odd_assignment: {
    en: "begins with the name of a variable and an equals sign",
    zh: "以变量名和等号开头",
  },
  odd_path: { en: "is the path of a file", zh: "是一个文件路径" },
  odd_hidden: { en: "is hidden in part, as a page shows it", zh: "像页面上显示的那样隐藏了一部分" },
  odd_json: { en: "is JSON, or a part of it", zh: "是 JSON 或其中的一部分" },
  odd_label: { en: "begins with a label and a colon", zh: "以标签和冒号开头" },
  odd_variable: { en: "holds a variable itself", zh: "本身又含有变量" },
  on_one_line: { en: "write it on one line", zh: "请写在一行里" },
  copy_anew: { en: "copy it anew, without that", zh: "请重新复制，不要带上它" },
  remove_blank: { en: "remove the blank", zh: "请去掉空格" },
  remove_them: { en: "remove them", zh: "请去掉" },
  close_or_remove: {
    en: "close it, or remove it: as it stands it is a part of the value",
    zh: "请补上或去掉：现在它是值的一部分",
  },
  remove_part: { en: "remove it: as it stands it is a part of the value", zh: "请去掉：现在它是值的一部分" },
  behind_word: { en: "keep only what stands behind that word", zh: "请只保留这个词后面的内容" },
  behind_bearer: { en: "keep only what stands behind Bearer", zh: "请只保留 Bearer 后面的内容" },
  behind_equals: { en: "keep only what stands behind the equals sign", zh: "请只保留等号后面的内容" },
  behind_colon: { en: "keep only what stands behind the colon", zh: "请只保留冒号后面的内容" },
  credential_alone: {
    en: "keep only the credential itself, without braces, names and quotes",
    zh: "请只保留凭据本身，不要花括号、名称和引号",
  },
  literal: {
    en: "write the credential itself: nothing is replaced inside of values",
    zh: "请直接写凭据：值里面不会再替换变量",
  },

  // signs of another keyboard
  look_alike: {
    en: "{article} {kind} {character} ({unicode}) stands here",
    zh: "这里有一个形似的字符 {character}（{unicode}）",
  },
  unseen: { en: "{article} {kind} ({unicode}) stands here", zh: "这里有一个看不见的字符（{unicode}）" },
  control: { en: "an invisible control character stands here", zh: "这里有一个看不见的控制字符" },
  look_alike_in: {
    en: "the value of {names} has {article} {kind} {character} ({unicode}) in it",
    zh: "{names} 的值里有一个形似的字符 {character}（{unicode}）",
  },
  unseen_in: {
    en: "the value of {names} has {article} {kind} ({unicode}) in it",
    zh: "{names} 的值里有一个看不见的字符（{unicode}）",
  },
  odd_look_alike: {
    en: "contains {article} {kind} {character} ({unicode})",
    zh: "含有形似的字符 {character}（{unicode}）",
  },
  odd_unseen: {
    en: "contains an invisible character, {article} {kind} ({unicode})",
    zh: "含有看不见的字符（{unicode}）",
  },
  odd_quotes_of: {
    en: "stands in quotes that are part of it, {article} {kind} {character} ({unicode})",
    zh: "被引号 {character}（{unicode}）包住，而引号也成了它的一部分",
  },
  odd_open_of: {
    en: "begins with a quote that nothing closes, {article} {kind} {character} ({unicode})",
    zh: "以引号 {character}（{unicode}）开头，却没有结束的引号",
  },
  odd_comment: {
    en: "a full-width hash sign ＃ (U+FF03) begins no comment",
    zh: "全角的 ＃（U+FF03）之后不是注释",
  },
  type_hash: { en: "type # if a comment begins there", zh: "如果从那里开始是注释，请输入 #" },
  blank_meant: { en: "type an ordinary blank (meant: {text})", zh: "请输入普通空格（应为：{text}）" },
  delete_meant: { en: "delete it: nobody sees it (meant: {text})", zh: "请删除：它是看不见的（应为：{text}）" },
  delete_it: { en: "delete it", zh: "请删除" },
  type_sign: { en: "type {code}", zh: "请输入 {code}" },
  type_meant: { en: "type {code} (meant: {text})", zh: "请输入 {code}（应为：{text}）" },
  type_straight: { en: "type a straight {code}", zh: "请输入直引号 {code}" },
  type_blank: { en: "type an ordinary blank", zh: "请输入普通空格" },
  delete_unseen: { en: "delete it: nobody sees it", zh: "请删除：它是看不见的" },
  type_colon: { en: "type : and a blank behind it", zh: "请输入半角冒号 : 和一个空格" },
  straight_quotes: {
    en: "put straight quotes around the value: \"…\" or '…'",
    zh: "请用直引号括住值：\"…\" 或 '…'",
  },

  // YAML
  space_after_colon: { en: "a space is missing after the colon", zh: "冒号后面缺少空格" },
  colon_missing: { en: "a colon is missing", zh: "缺少冒号" },
  colon_missing_after: { en: 'a colon is missing after "{name}"', zh: "“{name}”后面缺少冒号" },
  tabbed: { en: "the line is indented with a tab", zh: "这一行用制表符缩进" },
  use_spaces: { en: "use spaces, two for each level", zh: "请用空格，每一级两个" },
  unlike_neighbours: {
    en: "the line is indented unlike its neighbours",
    zh: "这一行的缩进与相邻行不一致",
  },
  same_column: {
    en: "settings of one block begin in the same column",
    zh: "同一组设置项应从同一列开始",
  },
  deeper: {
    en: "the line is indented deeper than the setting before it, which already has a value",
    zh: "这一行比上一个设置项缩进更深，而那一项已经有值",
  },
  let_same_column: { en: "let both begin in the same column", zh: "请让两行从同一列开始" },
  never_ends: { en: "a text that begins with {code} never ends", zh: "以 {code} 开头的文本没有结束" },
  add_closing: { en: "add the closing {code}", zh: "请补上结束的 {code}" },
  closing_missing: { en: "the closing {code} is missing", zh: "缺少结束的 {code}" },
  add_sign: { en: "add {sign}", zh: "请补上 {sign}" },
  add_before: { en: "add {sign} before this", zh: "请在此之前补上 {sign}" },
  add_before_line: { en: "add {sign} before this line", zh: "请在这一行之前补上 {sign}" },
  comma_missing: { en: "a comma is missing before this", zh: "此处之前缺少逗号" },
  comma_or_quotes: {
    en: "put a comma between two entries, or quotes around the value",
    zh: "请在两项之间加逗号，或给值加引号",
  },
  comma_too_many: { en: "there is a comma too many before this", zh: "此处之前多了一个逗号" },
  comma_behind: { en: "a comma stands behind the value", zh: "值的后面有一个逗号" },
  sign_too_many: { en: "there is a {sign} too many here", zh: "这里多了一个 {sign}" },
  remove_it: { en: "remove it", zh: "请删除" },
  remove_or_quotes: {
    en: "remove it, or put the whole value in quotes",
    zh: "请删除，或把整个值放进引号",
  },
  no_comma: {
    en: "remove it: what stands on a line of its own has none behind it",
    zh: "请删除：独占一行的内容后面没有逗号",
  },
  whole_in_quotes: { en: "put the whole value in {quotes} quotes", zh: "请把整个值放进{quotes}引号" },
  kind_double: { en: "double", zh: "双" },
  kind_single: { en: "single", zh: "单" },
  needs_quotes: { en: "a value that begins with {sign} needs quotes", zh: "以 {sign} 开头的值需要加引号" },
  sign_or: { en: "{sign} or {other}", zh: "{sign} 或 {other}" },
  template_in_quotes: { en: "put the whole value in quotes: {text}", zh: "请把整个值放进引号：{text}" },
  two_colons: {
    en: 'the value contains ": ", which YAML takes for another setting',
    zh: "值里含有“: ”，YAML 会把它当作另一个设置项",
  },
  something_behind: { en: "there is something behind the end of the value", zh: "值结束之后还有内容" },
  blank_before_hash: { en: "a blank is missing before the #", zh: "# 之前缺少空格" },
  blank_behind_dash: { en: "a blank is missing behind the -", zh: "- 后面缺少空格" },
  line_of_env: { en: "this is a line of .env, and no setting", zh: "这是 .env 的一行，而不是设置项" },
  into_env: {
    en: "put it into .env, or write `name: value`",
    zh: "请放进 .env，或写成 `name: value`",
  },
  value_below: {
    en: "a value stands here that belongs to the name on the line above",
    zh: "这里的值属于上一行的名称",
  },
  indent_or_behind: {
    en: "indent it two columns more than the name above, or write it behind that name's colon",
    zh: "请比上面的名称多缩进两格，或写到它的冒号后面",
  },
  no_comment: { en: "this begins no comment in YAML", zh: "在 YAML 中这样不是注释" },
  begin_with_hash: { en: "begin the line with # instead", zh: "请改用 # 开头" },
  plain_name: { en: "the name of a setting must be a plain word", zh: "设置项的名称必须是普通单词" },
  variable_in_brackets: {
    en: "a variable inside of { } or [ ] needs quotes",
    zh: "{ } 或 [ ] 里的变量需要加引号",
  },
  other_format: { en: "this is {code}, and a configuration is YAML", zh: "这是 {code}，而配置文件应为 YAML" },
  compare_example: { en: "compare it with bridge.example.yaml", zh: "请与 bridge.example.yaml 对照" },

  points_at_nothing: { en: "what begins with * points at nothing", zh: "以 * 开头的引用没有指向任何内容" },
  quote_star: {
    en: 'a value that begins with * needs quotes, as in "*name"',
    zh: '以 * 开头的值需要加引号，例如 "*name"',
  },
  too_deep: { en: "settings are nested more than {count} deep", zh: "设置项的嵌套超过 {count} 层" },
  look_for_brackets: {
    en: "look for brackets or spaces that are too many",
    zh: "请检查多余的括号或空格",
  },
  no_dash: {
    en: "the line stands where an entry of the list would, and does not begin with -",
    zh: "这一行位于列表项的位置，却没有以 - 开头",
  },
  indent_or_dash: {
    en: "indent it two columns more if it belongs to the entry above, or begin it with - and a blank",
    zh: "如果它属于上一项，请多缩进两格；否则请以 - 和空格开头",
  },
  comment_or_quotes: {
    en: "put one there if a comment follows, else the whole value in quotes",
    zh: "如果后面是注释，请加上空格；否则请把整个值放进引号",
  },
  second_document: { en: "`---` begins a second document", zh: "`---` 之后是第二份文档" },
  one_document: { en: "keep everything in one: remove the line", zh: "请放在一份文档里：删除这一行" },
  unknown_tag: { en: "the tag (a word that begins with !) is not known", zh: "不认识以 ! 开头的标签" },
  remove_or_value_in_quotes: { en: "remove it, or put the value in quotes", zh: "请删除，或给值加引号" },
  backslash: {
    en: "a backslash and the letter behind it mean nothing inside of double quotes",
    zh: "双引号里的反斜杠和它后面的字母没有含义",
  },
  backslash_todo: {
    en: "write \\\\ for a backslash, or use single quotes",
    zh: "要写反斜杠，请写 \\\\，或改用单引号",
  },
  file_large: { en: "the file is larger than {count} KB", zh: "文件超过 {count} KB" },
  right_file: {
    en: "a configuration is small: is this the right file?",
    zh: "配置文件通常很小：是不是选错了文件？",
  },
  write_as_example: {
    en: "write it as bridge.example.yaml is written; `init` makes a first one",
    zh: "请照 bridge.example.yaml 的写法；`init` 可以生成第一份",
  },
  list_on_name_line: {
    en: "a list cannot begin on the line of its name",
    zh: "列表不能从它名称所在的行开始",
  },
  list_next_line: {
    en: "begin the list on the next line, or put the whole value in quotes",
    zh: "请从下一行开始写列表，或把整个值放进引号",
  },
  brackets_shallow: {
    en: "the lines between the brackets are not indented below the name that they belong to",
    zh: "括号之间的各行没有缩进到所属名称之下",
  },
  indent_brackets: {
    en: "indent them, the closing bracket as well, two columns more than that name",
    zh: "请把它们（包括结束的括号）比那个名称多缩进两格",
  },

  // templates
  block_no_template: {
    en: "{text} is no template, but a block of settings",
    zh: "{text} 不是模板，而是一组设置项",
  },
  quoted_braces: {
    en: "write {code}, in quotes and with two braces on each side",
    zh: "请写 {code}：加引号，两边各两个花括号",
  },
  two_braces: { en: "write {code}, with two braces on each side", zh: "请写 {code}，两边各两个花括号" },
  code_in_quotes: { en: "write {code}, in quotes", zh: "请写 {code}，并加引号" },
  put_in_quotes: { en: "put it in quotes: {text}", zh: "请加引号：{text}" },
  quotes_here: { en: "a value with {{ in it needs quotes here", zh: "这里含有 {{ 的值需要加引号" },
  value_or_condition: {
    en: "write {{ … }} for a value, {% if … %} for a condition",
    zh: "值请写 {{ … }}，条件请写 {% if … %}",
  },
  not_in_template: { en: "{text} is not possible in a template", zh: "模板中不能用 {text}" },
  never_ended: { en: "{text} is never ended", zh: "{text} 没有结束" },
  belongs_to_nothing: { en: "{text} belongs to nothing", zh: "{text} 没有对应的开头" },
  remove_or_begin: { en: "remove it, or begin with {text}", zh: "请删除，或先写 {text}" },
  otherwise: { en: "{text} is written otherwise", zh: "{text} 不是这样写的" },
  no_parts: { en: "{name} has no parts: write {code}", zh: "{name} 没有下级：请写 {code}" },
  filter_no_variable: { en: '"{name}" is a filter, and no variable', zh: "“{name}”是过滤器，不是变量" },
  write_bar: { en: "write | before it: {code}", zh: "请在它前面写 |：{code}" },
  write_filter: { en: "write a filter behind a |: {text}", zh: "请在 | 后面写过滤器：{text}" },
  no_calls: { en: "nothing can be called in a template", zh: "模板中不能调用方法" },
  date_parts: {
    en: "the filter date knows no YYYY, MM or DD, and would write them letter by letter",
    zh: "过滤器 date 不认识 YYYY、MM 或 DD，会原样输出这些字母",
  },
  value_missing_in_template: { en: "a value is missing here", zh: "这里缺少一个值" },
  variable_or_quoted: { en: "write a variable, or a text in quotes", zh: "请写变量，或带引号的文本" },
  text_without_quotes: {
    en: "a text stands behind a filter without quotes",
    zh: "过滤器后面的文本没有加引号",
  },
  template_slow: { en: "the template takes too much time or memory", zh: "模板耗费的时间或内存太多" },
  make_simpler: { en: "make it simpler", zh: "请写得简单一些" },

  unknown_variable: { en: 'unknown variable "{name}"', zh: "没有名为“{name}”的变量" },
  unknown_filter: { en: 'unknown filter "{name}"', zh: "没有名为“{name}”的过滤器" },
  variable_did_you_mean: { en: "did you mean {text}?", zh: "您要写的是 {text} 吗？" },
  often_used: { en: "often used: {list}", zh: "常用的有：{list}" },
  never_closed: { en: "{sign} is never closed", zh: "{sign} 没有结束" },
  nothing_between: { en: "nothing stands between {{ and }}", zh: "{{ 和 }} 之间没有内容" },
  no_value_between: { en: "what stands between {{ and }} is no value", zh: "{{ 和 }} 之间不是一个值" },
  variable_or_text: {
    en: "write a variable, such as {{ user_id }}, or a text in quotes",
    zh: "请写一个变量，例如 {{ user_id }}，或带引号的文本",
  },
  no_template: { en: "{text} is no template", zh: "{text} 不是模板" },
  text_no_template: { en: "“{text}” is text, and no template", zh: "“{text}”是文本，不是模板" },
  template_faulty: { en: "the template is faulty", zh: "模板有误" },
  braces_only: { en: "put {{ and }} around variables only", zh: "请只用 {{ 和 }} 括住变量" },
  comes_out_empty: { en: "the text comes out empty", zh: "结果是空文本" },
  filter_meant: { en: "between a value and its filter a | is missing", zh: "值与过滤器之间缺少 |" },

  // what must hold between settings
  app_twice: { en: "the app {name} stands here for the second time", zh: "应用 {name} 在这里重复出现" },
  keep_one_token: { en: "keep one; its `token` may be a list", zh: "请只保留一个；它的 `token` 可以是列表" },
  no_token: {
    en: "the app {name} has no token, so anybody could forge its callbacks",
    zh: "应用 {name} 没有令牌，任何人都可以伪造它的回调",
  },
  add_token: {
    en: "switch callback authentication on in the Chat console and add `token: ${CHAT_CALLBACK_TOKEN}`, or accept that with `allow_unsigned: true`",
    zh: "请在 Chat 控制台开启回调鉴权，并加上 `token: ${CHAT_CALLBACK_TOKEN}`；或用 `allow_unsigned: true` 接受这个风险",
  },
  unsigned_with_token: {
    en: "callbacks without a signature are accepted although there is a token",
    zh: "虽然有令牌，没有签名的回调仍会被接受",
  },
  remove_unsigned: {
    en: "remove `allow_unsigned` once Chat signs them",
    zh: "等 Chat 开始签名后，请删除 `allow_unsigned`",
  },
  anybody_forges: {
    en: "anybody who finds the callback URL can forge callbacks of this app",
    zh: "任何人只要知道回调地址，就能伪造这个应用的回调",
  },
  set_token: { en: "set `token`, or narrow `chat.allow_from`", zh: "请设置 `token`，或缩小 `chat.allow_from`" },
  no_region: {
    en: "nothing says in which region Chat is to be asked",
    zh: "没有说明向哪个地域的 Chat 查询",
  },
  add_region: {
    en: "add `region: singapore`, or where the Chat console says that the app is",
    zh: "请加上 `region: singapore`，或 Chat 控制台显示的应用所在地域",
  },
  nothing_to_sign: { en: "there is nothing to sign requests with", zh: "没有用来给请求签名的密钥" },
  add_key: {
    en: "add `secret_key: ${CHAT_SECRET_KEY}`, from the Chat console",
    zh: "请加上 Chat 控制台中的 `secret_key: ${CHAT_SECRET_KEY}`",
  },
  both_stand: {
    en: "`{one}` and `{other}` both stand here, and only one of them can hold",
    zh: "`{one}` 和 `{other}` 都写在这里，只能保留一个",
  },
  remove_one: { en: "remove one of them", zh: "请删除其中一个" },
  nobody_told: { en: "nobody is told by these: `alerts` is missing", zh: "缺少 `alerts`：这些方式不会通知任何人" },
  no_notice: { en: '`notices` has no "{name}"', zh: "`notices` 中没有“{name}”" },
  those_there: { en: "those that there are: {list}", zh: "现有：{list}" },
  no_web_address: { en: "this is not a web address", zh: "这不是网址" },
  copy_address: {
    en: "copy the whole one, beginning with https://",
    zh: "请完整复制，以 https:// 开头",
  },
  unencrypted: { en: "what is told would travel unencrypted", zh: "通知内容会以未加密方式传输" },
  use_https: {
    en: "use https:// unless the server is on a network that nobody else can read",
    zh: "请使用 https://，除非服务器所在的网络别人无法窃听",
  },
  retry_order: {
    en: "the first wait is longer than the longest one (`max_delay`)",
    zh: "首次等待比最长等待（`max_delay`）还长",
  },
  lower_or_raise: { en: "lower it, or raise `max_delay`", zh: "请减小它，或增大 `max_delay`" },
  start_to_come: {
    en: "this time is yet to come, and what is received before {time} is never sent to this connector",
    zh: "这个时间还没有到，{time} 之前收到的内容永远不会发给这个连接器",
  },
  write_now: {
    en: "write now for all that comes from today on",
    zh: "要发送今天起的全部内容，请写 now",
  },
  comma_in_text: {
    en: "this is one text with a comma in it, and not several",
    zh: "这是一个含逗号的文本，而不是几个文本",
  },
  still_configured: {
    en: '"{name}" is still configured: its queue is its own',
    zh: "“{name}”仍在配置中：它有自己的队列",
  },
  none_of_apps: { en: "{name} is none of the apps under `chat.apps`", zh: "{name} 不是 `chat.apps` 中的应用" },
  apps_are: { en: "the apps of this file are {list}", zh: "这个文件中的应用有：{list}" },
  add_code: { en: "add {code}", zh: "请加上 {code}" },
  rest_to_app: { en: "add `{text}` to an app under `chat.apps`", zh: "请给 `chat.apps` 中的某个应用加上 `{text}`" },
  admin_port: {
    en: "this is the port of the callbacks (`server.port`), and the admin listener never shares it",
    zh: "这是回调的端口（`server.port`），管理端口不能与它共用",
  },
  other_port: {
    en: "choose another port, or write `admin: false`",
    zh: "请换一个端口，或写 `admin: false`",
  },
  open_to_others: {
    en: "others than this machine can connect there, and there is no account that they must log in with",
    zh: "其他机器也能连到那里，却没有设置登录所需的账号",
  },
  add_account: {
    en: 'add `accounts: [{ name: ops, role: operator, token: "${ADMIN_TOKEN}" }]`, or write 127.0.0.1',
    zh: '请加上 `accounts: [{ name: ops, role: operator, token: "${ADMIN_TOKEN}" }]`，或写 127.0.0.1',
  },
  path_form: {
    en: "write a path that begins with /, of letters, digits, -, _, . and ~, such as /callback",
    zh: "请写以 / 开头的路径，由字母、数字、-、_、. 和 ~ 组成，例如 /callback",
  },
  address_of_console: {
    en: "write the address as people open it, without a login, such as https://bridge.example.com",
    zh: "请写人们打开的地址，不含登录信息，例如 https://bridge.example.com",
  },
  bot_of: { en: "this is the address of a bot of `{name}`", zh: "这是 `{name}` 机器人的地址" },
  type_or_address: {
    en: "write `type: {name}`, or copy the other address",
    zh: "请写 `type: {name}`，或复制另一个地址",
  },
  present_name: { en: "this is the connector's present name", zh: "这就是连接器现在的名称" },
  remove_was: { en: "remove `was`", zh: "请删除 `was`" },
  remove_connector: { en: 'remove the connector "{name}", or this line', zh: "请删除连接器“{name}”，或删除这一行" },
  taken_over: {
    en: '"{name}" already takes over the queue of "{owner}"',
    zh: "“{name}”已经接管了“{owner}”的队列",
  },
  one_of_two: { en: "one of the two can have it", zh: "两者只能有一个接管" },
  several_apps: {
    en: "there are several apps, and nothing says which of them it belongs to",
    zh: "有多个应用，却没有说明它属于哪一个",
  },
  http_prefix: { en: "write https:// before it", zh: "请在前面加上 https://" },
  use_https_only: { en: "use https://", zh: "请使用 https://" },
  private_network: {
    en: "set `allow_private_network: true` if that is meant",
    zh: "如果确实如此，请设置 `allow_private_network: true`",
  },
  no_whsec: { en: 'the secret does not begin with "whsec_"', zh: "密钥没有以“whsec_”开头" },
  ask_or_make: { en: "ask the receiver for it, or make one: `{text}`", zh: "请向接收方索取，或自己生成：`{text}`" },
  no_credentials: {
    en: "requests carry no credentials: anybody could send the same",
    zh: "请求没有带凭据：任何人都能发出同样的请求",
  },
  set_auth: { en: "set `auth` as the API wants it", zh: "请按 API 的要求设置 `auth`" },
  unsigned: {
    en: "requests are not signed: the receiver cannot tell them from forged ones",
    zh: "请求没有签名：接收方无法分辨真伪",
  },
  set_secret: { en: "set `secret`; `{text}` makes a good one", zh: "请设置 `secret`；可以用 `{text}` 生成" },
  internal_name: {
    en: "open the property in HubSpot's settings and copy its internal name (lower-case letters, digits, _)",
    zh: "请在 HubSpot 的设置中打开该属性，复制它的内部名称（小写字母、数字、_）",
  },
  no_internal_name: {
    en: "{shown} is no internal name of a HubSpot property",
    zh: "{shown} 不是 HubSpot 属性的内部名称",
  },
  add_rest: { en: "add `rest`", zh: "请加上 `rest`" },

  or_choice: { en: "{todo}, or {choices}", zh: "{todo}，或 {choices}" },

  // what stands in others
  word_block: { en: "a block of settings", zh: "一组设置项" },
  word_list: { en: "a list", zh: "列表" },
  word_text: { en: "a text", zh: "文本" },
  word_number: { en: "a number", zh: "数字" },
  word_whole: { en: "a whole number", zh: "整数" },
  word_duration: { en: "a duration", zh: "时长" },
  word_size: { en: "a size", zh: "大小" },
  word_rate: { en: "a rate", zh: "速率" },
  word_share: { en: "a share", zh: "百分比" },
  word_boolean: { en: "true or false", zh: " true 或 false" },
  word_value: { en: "a value", zh: "值" },
  word_nothing: { en: "nothing", zh: "空" },
  the_value_alone: { en: "the value", zh: "这个值" },
  the_value_of: { en: "the value of {names}", zh: "{names} 的值" },
  text_of: { en: "a text of {count} characters", zh: "长度为 {count} 个字符的文本" },
});

/** A fault's words, or its way out, as far as they are known. */
export function saidOfFault(words: string): Said {
  const said = recognised("fault", words, FORMS, valueOfFault);
  const isWhole = PARTS.every((name) => typeof (said?.values?.[name] ?? {}) === "object");
  return said !== undefined && isWhole ? said : { words };
}

/** Values that are parts of a sentence: half a translation would be none. */
const PARTS = ["oddity", "todo"];

/** A value is a sentence where it is one as a whole; names, examples and what stands in the file stay as they are. */
function valueOfFault(value: string): SentenceValue {
  const said = saidOfFault(value);
  return said.code?.startsWith("fault_") ? said : value;
}

const WORD =
  "(?:a (?:block of settings|list|text|number|whole number|duration|size|rate|share|value)|true or false|nothing)";
const VALUE = '(?:"(?:[^"\\\\]|\\\\.)*"|the value(?: of [\\w ]+)?|a text of \\d+ characters)';

/** What values look like: whatever is only nearly of this form stays in English as a whole. */
const FORMS = {
  word: WORD,
  other: `[^ ]+|${WORD}`,
  shown: `${VALUE}|a name of \\d+ characters`,
  // of a file: no sentence of ours
  code: "`[^`]+`|[^ ]+(?: [^ ,;]+)?|\\[.*\\]|\\{.*\\}|\"[^\"]*\"|'[^']*'|\\$\\{[^}]*\\}",
  article: "an?",
  character: "\\S",
  unicode: "U\\+[0-9A-F]{4}",
  names: "[\\w$]+(?: and [\\w$]+)*",
  oddity: ".+",
  sign: ".{1,60}?",
  name: '[^"\\s](?:[^"]*[^"\\s])?',
  count: "[\\d,]+",
  quotes: "double|single",
  time: "\\S+",
  until: "\\S+",
  choices: '"[^"]*"(?:(?:,| or) "[^"]*")*',
};

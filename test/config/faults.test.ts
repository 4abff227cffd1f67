/** The exact words of every kind of fault, as `line:column path: what is wrong; what to do`. */
import { builtInTypes } from "../../src/config/connector-types/built-in.ts";
import { CHAT, faultTables, PARTNER } from "./support.ts";

const TYPES = builtInTypes().join(", ");

const BOTH = CHAT + PARTNER;

faultTables({
  "YAML itself": [
    ["a tab", "chat:\n\tapps: []\n", "2:1: the line is indented with a tab; use spaces, two for each level"],
    [
      "a duplicate key",
      `${BOTH}server:\n  port: 1\n  port: 2\n`,
      '12:3: "port" stands here for the second time; keep one of them',
    ],
    [
      "a missing colon before a value",
      "server:\n  host 0.0.0.0\n  port: 8080\n",
      '2:3: a colon is missing after "host"; write `host: …`',
    ],
    [
      "a missing colon before a block",
      "server\nchat:\n  apps: []\n",
      '1:1: a colon is missing after "server"; write `server:`',
    ],
    [
      "an equals sign for a colon",
      "server:\n  port = 8080\n  host: a\n",
      '2:3: a colon is missing after "port"; write `port: 8080`',
    ],
    [
      "a missing colon before what may be a secret",
      "chat:\n  apps:\n    - sdk_app_id: 1\n      token pat-eu1-0000\n",
      '4:7: a colon is missing after "token"; write `token: …`',
    ],
    [
      "no space after a colon",
      "server:\n  port:8080\n  host: a\n",
      "2:8: a space is missing after the colon; write `port: 8080`",
    ],
    [
      "a line indented too deep",
      "server:\n  host: a\n   port: 8080\n",
      "3:4: the line is indented deeper than the setting before it, which already has a value; let both begin in the same column",
    ],
    [
      "a line indented too little",
      "server:\n    host: a\n  port: 8080\n",
      "3:1: the line is indented unlike its neighbours; settings of one block begin in the same column",
    ],
    [
      "a text that never ends",
      'server:\n  host: "a\nchat:\n  apps: []\n',
      '2:9: a text that begins with " never ends; add the closing "',
    ],
    ["a list that never ends", "chat: { apps: [1, 2 }\n", "1:21: the closing ] is missing; add ] before this"],
    [
      "a block that never ends",
      "server: { port: 1\nchat: 2\n",
      "2:1: the closing } is missing; add } before this line",
    ],
    [
      "no blank before a comment",
      "a: 'b'#c\n",
      "1:7: a blank is missing before the #; put one there if a comment follows, else the whole value in quotes",
    ],
    [
      "an ampersand without quotes",
      "a: & b\n",
      "1:4: a value that begins with * or & needs quotes; put the whole value in double quotes",
    ],
    [
      "a colon inside of a value with double quotes",
      'a: say "x": y\n',
      '1:4: the value contains ": ", which YAML takes for another setting; put the whole value in single quotes',
    ],
    [
      "a directive",
      "%FOO\na: 1\n",
      "1:1: a line that begins with % is an instruction for YAML, and none that it knows; remove the line",
    ],
    [
      "a template without quotes",
      "a: {{ user_id }}\n",
      '1:4: a value that begins with {{ needs quotes; put the whole value in quotes: "{{ user_id }}"',
    ],
    [
      "a template without quotes and more behind it",
      "a: {{ user_id }} x\n",
      '1:4: a value that begins with {{ needs quotes; put the whole value in quotes: "{{ user_id }}"',
    ],
    [
      "an official account without quotes",
      "a: @TOA#_news\n",
      "1:4: a value that begins with @ needs quotes; put the whole value in double quotes",
    ],
    [
      "a pattern without quotes",
      "a: [*_news]\n",
      '1:5: what begins with * points at nothing; a value that begins with * needs quotes, as in "*name"',
    ],
    [
      "a per cent sign without quotes",
      "a: %Y\n",
      "1:4: a value that begins with % needs quotes; put the whole value in double quotes",
    ],
    [
      "a colon inside of a value",
      "a: b: c\n",
      '1:4: the value contains ": ", which YAML takes for another setting; put the whole value in double quotes',
    ],
    [
      "an apostrophe inside of single quotes",
      "a: 'it's'\n",
      "1:8: there is something behind the end of the value; put the whole value in double quotes",
    ],
    [
      "a backslash inside of double quotes",
      'a: "C:\\dir"\n',
      "1:7: a backslash and the letter behind it mean nothing inside of double quotes; write \\\\ for a backslash, or use single quotes",
    ],
    [
      "a variable without quotes inside of braces",
      "server: { port: ${PORT} }\n",
      '1:17: a variable inside of { } or [ ] needs quotes; write "${NAME}"',
    ],
    [
      "two documents",
      `${BOTH}---\na: 1\n`,
      "10:1: `---` begins a second document; keep everything in one: remove the line",
    ],
    [
      "a tag",
      "a: !!python/object x\n",
      "1:4: the tag (a word that begins with !) is not known; remove it, or put the value in quotes",
    ],
    ["a list as a name", "? [a]\n: b\n", "1:3: the name of a setting must be a plain word; write `name: value`"],
    ["a control character", "a: x\u0007\n", "1:5: an invisible control character stands here; delete it"],
    [
      "an alias to nothing",
      "a: *b\n",
      '1:4: what begins with * points at nothing; a value that begins with * needs quotes, as in "*name"',
    ],
    ["an alias to itself", "a: &a [*a]\n", "1:8: *a stands inside of what it points at; write the settings out"],
    [
      "an anchor bomb",
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${"*a,".repeat(100)}]\nc: &c [${"*b,".repeat(100)}]\nd: [${"*c,".repeat(100)}]\n`,
      "3:128: the file has more than 50000 values once its aliases (*name) are written out; use fewer aliases",
    ],
    [
      "brackets without end",
      `a: ${"[".repeat(5_000)}`,
      "1:1: settings are nested more than 40 deep; look for brackets or spaces that are too many",
    ],
    [
      "settings nested too deep",
      `a: ${"[".repeat(50)}${"]".repeat(50)}\n`,
      "1:44: settings are nested more than 40 deep; look for brackets or spaces that are too many",
    ],
    [
      "a file that is too large",
      `#${"x".repeat(250_000)}\n`,
      "1:1: the file is larger than 250 KB; a configuration is small: is this the right file?",
    ],
  ],
  "the whole": [
    ["an empty file", "", "1:1: the file is empty; begin with `chat:`, as in bridge.example.yaml, or run `init`"],
    [
      "a file of comments",
      "# nothing\n",
      "1:1: the file is empty; begin with `chat:`, as in bridge.example.yaml, or run `init`",
    ],
    [
      "a list for a configuration",
      "- a\n",
      "1:1: settings are expected here, not a list; begin with `chat:`, as in bridge.example.yaml, or run `init`",
    ],
    [
      "a text for a configuration",
      "hello\n",
      "1:1: settings are expected here, not a text; begin with `chat:`, as in bridge.example.yaml, or run `init`",
    ],
    [
      "nothing but connectors",
      "connectors:\n  partner:\n    type: webhook\n    url: https://partner.example/unsubscribes\n    secret: ${SECRET}\n",
      '1:1 chat: "chat" is missing; add `chat: { apps: [{ sdk_app_id: 1400000000, token: "${CHAT_CALLBACK_TOKEN}" }] }`',
    ],
    [
      "no connectors",
      CHAT,
      "1:1 connectors: warning: no connectors: events are kept, but go nowhere; add one under `connectors:`",
    ],
    [
      "no connectors below the word",
      `${CHAT}connectors:\n`,
      "5:1 connectors: warning: no connectors: events are kept, but go nowhere; add one under `connectors:`",
    ],
    // only the cause is told: with it mended there are some
    ...["connector", "conectors", "Connectors"].map(
      (name) =>
        [
          `connectors under the name ${name}`,
          BOTH.replace("connectors:", `${name}:`),
          `5:1 ${name}: unknown setting "${name}"; did you mean "connectors"?`,
        ] as const,
    ),
    [
      "connectors below chat",
      `${CHAT}  connectors: {}\n`,
      '5:3 connectors: "connectors" belongs beside "chat", and is indented below it; indent it two columns less',
    ],
  ],
  names: [
    ["a misspelled block", `${BOTH}sever: {}\n`, '10:1 sever: unknown setting "sever"; did you mean "server"?'],
    [
      "a misspelled setting",
      `${BOTH}server: { prot: 1 }\n`,
      '10:11 server.prot: unknown setting "prot"; did you mean "port"?',
    ],
    [
      "a setting of nothing known",
      `${BOTH}log: { colour: blue }\n`,
      '10:8 log.colour: unknown setting "colour"; known here: level',
    ],
    [
      "a misspelled setting of a connector",
      `${BOTH}    urll: https://a.example\n`,
      '10:5 connectors.partner.urll: unknown setting "urll"; did you mean "url"?',
    ],
    [
      "an unknown setting nested deep",
      `${BOTH}    retry: { give_up: 1h }\n`,
      '10:14 connectors.partner.retry.give_up: unknown setting "give_up"; did you mean "give_up_after"?',
    ],
    [
      "a missing setting",
      `${CHAT}connectors:\n  partner:\n    type: webhook\n    secret: \${SECRET}\n`,
      '6:3 connectors.partner.url: "url" is missing; add `url: https://partner.example/unsubscribes`',
    ],
    [
      "a missing block",
      `${CHAT}connectors:\n  crm:\n    type: hubspot\n    access_token: \${KEY}\n    set: { status: x }\n`,
      '6:3 connectors.crm.match: "match" is missing; add `match: { property: chat_user_id }`',
    ],
    [
      "a missing setting in an empty block",
      `${CHAT}connectors:\n  crm:\n    type: hubspot\n    access_token: \${KEY}\n    match:\n    set: { status: x }\n`,
      '9:5 connectors.crm.match.property: "property" is missing; add `property: chat_user_id`',
    ],
    [
      "a value that was forgotten",
      `${CHAT}      # token above\nlog: { level: }\n${PARTNER}`,
      "6:8 log.level: the value is missing; possible: debug, info, warn, error",
    ],
  ],
  values: [
    [
      "a text for a whole number",
      `${BOTH}server: { port: http }\n`,
      '10:17 server.port: "http" is not a whole number; write a whole number from 0 to 65535',
    ],
    [
      "a whole number out of range",
      `${BOTH}server: { port: 70000 }\n`,
      '10:17 server.port: "70000" is not possible here; write a whole number from 0 to 65535',
    ],
    [
      "a whole number in quotes",
      `${BOTH}server: { port: "80" }\n`,
      '10:17 server.port: "80" is a text, not a whole number; remove the quotes',
    ],
    [
      "a whole number below the least",
      `chat: { apps: [{ sdk_app_id: 0, token: "\${TOKEN}" }] }\n${PARTNER}`,
      '1:30 chat.apps[0].sdk_app_id: "0" is not possible here; write a whole number, 1 or more',
    ],
    [
      "a text for a whole number without bounds",
      `${BOTH}    only: { app: [x] }\n`,
      '10:19 connectors.partner.only.app[0]: "x" is not a whole number; write a whole number',
    ],
    [
      "a fraction for a whole number",
      `${BOTH}    concurrency: 1.5\n`,
      '10:18 connectors.partner.concurrency: "1.5" is not a whole number; write a whole number from 1 to 64',
    ],
    [
      "yes for true",
      `${BOTH}storage: { prepare: yes }\n`,
      '10:21 storage.prepare: "yes" is not true or false; write true',
    ],
    [
      "true in quotes",
      `${BOTH}storage: { prepare: "true" }\n`,
      '10:21 storage.prepare: "true" is not true or false; write true without quotes',
    ],
    [
      "a word for true or false",
      `${BOTH}storage: { prepare: perhaps }\n`,
      '10:21 storage.prepare: "perhaps" is not true or false; write true or false',
    ],
    [
      "a duration without a unit",
      `${BOTH}server: { drain: 3 }\n`,
      '10:18 server.drain: "3" is not a duration; write a number with ms, s, m, h or d, such as 30s',
    ],
    [
      "a duration of nothing",
      `${BOTH}server: { drain: 0s }\n`,
      "10:18 server.drain: a duration must be more than nothing; write a number with ms, s, m, h or d, such as 30s",
    ],
    [
      "a drain that is too long",
      `${BOTH}server: { drain: 7s }\n`,
      '10:18 server.drain: "7s" is too long; 6s is the most',
    ],
    [
      "a timeout beyond reason",
      `${BOTH}    timeout: 11m\n`,
      '10:14 connectors.partner.timeout: "11m" is too long; 10m is the most',
    ],
    [
      "a size that is none",
      `${BOTH}server: { max_body: 4 megs }\n`,
      '10:21 server.max_body: "4 megs" is not a size; write a number with KiB, MiB, KB or MB, such as 4MiB',
    ],
    [
      "a size beyond reason",
      `${BOTH}server: { max_body: 1GB }\n`,
      '10:21 server.max_body: "1GB" is too large; 64MiB is the most',
    ],
    [
      "a rate that is none",
      `${BOTH}    rate: fast\n`,
      '10:11 connectors.partner.rate: "fast" is not a rate; write for example 19/s, 300/min or 100 per 10s',
    ],
    [
      "a rate of nothing",
      `${BOTH}    rate: 0/s\n`,
      '10:11 connectors.partner.rate: "0/s" is not a rate; write for example 19/s, 300/min or 100 per 10s',
    ],
    [
      "a name that would break lines",
      `${BOTH}name: "two\\nlines"\n`,
      '10:7 name: "two\\nlines" does not fit; begin with a letter or a digit; then letters, digits, blanks, ., _ and -, at most 63',
    ],
    [
      "a word of a choice misspelled",
      `${BOTH}log: { level: wran }\n`,
      '10:15 log.level: "wran" is not possible here; did you mean "warn"? (possible: debug, info, warn, error)',
    ],
    [
      "a word of no choice",
      `${BOTH}log: { level: loud }\n`,
      '10:15 log.level: "loud" is not possible here; possible: debug, info, warn, error',
    ],
    [
      "a list for a word",
      `${BOTH}log: { level: [info] }\n`,
      '10:15 log.level: a list is not possible here; write "debug" or "info" or "warn" or "error"',
    ],
    [
      "a word where a duration or a word is meant",
      `${BOTH}storage: { retention: for ever }\n`,
      '10:23 storage.retention: "for ever" is not possible here; did you mean "forever"?',
    ],
    [
      "a value for a list",
      `${BOTH}    events: subscribed\n`,
      "10:13 connectors.partner.events: a list is expected here, not a text; put it in square brackets: [ … ]",
    ],
    [
      "a block for a list",
      `${BOTH}    events: { a: 1 }\n`,
      "10:13 connectors.partner.events: a list is expected here, not a block of settings; write for example [unsubscribed, subscribed]",
    ],
    [
      "an empty list",
      `${BOTH}    events: []\n`,
      "10:13 connectors.partner.events: the list is empty; write for example [unsubscribed, subscribed]",
    ],
    [
      "a list with the same twice",
      `${BOTH}    events: [subscribed, subscribed]\n`,
      '10:13 connectors.partner.events: the list names "subscribed" twice; keep one of them',
    ],
    [
      "a list that is too long",
      `chat: { apps: [{ sdk_app_id: 1, token: ["\${TOKEN}", b1234567, c1234567, d1234567, e1234567] }] }\n${PARTNER}`,
      "1:40 chat.apps[0].token: the list has more than 4 entries; remove some",
      "1:53 chat.apps[0].token[1]: warning: a secret stands here in clear text; put it into the environment and write ${CHAT_CALLBACK_TOKEN}, or into a file and write { file: path }",
      "1:63 chat.apps[0].token[2]: warning: a secret stands here in clear text; put it into the environment and write ${CHAT_TOKEN}, or into a file and write { file: path }",
      "1:73 chat.apps[0].token[3]: warning: a secret stands here in clear text; put it into the environment and write ${CHAT_TOKEN}, or into a file and write { file: path }",
      "1:83 chat.apps[0].token[4]: warning: a secret stands here in clear text; put it into the environment and write ${CHAT_TOKEN}, or into a file and write { file: path }",
    ],
    [
      "a list for a text",
      `${BOTH}server: { host: [a] }\n`,
      '10:17 server.host: a text is expected here, not a list; write for example `host: "0.0.0.0"`',
    ],
    [
      "a text for a block",
      `${BOTH}server: 8080\n`,
      "10:9 server: a block of settings is expected here, not a number; write `server: { port: 8080 }`",
    ],
    [
      "a list for a block",
      `${BOTH}server: [1]\n`,
      "10:9 server: a block of settings is expected here, not a list; write `name: value` on lines of their own, indented below it",
    ],
    [
      "an empty text",
      `${BOTH}server: { host: "" }\n`,
      '10:17 server.host: the text is empty; write for example "0.0.0.0"',
    ],
    [
      "a path without a slash",
      `${BOTH}server: { path: callback }\n`,
      '10:17 server.path: "callback" does not fit; write a path that begins with /, of letters, digits, -, _, . and ~, such as /callback',
    ],
    [
      "a path that the router would read as a pattern, so that every path was the callback's",
      `${BOTH}server: { path: "/:id" }\n`,
      '10:17 server.path: "/:id" does not fit; write a path that begins with /, of letters, digits, -, _, . and ~, such as /callback',
    ],
    [
      "a path that every client shortens, so that no callback would arrive",
      `${BOTH}server: { path: /a/../b }\n`,
      '10:17 server.path: "/a/../b" does not fit; write a path that begins with /, of letters, digits, -, _, . and ~, such as /callback',
    ],
    [
      "a path that is taken",
      `${BOTH}server: { path: /readyz }\n`,
      "10:17 server.path: /readyz is taken by the health check; choose another path",
    ],
    [
      "an address range that is none",
      `${BOTH}server: { trusted_proxies: [10.0.0.0/33] }\n`,
      '10:29 server.trusted_proxies[0]: "10.0.0.0/33" does not fit; write an address or a range, such as 203.0.113.0/24 or 2001:db8::/32',
    ],
    [
      "a host name for an address",
      `${BOTH}server: { trusted_proxies: [proxy.example] }\n`,
      '10:29 server.trusted_proxies[0]: "proxy.example" does not fit; write an address or a range, such as 203.0.113.0/24 or 2001:db8::/32',
    ],
    [
      "a store that is not supported",
      `${BOTH}storage: { url: "mysql://db/x" }\n`,
      '10:17 storage.url: "mysql://db/x" does not fit; write sqlite:./data/bridge.db or postgres://user@host/database',
    ],
    [
      "a schema with capitals",
      `${BOTH}storage: { schema: Bridge }\n`,
      '10:20 storage.schema: "Bridge" does not fit; use lower-case letters, digits and _',
    ],
    [
      "one file for two purposes",
      `${BOTH}storage: { spool: ./x }\ndead_letters: { file: x }\n`,
      "10:19 storage.spool: the spool and the dead letters cannot be the same file; name another file",
    ],
    [
      "the store and its log as the file of something else",
      `${BOTH}storage: { url: "sqlite:./a.db", spool: ./a.db }\ndead_letters: { file: a.db-wal }\n`,
      "10:41 storage.spool: the spool cannot be a file of the store; name another file",
      "11:23 dead_letters.file: the dead letters cannot be a file of the store; name another file",
    ],
    [
      "a path for a shell",
      `${BOTH}storage: { url: "sqlite:~/a.db" }\ndead_letters: { file: $HOME/letters.jsonl }\n`,
      "10:17 storage.url: warning: a folder named ~ is meant here: only a shell puts another in its place; write the whole path, or ${NAME} for an environment variable",
      "11:23 dead_letters.file: warning: a folder named $HOME is meant here: only a shell puts another in its place; write the whole path, or ${NAME} for an environment variable",
    ],
    [
      "a date that does not exist",
      `${BOTH}    start: 2026-02-30\n`,
      "10:12 connectors.partner.start: there is no such day; write one that the calendar has",
    ],
  ],
  "apps and secrets": [
    [
      "an app twice",
      `chat: { apps: [{ sdk_app_id: 1, token: "\${TOKEN}" }, { sdk_app_id: 1, token: "\${TOKEN}" }] }\n${PARTNER}`,
      "1:68 chat.apps[1].sdk_app_id: the app 1 stands here for the second time; keep one; its `token` may be a list",
    ],
    [
      "an app without a token",
      `chat: { apps: [{ sdk_app_id: 1 }] }\n${PARTNER}`,
      "1:16 chat.apps[0]: the app 1 has no token, so anybody could forge its callbacks; switch callback authentication on in the Chat console and add `token: ${CHAT_CALLBACK_TOKEN}`, or accept that with `allow_unsigned: true`",
    ],
    [
      "an app that needs none",
      `chat: { apps: [{ sdk_app_id: 1, allow_unsigned: true }] }\n${PARTNER}`,
      "1:49 chat.apps[0].allow_unsigned: warning: anybody who finds the callback URL can forge callbacks of this app; set `token`, or narrow `chat.allow_from`",
    ],
    [
      "a token and none needed",
      `chat: { apps: [{ sdk_app_id: 1, allow_unsigned: true, token: "\${TOKEN}" }] }\n${PARTNER}`,
      "1:49 chat.apps[0].allow_unsigned: warning: callbacks without a signature are accepted although there is a token; remove `allow_unsigned` once Chat signs them",
    ],
    [
      "a token that is too long",
      `chat: { apps: [{ sdk_app_id: 1, token: ${"x".repeat(129)} }] }\n${PARTNER}`,
      "1:40 chat.apps[0].token: the text is longer than 128 characters; shorten it",
    ],
    [
      "no apps",
      `chat: { apps: [] }\n${PARTNER}`,
      '1:15 chat.apps: the list is empty; write for example [{ sdk_app_id: 1400000000, token: "${CHAT_CALLBACK_TOKEN}" }]',
    ],
    [
      "a secret in clear text",
      `chat: { apps: [{ sdk_app_id: 1, token: abcd-efgh-7 }] }\n${PARTNER}`,
      "1:40 chat.apps[0].token: warning: a secret stands here in clear text; put it into the environment and write ${CHAT_CALLBACK_TOKEN}, or into a file and write { file: path }",
    ],
    [
      "a password in a URL",
      `${BOTH}storage: { url: "postgres://bridge:hunter22@db/x" }\n`,
      "10:17 storage.url: warning: a secret stands here in clear text; put it into the environment and write ${DATABASE_URL}",
    ],
    [
      "a credential in a header",
      `${BOTH}    headers: { authorization: Bearer abcdefghij }\n`,
      "10:31 connectors.partner.headers.authorization: warning: a secret stands here in clear text; put it into the environment and write ${PARTNER_AUTHORIZATION}",
    ],
    [
      "a secret's file that is not there",
      `chat: { apps: [{ sdk_app_id: 1, token: { file: ./nowhere } }] }\n${PARTNER}`,
      "1:48 chat.apps[0].token.file: the file cannot be read: there is no such file; check the path, which is relative to this file, and who may read it",
    ],
    [
      "a secret's file by a path for a shell",
      `chat: { apps: [{ sdk_app_id: 1, token: { file: ~/token } }] }\n${PARTNER}`,
      "1:48 chat.apps[0].token.file: the file cannot be read: there is no such file; write the whole path: only a shell puts a folder in the place of its beginning",
    ],
    [
      "a secret's file as an address",
      `chat: { apps: [{ sdk_app_id: 1, token: { file: file:///run/token } }] }\n${PARTNER}`,
      "1:48 chat.apps[0].token.file: the file cannot be read: there is no such file; write the path alone, without file://",
    ],
    [
      "a secret's file that is a folder",
      `chat: { apps: [{ sdk_app_id: 1, token: { file: . } }] }\n${PARTNER}`,
      "1:48 chat.apps[0].token.file: the file cannot be read: it is a folder; check the path, which is relative to this file, and who may read it",
    ],
    [
      "a misspelled file",
      `chat: { apps: [{ sdk_app_id: 1, token: { path: ./x } }] }\n${PARTNER}`,
      "1:40 chat.apps[0].token: a text or { file: path } is expected here; put a text in quotes",
    ],
  ],
  environment: [
    [
      "variables that are not set",
      'chat: { apps: [{ sdk_app_id: 1, token: "${NOPE}" }] }\nserver: { port: "${PORT}", host: "a${NOPE}" }\n' +
        PARTNER,
      "1:41 chat.apps[0].token: the environment variable NOPE is not set; set it, or give a default: ${NOPE:-default}",
      "2:18 server.port: the environment variable PORT is not set; set it, or give a default: ${PORT:-default}",
      "2:36 server.host: the environment variable NOPE is not set; set it, or give a default: ${NOPE:-default}",
    ],
    [
      "a variable that is empty",
      `${BOTH}server: { host: "\${EMPTY}" }\n`,
      "10:18 server.host: the environment variable EMPTY is not set; set it, or give a default: ${EMPTY:-default}",
    ],
    [
      "a reference that is none",
      `${BOTH}server: { host: "\${a-b}" }\n`,
      "10:18 server.host: ${ begins no variable here; write ${NAME} or ${NAME:-default} for an environment variable, $${ for the characters themselves",
    ],
    [
      "a variable of the wrong kind is not shown",
      `${BOTH}server: { port: "\${KEY}" }\n`,
      "10:17 server.port: the value of KEY is not a whole number; write a whole number from 0 to 65535",
    ],
  ],
  connectors: [
    [
      "a misspelled type",
      `${CHAT}connectors:\n  crm: { type: hubspt }\n`,
      `6:16 connectors.crm.type: unknown connector type "hubspt"; did you mean "hubspot"? (possible: ${TYPES}, or a file of your own: ./my-connector.ts)`,
    ],
    [
      "an unknown type",
      `${CHAT}connectors:\n  crm: { type: pipedrive }\n`,
      `6:16 connectors.crm.type: unknown connector type "pipedrive"; possible: ${TYPES}, or a file of your own: ./my-connector.ts`,
    ],
    [
      "no type",
      `${CHAT}connectors:\n  crm: { url: x }\n`,
      `6:3 connectors.crm.type: "type" is missing; add \`type: ${builtInTypes()[0]}\` (possible: ${TYPES})`,
    ],
    [
      "a list for a type",
      `${CHAT}connectors:\n  crm: { type: [hubspot] }\n`,
      `6:16 connectors.crm.type: a list is no type; possible: ${TYPES}`,
    ],
    [
      "a type that was forgotten",
      `${CHAT}connectors:\n  crm: { type: }\n`,
      `6:10 connectors.crm.type: the value is missing; possible: ${TYPES}`,
    ],
    [
      "a misspelled word for the type",
      `${CHAT}connectors:\n  crm: { tpye: webhook }\n`,
      '6:3 connectors.crm.type: "type" is missing; is "tpye" meant to be "type"?',
    ],
    [
      "nothing below the name",
      `${CHAT}connectors:\n  crm:\n`,
      `6:3 connectors.crm.type: "type" is missing; add \`type: ${builtInTypes()[0]}\` (possible: ${TYPES})`,
    ],
    [
      "a list of connectors",
      `${CHAT}connectors:\n  - type: webhook\n`,
      "6:3 connectors: a block of connectors is expected here, not a list; write a name of your own for each, and its settings below it",
    ],
    [
      "a text for a connector",
      `${CHAT}connectors:\n  crm: hubspot\n`,
      "6:8 connectors.crm: the settings of a connector are expected here, not a text; write its settings on lines of their own, indented below its name",
    ],
    [
      "a name with capitals and spaces",
      `${CHAT}connectors:\n  CRM Main: { type: webhook, url: "https://a.example", secret: "\${SECRET}" }\n`,
      '6:3 connectors["CRM Main"]: "CRM Main" cannot be the name of a connector; begin with a lower-case letter; then lower-case letters, digits, _ and -, at most 63',
    ],
    [
      "a file of one's own that is not there",
      `${CHAT}connectors:\n  crm: { type: ./mine.ts }\n`,
      "6:16 connectors.crm.type: ./mine.ts: the file cannot be read: there is no such file; check the path, which is relative to this file",
    ],
    [
      "its own name as the former one",
      `${BOTH}    was: partner\n`,
      "10:10 connectors.partner.was: this is the connector's present name; remove `was`",
    ],
    [
      "a former name that is in use",
      `${BOTH}    was: other\n  other: { type: webhook, url: "https://a.example", secret: "\${SECRET}" }\n`,
      '10:10 connectors.partner.was: "other" is still configured: its queue is its own; remove the connector "other", or this line',
    ],
    [
      "a former name taken twice",
      `${BOTH}    was: old\n  other: { type: webhook, url: "https://a.example", secret: "\${SECRET}", was: old }\n`,
      '11:79 connectors.other.was: "partner" already takes over the queue of "old"; one of the two can have it',
    ],
    [
      "a former name that can be none",
      `${BOTH}    was: Old Name\n`,
      '10:10 connectors.partner.was: "Old Name" does not fit; begin with a lower-case letter; then lower-case letters, digits, _ and -, at most 63',
    ],
    [
      "a first wait beyond the longest",
      `${BOTH}    retry: { first_delay: 20m }\n`,
      "10:27 connectors.partner.retry.first_delay: the first wait is longer than the longest one (`max_delay`); lower it, or raise `max_delay`",
    ],
    [
      "an app that is not there",
      `${BOTH}    only: { app: [5] }\n`,
      "10:19 connectors.partner.only.app[0]: warning: 5 is none of the apps under `chat.apps`; the apps of this file are 1400000000",
    ],
    [
      "a condition without values",
      `${BOTH}    except: { platform: [] }\n`,
      "10:25 connectors.partner.except.platform: the list is empty; add one, or remove the setting",
    ],
    [
      "what the type says about its settings",
      `${CHAT}connectors:\n  partner: { type: webhook, url: "http://partner.example", secret: "\${SECRET}" }\n`,
      "6:34 connectors.partner.url: http:// is not encrypted; use https://, or set `allow_http: true` if the network is your own",
    ],
    [
      "a header with a line break",
      `${BOTH}    headers: { x-a: "a\\nb" }\n`,
      "10:21 connectors.partner.headers.x-a: the value contains a line break; write it on one line",
    ],
    [
      "an empty set",
      CHAT +
        "connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: {}\n",
      '10:10 connectors.crm.set: nothing stands below it; write for example { chat_subscription: "{{ event }}", chat_unsubscribed_at: "{{ event_time }}" }',
    ],
  ],
  templates: [
    [
      "a misspelled variable",
      CHAT +
        'connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id, value: "{{ usr_id }}" }\n    set: { status: x }\n',
      '9:49 connectors.crm.match.value: unknown variable "usr_id"; did you mean {{ user_id }}?',
    ],
    [
      "an unknown variable",
      CHAT +
        'connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: "{{ email }}" }\n',
      '10:24 connectors.crm.set.status: unknown variable "email"; possible: event, user_id, official_account, operator, by_admin, platform, client_ip, event_time, received_at, app_id, event_id, delivery_id, source, discovered_at, happened_between',
    ],
    [
      "a part of a variable that has none",
      CHAT +
        'connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: "{{ event.name }}" }\n',
      '10:24 connectors.crm.set.status: unknown variable "event.name"; event has no parts: write {{ event }}',
    ],
    [
      "a misspelled filter",
      CHAT +
        "connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: \"on {{ event_time | dat: '%Y' }}\" }\n",
      '10:40 connectors.crm.set.status: unknown filter "dat"; did you mean "date"?',
    ],
    [
      "an unknown filter",
      CHAT +
        'connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: "{{ user_id | encrypt }}" }\n',
      '10:34 connectors.crm.set.status: unknown filter "encrypt"; often used: "date", "upcase", "downcase", "default" or "append"',
    ],
    [
      "a filter without what it needs",
      CHAT +
        'connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: "{{ user_id | append }}" }\n',
      '10:21 connectors.crm.set.status: the filter append needs a text; write {{ user_id | append: "…" }}',
    ],
    [
      "braces that are never closed",
      CHAT +
        'connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: "{{ user_id" }\n',
      "10:21 connectors.crm.set.status: {{ is never closed; add }}",
    ],
    [
      "a tag that is never closed",
      CHAT +
        'connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: "{% if by_admin" }\n',
      "10:21 connectors.crm.set.status: {% is never closed; add %}",
    ],
    [
      "a condition that is never ended",
      CHAT +
        'connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: "{% if by_admin %}x" }\n',
      "10:21 connectors.crm.set.status: {% if %} is never ended; add {% endif %}",
    ],
    [
      "a tag of files",
      CHAT +
        "connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: \"{% include 'x' %}\" }\n",
      "10:21 connectors.crm.set.status: {% include %} is not possible in a template; templates read no other files",
    ],
    [
      "an unknown tag",
      CHAT +
        'connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: "{% exec %}" }\n',
      "10:21 connectors.crm.set.status: {% exec %} is not possible in a template; write {{ … }} for a value, {% if … %} for a condition",
    ],
    [
      "nothing in braces",
      CHAT +
        'connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: "{{ }}" }\n',
      "10:24 connectors.crm.set.status: nothing stands between {{ and }}; write a variable, such as {{ user_id }}, or a text in quotes",
    ],
    [
      "a template that would never end",
      CHAT +
        'connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: "{% for i in (1..99999999) %}x{% endfor %}" }\n',
      "10:21 connectors.crm.set.status: the template takes too much time or memory; make it simpler",
    ],
    [
      "a template in a tree",
      `${BOTH}    body: { a: [1, "{{ by_admn }}"] }\n`,
      '10:24 connectors.partner.body.a[1]: unknown variable "by_admn"; did you mean {{ by_admin }}?',
    ],
    [
      "a template below a fold",
      `${BOTH}    body:\n      a: >-\n        one\n        {{ usr }}\n`,
      '13:12 connectors.partner.body.a: unknown variable "usr"; possible: event, user_id, official_account, operator, by_admin, platform, client_ip, event_time, received_at, app_id, event_id, delivery_id, source, discovered_at, happened_between',
    ],
    [
      "a list for a template",
      CHAT +
        "connectors:\n  crm:\n    type: hubspot\n    access_token: ${KEY}\n    match: { property: chat_user_id }\n    set: { status: [a] }\n",
      "10:20 connectors.crm.set.status: a text is expected here, not a list; write a text",
    ],
  ],
});

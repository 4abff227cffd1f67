/** What anybody can send to a port that is open: bytes of all kinds, over connections of their own. */
import { connect } from "node:net";
import { APP } from "./callbacks.ts";
import { chance } from "./chance.ts";

/** Requests that stay without an answer (half a head, say) are left after this long. */
export const PATIENCE_MS = 300;
/** For those that must be answered. */
export const AN_HOUR_MS = 3_600_000;

/** Sends bytes, and resolves with what came back: up to the first answer, the end, or for so long. */
export function converse(port: number, bytes: string, patienceMs: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => void socket.write(bytes, "latin1"));
    let got = "";
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(got);
    };
    const timer = setTimeout(done, patienceMs);
    socket.on("data", (data) => {
      got += data.toString("latin1");
      done();
    });
    socket.on("error", done);
    socket.on("close", done);
  });
}

const METHODS = [
  "GET",
  "POST",
  "PUT",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "PATCH",
  "DELETE",
  "PROPFIND",
  "FOO",
  "get",
];
/** Paths of intake among them. */
export const TARGETS = [
  ...[
    "/",
    "*",
    "",
    "//",
    "/callback",
    "//callback",
    "/healthz",
    "/callback/../x",
    "/%",
    "/%zz",
    "/%00",
    "/\u00e9",
    "/\x01",
  ],
  ...[
    "http://other/x",
    "http://",
    "http://[::1",
    "https://c:99999/callback",
    "c:80",
    "?",
    "/?%",
    "/#x",
    "/a b",
    "/\\x",
  ],
  ...[`/aaaaaaaaaaaa/callback?SdkAppid=${APP}`, `/callback?SdkAppid=%&Sign=%zz`, `/callback?${"&=".repeat(500)}`],
  ...[`/${"x".repeat(3_000)}`, `/callback?Sign=${"y".repeat(3_000)}`, "/callback?SdkAppid=__proto__", "/healthz?%ff"],
];
const HOSTS = [
  "",
  "Host: c\r\n",
  "Host:\r\n",
  "Host: a%zz\r\n",
  "Host: [::1\r\n",
  "Host: c\r\nHost: d\r\n",
  "Host: \u00e9\r\n",
  "Host: a b/c?d#e@f\r\n",
];
const VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP", ""];
const MORE = [
  ...["", "Content-Length: 3\r\n", "Content-Length: -1\r\n", "Content-Length: 1e3\r\n", "Transfer-Encoding: gzip\r\n"],
  ...["Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\nContent-Length: 3\r\n", "Expect: nonsense\r\n"],
  ...[
    "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: x\r\n",
    "Upgrade: h2c\r\nConnection: Upgrade\r\n",
  ],
  ...["X: \x00\r\n", ": empty\r\n", "no colon\r\n", "X-Forwarded-For: %\r\n", `Cookie: ${"a=%;".repeat(300)}\r\n`],
];
const TAILS = ["\r\n", "\r\nabc", "\r\n3\r\nabc\r\n0\r\n\r\n", "\r\nzz\r\n", "", "\n\n"];

/**
 * Every value of each list once in a plain surrounding, then combinations by chance.
 * @param targets what stands behind the method
 */
export function requests(targets = TARGETS): string[] {
  const lists = [METHODS, targets, VERSIONS, HOSTS, MORE, TAILS] as const;
  const write = ([method, target, version, host, more, tail]: readonly string[]) =>
    `${method} ${target} ${version}\r\n${host}${more}${tail}`;
  const plain = ["GET", "/nowhere", "HTTP/1.1", "Host: c\r\n", "", "\r\n"];
  const single = lists.flatMap((list, at) => list.map((value) => write(plain.with(at, value))));
  const without = targets.flatMap((target) =>
    METHODS.map((method) => write([method, target, "HTTP/1.0", "", "", "\r\n"])),
  );
  const { of } = chance(20_261_126);
  const mixed = Array.from({ length: 400 }, () => write(lists.map((list) => of(list))));
  return [
    ...single,
    ...without,
    ...mixed,
    "\r\n\r\n",
    "\x16\x03\x01\x02\x00",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\0".repeat(99),
  ];
}

export async function inGroups<T>(work: readonly T[], act: (one: T) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < work.length; at += 50) await Promise.all(work.slice(at, at + 50).map(act));
}

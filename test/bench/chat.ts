/** A stand-in for Chat in a process of its own, whose official accounts have very many subscribers. */
import { startChatSandbox } from "../../src/chat-rest/sandbox.ts";

const [, , accounts = "1", people = "1000", latencyMs = "0"] = process.argv;
const chat = await startChatSandbox({ callsPerSecond: Number.POSITIVE_INFINITY });
const yesterday = Math.floor(Date.now() / 1_000) - 86_400;
const each = Math.ceil(Number(people) / Number(accounts));
for (let account = 0; account < Number(accounts); account += 1) {
  const users = Array.from({ length: each }, (_, index) => `user-${account}-${index}`);
  chat.world.subscribe(`@TOA#_${account}`, users, yesterday);
}
chat.latencyMs = Number(latencyMs);
console.log(JSON.stringify({ url: chat.url }));

const TELL_EVERY_MS = 50;
let told = 0;
setInterval(() => {
  if (chat.count === told) return;
  told = chat.count;
  console.log(JSON.stringify({ calls: told }));
}, TELL_EVERY_MS);

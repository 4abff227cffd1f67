/** Run by a test under a limit of file sizes: appends until the limit refuses, then once more; prints what was promised. */
import { openSpool } from "../../src/spool/spool.ts";
import { intake } from "./spool-support.ts";

const [path = ""] = process.argv.slice(2);
const spool = await openSpool(path);
const promised: string[] = [];
let refusal = "";
for (let turn = 0; refusal === ""; turn += 1) {
  const text = `before ${turn} ${"x".repeat(1_000)}`;
  await spool.append(intake(text)).then(
    () => promised.push(text),
    (error: Error) => {
      refusal = error.message;
    },
  );
}
await spool.append(intake("after")).then(() => promised.push("after"));
console.log(JSON.stringify({ promised, refusal }));

/** `bun run generate`: writes what is made from the schema. */
import { writeFile } from "node:fs/promises";
import { generatedFiles } from "./generated.ts";

for (const { path, content } of await generatedFiles()) await writeFile(path, content);

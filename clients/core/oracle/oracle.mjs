/**
 * The TypeScript parsers as a program, for fuzzers of other languages: reads lines `kind hex` and answers each with one line
 * of canonical JSON, `{"ok":{…}}` or `{"error":"Name"}` (kinds and fields: tests/vectors/README.md). Ends with its input.
 *
 *     npm ci && node clients/core/oracle/oracle.mjs        (from the repository's root; Node 20)
 *
 * Node 20 does not run TypeScript, so the program is bundled in memory first, by the bundler that the web client's build uses.
 */
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const bundle = await rolldown({
  input: fileURLToPath(new URL("./Oracle.ts", import.meta.url)),
  platform: "node",
  logLevel: "silent",
});
const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
await bundle.close();
await import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`);

// usage: parse.mjs TOOLS TEXT.wat OUT.wasm
// Makes a module or component of its text, with jco from TOOLS/node_modules.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [tools, text, out] = process.argv.slice(2);
const { parse } = await import(pathToFileURL(join(tools, "node_modules/@bytecodealliance/jco/src/api.js")));
writeFileSync(out, await parse(readFileSync(text, "utf8")));

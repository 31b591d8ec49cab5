// usage: parse.mjs TOOLS TEXT.wat OUT.wasm [SHELL.wasm]
// Makes a module or component of its text, with jco from TOOLS/node_modules. The line ";; imports" of a component's text stands for the imports of SHELL, under
// the names that wit-component gives them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [tools, text, out, shell] = process.argv.slice(2);
const { parse, print } = await import(pathToFileURL(join(tools, "node_modules/@bytecodealliance/jco/src/api.js")));

async function imports() {
  const lines = (await print(readFileSync(shell))).split("\n");
  return lines.slice(1, lines.findIndex(line => line.startsWith("  (core module"))).join("\n");
}

const source = readFileSync(text, "utf8");
writeFileSync(out, await parse(source.includes(";; imports\n") ? source.replace(";; imports\n", await imports()) : source));

// usage: componentize-qjs.mjs TOOLS SOURCE.js WORLD.wit OUT.wasm [--async]
// Makes a component of a JavaScript program with componentize-qjs from TOOLS/node_modules: synchronous exports, or with --async those of WASI 0.3.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readWorld } from "./wit.mjs";

const [tools, source, world, out, mode] = process.argv.slice(2);
const { componentize } = await import(pathToFileURL(join(tools, "node_modules/componentize-qjs/index.js")));

const folder = mkdtempSync(join(tmpdir(), "qjs-"));
try {
  const witPath = join(folder, "world.wit");
  writeFileSync(witPath, readWorld(world));
  const { component } = await componentize({ witPath, jsSource: readFileSync(source, "utf8"), world: "guest", sync: mode !== "--async", optSize: true });
  writeFileSync(out, component);
} finally {
  rmSync(folder, { recursive: true });
}

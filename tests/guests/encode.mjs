// usage: encode.mjs TOOLS CORE.wasm WORLD.wit OUT.wasm [--reactor | utf16 | compact-utf16]
//        encode.mjs TOOLS --dummy WORLD.wit OUT.wasm
// Makes a component of a core module and the WIT world it was written for, with jco from TOOLS/node_modules. --reactor adds the adapter for
// wasi_snapshot_preview1; an encoding is that of its strings. --dummy makes the core module too: it imports every function of the world, and traps when it is called.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readWorld } from "./wit.mjs";

const [tools, core, world, out, option] = process.argv.slice(2);
const jco = pathToFileURL(join(tools, "node_modules/@bytecodealliance/jco/src/api.js"));
const { componentEmbed, componentNew, preview1AdapterReactorPath } = await import(jco);

const module = core === "--dummy" ? { dummy: true } : { binary: readFileSync(core) };
const isReactor = option === "--reactor";
const embedded = await componentEmbed({ ...module, witSource: readWorld(world), worldName: "guest", stringEncoding: isReactor ? undefined : option || undefined });
const adapters = isReactor ? [["wasi_snapshot_preview1", readFileSync(preview1AdapterReactorPath())]] : [];
writeFileSync(out, await componentNew(embedded, adapters));

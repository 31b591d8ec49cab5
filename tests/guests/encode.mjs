// usage: encode.mjs TOOLS CORE.wasm WORLD.wit OUT.wasm [--reactor]
//        encode.mjs TOOLS --dummy WORLD.wit OUT.wasm
// Makes a component of a core module and the WIT world it was written for, with jco from TOOLS/node_modules. --reactor adds the adapter for
// wasi_snapshot_preview1. --dummy makes the core module too: it imports every function of the world, and traps when it is called.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readWorld } from "./wit.mjs";

const [tools, core, world, out, reactor] = process.argv.slice(2);
const jco = pathToFileURL(join(tools, "node_modules/@bytecodealliance/jco/src/api.js"));
const { componentEmbed, componentNew, preview1AdapterReactorPath } = await import(jco);

const module = core === "--dummy" ? { dummy: true } : { binary: readFileSync(core) };
const embedded = await componentEmbed({ ...module, witSource: readWorld(world), worldName: "guest" });
const adapters = reactor === "--reactor" ? [["wasi_snapshot_preview1", readFileSync(preview1AdapterReactorPath())]] : [];
writeFileSync(out, await componentNew(embedded, adapters));

// usage: encode.mjs TOOLS CORE.wasm WORLD.wit OUT.wasm [--reactor]
// Makes a component of a core module and the WIT world it was written for. The WASI packages in wit/ are read at the version
// that the world names (the 0.2 patch versions differ in nothing the guests use). --reactor adds the adapter for wasi_snapshot_preview1.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [tools, core, worldFile, out, reactor] = process.argv.slice(2);
const jco = join(tools, "node_modules/@bytecodealliance/jco");
const { componentEmbed, componentNew, preview1AdapterReactorPath } = await import(pathToFileURL(join(jco, "src/api.js")));

const packages = join(import.meta.dirname, "wit");
const world = readFileSync(worldFile, "utf8");
const version = /@(0\.2\.\d+)/.exec(world)[1];
const wasi = readdirSync(packages).filter(name => name.endsWith(".wit")).map(name =>
  readFileSync(join(packages, name), "utf8")
    .replaceAll("@0.2.12", `@${version}`)
    .replace(/package ([^;]+);/, "package $1 {") + "}\n");

const embedded = await componentEmbed({ binary: readFileSync(core), witSource: world + wasi.join(""), worldName: "guest" });
const adapters = reactor === "--reactor" ? [["wasi_snapshot_preview1", readFileSync(preview1AdapterReactorPath())]] : [];
writeFileSync(out, await componentNew(embedded, adapters));

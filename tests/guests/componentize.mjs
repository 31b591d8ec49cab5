// usage: componentize.mjs TOOLS SOURCE.js WORLD.wit OUT.wasm
// Bundles a JavaScript program with esbuild and makes a component of it with componentize-js, both from TOOLS/node_modules.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readWorld } from "./wit.mjs";

const [tools, source, world, out] = process.argv.slice(2);
const modules = join(tools, "node_modules");
const { build } = (await import(pathToFileURL(join(modules, "esbuild/lib/main.js")))).default;
const { componentize } = await import(pathToFileURL(join(modules, "@bytecodealliance/componentize-js/src/componentize.js")));

const bundle = await build({ entryPoints: [source], nodePaths: [modules], bundle: true, format: "esm", target: "es2022", write: false,
  external: ["wasi:*", "fermyon:*", "spin:*", "test:*"] });
const { component } = await componentize(bundle.outputFiles[0].text, { witWorld: readWorld(world), worldName: "guest" });
writeFileSync(out, component);

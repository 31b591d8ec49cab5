// usage: variants.mjs MODULE.wasm FOLDER COUNT [LABEL]
// Writes COUNT copies of a module that differ only in a custom section, so that each is a module of its own to whoever hashes them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const [source, folder, count, label = "variant"] = process.argv.slice(2);
const module = readFileSync(source);
mkdirSync(folder, { recursive: true });
for (let i = 0; i < Number(count); i++) {
  const name = Buffer.from(label), content = Buffer.from(String(i).padStart(8, "0"));
  const section = Buffer.concat([Buffer.from([0, 1 + name.length + content.length, name.length]), name, content]);
  writeFileSync(`${folder}/${i}.wasm`, Buffer.concat([module, section]));
}

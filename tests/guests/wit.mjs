// The WIT text of a world file, of the files that it says it is with, and of all WASI packages, these at the version that the world names: the 0.2 patch
// versions differ in nothing the guests use, and real components name many. A WASI package that the world file has itself (a wrong one, say) is taken from there.
import { readFileSync, readdirSync } from "node:fs";

const packages = new URL("wit/", import.meta.url);

export function readWorld(file) {
  const world = readFileSync(file, "utf8").replace(/^\/\/ with (\S+)$/gm, (_, name) => readFileSync(new URL(name, import.meta.url), "utf8"));
  const version = /@(0\.2\.\d+)/.exec(world)?.[1];
  if (!version) {
    return world;
  }
  const wasi = readdirSync(packages).filter(name => name.endsWith(".wit")).map(name =>
    readFileSync(new URL(name, packages), "utf8")
      .replaceAll("@0.2.12", `@${version}`)
      .replace(/package ([^;]+);/, "package $1 {") + "}\n");
  return world + wasi.filter(text => !world.includes(/package [^;{]+{/.exec(text)[0])).join("");
}

// usage: compose.mjs SHELL.wasm OUT.wasm COMPONENT.wasm...
// Composes components, as `wac plug` does: an import of one is given the export of that name of one before it, else the import of SHELL, a component that imports
// all that is wanted of the platform. The last one's exports are the result's.
import { readFileSync, writeFileSync } from "node:fs";

const [shellFile, out, ...files] = process.argv.slice(2);
const sort = { component: 4, instance: 5 };

function u32(value) {
  const bytes = [];
  for (; value >= 0x80; value >>>= 7) {
    bytes.push((value & 0x7f) | 0x80);
  }
  return [...bytes, value];
}

const name = text => [...u32(Buffer.byteLength(text)), ...Buffer.from(text)];
const vector = items => [...u32(items.length), ...items.flat()];

class Reader {
  constructor(bytes) { this.bytes = bytes; this.at = 0; }
  u8() { return this.bytes[this.at++]; }
  u32() {
    let value = 0, shift = 0, byte;
    do {
      byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    } while (byte & 0x80);
    return value;
  }
  name() { const length = this.u32(); this.at += length; return this.bytes.subarray(this.at - length, this.at).toString("utf8"); }
  section() { const id = this.u8(), length = this.u32(); this.at += length; return { id, body: this.bytes.subarray(this.at - length, this.at) }; }
  get done() { return this.at >= this.bytes.length; }
}

function sections(bytes) {
  const reader = new Reader(bytes.subarray(8)), list = [];
  while (!reader.done) {
    list.push({ start: 8 + reader.at, ...reader.section() });
  }
  return list;
}

// Names of the instances that sections import (id 10) or export (id 11): what else there is at the top are types.
function instances(list, id) {
  const names = [];
  for (const { body } of list.filter(section => section.id === id)) {
    const reader = new Reader(body);
    for (let count = reader.u32(); count > 0; count--) {
      reader.u8();
      const instance = reader.name(), kind = reader.u8();
      if (kind !== sort.instance) {
        throw new Error(`${instance} is not an instance`);
      }
      reader.u32();
      if (id === 11 && reader.u8()) {
        reader.u8();
        reader.u32();
      }
      names.push(instance);
    }
  }
  return names;
}

const shell = readFileSync(shellFile);
const shellSections = sections(shell);
const head = shell.subarray(0, shellSections.find(section => section.id === 1).start);
const there = new Map(instances(shellSections, 10).map((instance, index) => [instance, index]));
let next = there.size;
const body = [];
const section = (id, content) => body.push(Buffer.from([id, ...u32(content.length)]), Buffer.from(content));

files.forEach((file, component) => {
  const bytes = readFileSync(file), parts = sections(bytes);
  const given = instances(parts, 10).map(instance => {
    if (!there.has(instance)) {
      throw new Error(`${file} imports ${instance}, which nothing gives`);
    }
    return [...name(instance), sort.instance, ...u32(there.get(instance))];
  });
  body.push(Buffer.from([4, ...u32(bytes.length)]), bytes);
  section(5, vector([[0, ...u32(component), ...vector(given)]]));
  const made = next++;
  for (const instance of instances(parts, 11)) {
    section(6, vector([[sort.instance, 0, ...u32(made), ...name(instance)]]));
    there.set(instance, next++);
  }
  if (component === files.length - 1) {
    section(11, vector(instances(parts, 11).map(instance => [0, ...name(instance), sort.instance, ...u32(there.get(instance)), 0])));
  }
});
writeFileSync(out, Buffer.concat([head, ...body]));

// Makes the calls of host interfaces that the request's body lists, and answers what they gave. The body is a JSON array of calls, each an array of a name and
// arguments: ["key-value.Store.open", "default"] or, on what the call of that number gave, ["$0.get", "key"]. In arguments and answers bytes are
// {"bytes": "text"} or {"hex": "00ff"}, 64-bit numbers {"s64": "-1"}, "$0" is what the first call gave; an error is {"error": payload}.

export function answerCalls(interfaces) {
  addEventListener("fetch", event => event.respondWith(answer(event.request, interfaces)));
}

async function answer(request, interfaces) {
  const results = [];
  for (const [name, ...args] of await request.json()) {
    try {
      results.push(find(name, results, interfaces)(...args.map(arg => decode(arg, results))));
    } catch (error) {
      if (error.payload === undefined) {
        return new Response(`${name}: ${error}\n`, { status: 400 });
      }
      results.push({ error: error.payload });
    }
  }
  return new Response(results.map(result => JSON.stringify(encode(result)) + "\n").join(""), { headers: { "content-type": "application/jsonl" } });
}

function find(name, results, interfaces) {
  const path = name.split(".");
  let owner = path[0].startsWith("$") ? results[path[0].slice(1)] : interfaces[path[0]];
  for (const step of path.slice(1, -1)) {
    owner = owner[step];
  }
  return owner[path.at(-1)].bind(owner);
}

function decode(value, results) {
  if (typeof value === "string" && /^\$\d+$/.test(value)) {
    return results[value.slice(1)];
  }
  if (Array.isArray(value)) {
    return value.map(item => decode(item, results));
  }
  if (value === null || typeof value !== "object") {
    return value ?? undefined;
  }
  if ("bytes" in value) {
    return new TextEncoder().encode(value.bytes);
  }
  if ("zeros" in value) {
    return new Uint8Array(value.zeros);
  }
  if ("repeat" in value) {
    return value.repeat[0].repeat(value.repeat[1]);
  }
  if ("hex" in value) {
    return Uint8Array.from(value.hex.match(/../g) ?? [], pair => parseInt(pair, 16));
  }
  if ("s64" in value) {
    return BigInt(value.s64);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item, results)]));
}

// Values of the bindings are of another realm: instanceof doesn't know them.
const kind = value => Object.prototype.toString.call(value).slice(8, -1);

function encode(value) {
  if (typeof value === "bigint") {
    return { s64: value.toString() };
  }
  if (kind(value) === "Uint8Array") {
    try {
      return { bytes: new TextDecoder("utf-8", { fatal: true }).decode(value) };
    } catch {
      return { hex: Array.from(value, byte => byte.toString(16).padStart(2, "0")).join("") };
    }
  }
  if (Array.isArray(value) || kind(value).endsWith("Array")) {
    return Array.from(value, encode);
  }
  if (value === null || typeof value !== "object") {
    return value ?? null;
  }
  if (value.constructor.name !== "Object") {
    return { resource: value.constructor.name.split("$").at(-1) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]));
}

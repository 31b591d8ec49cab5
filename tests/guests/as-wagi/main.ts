// A WAGI handler in AssemblyScript with the wasi shim. The query chooses: env prints what was handed over, redirect and status the kinds of header
// block, throw aborts. A POST's body is answered as it is read. Each request writes a line to stderr, which is the log.
function variable(name: string): string {
  return process.env.has(name) ? process.env.get(name) : "";
}

function echo(): void {
  const type = variable("CONTENT_TYPE");
  process.stdout.write(`Content-Type: ${type == "" ? "application/octet-stream" : type}\n\n`);
  const chunk = new ArrayBuffer(16 * 1024);
  for (let count = process.stdin.read(chunk); count > 0; count = process.stdin.read(chunk)) {
    process.stdout.write(count == chunk.byteLength ? chunk : chunk.slice(0, count));
  }
}

function answer(query: string): void {
  if (query == "redirect") {
    process.stdout.write("Location: /elsewhere\n\n");
  } else if (query == "status") {
    process.stdout.write("Status: 418\nContent-Type: text/plain\nX-Guest: as-wagi\n\nshort and stout\n");
  } else if (query == "throw") {
    throw new Error("on purpose");
  } else if (query == "env") {
    process.stdout.write("Content-Type: text/plain\n\n");
    const names = process.env.keys();
    for (let i = 0; i < names.length; i++) {
      process.stdout.write(`${names[i]}=${process.env.get(names[i])}\n`);
    }
  } else {
    process.stdout.write("Content-Type: text/plain\n\nHello from AssemblyScript\n");
  }
}

const method = variable("REQUEST_METHOD");
process.stderr.write(`as-wagi: ${method} ${variable("PATH_INFO")}\n`);
if (method == "POST") {
  echo();
} else {
  answer(variable("QUERY_STRING"));
}

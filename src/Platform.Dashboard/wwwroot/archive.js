// A directory goes to the API as a tar.gz, of which it takes what the manifest names: a project's directory has more in it than is deployed. The format is POSIX.1-2001's (pax), whose names have any length and letters.
const block = 512;
const encoder = new TextEncoder();

export async function pack(files, signal) {
  const parts = files.flatMap(({ path, content }) => {
    const name = record('path', path);
    return [header('x', name.length), name, padding(name.length), header('0', content.size), content, padding(content.size)];
  });
  const tar = new Blob([...parts, new Uint8Array(2 * block)]);
  return new Response(tar.stream().pipeThrough(new CompressionStream('gzip'), { signal })).blob();
}

// A line of pax's: its own length, which counts its digits too, key and value.
function record(key, value) {
  const rest = encoder.encode(` ${key}=${value}\n`).length;
  let length = rest;
  while (length !== rest + String(length).length) {
    length = rest + String(length).length;
  }

  return encoder.encode(`${length} ${key}=${value}\n`);
}

function header(type, size) {
  const bytes = new Uint8Array(block);
  const put = (at, text) => bytes.set(encoder.encode(text), at);
  put(0, 'file');
  put(100, '0000644\0');
  put(108, '0000000\0');
  put(116, '0000000\0');
  put(124, `${size.toString(8).padStart(11, '0')}\0`);
  put(136, '00000000000\0');
  put(148, ' '.repeat(8));
  put(156, type);
  put(257, 'ustar\x0000');
  put(148, `${bytes.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `);
  return bytes;
}

const padding = (size) => new Uint8Array((block - (size % block)) % block);

// Deploys from the browser straight to the API: files don't pass through the circuit. What is dropped is a .wasm file, or spin.toml with the files that it names, or an archive of these.
import { antiforgery } from './session.js';

const maxModuleBytes = 64 * 1024 * 1024;
const reportEvery = 200;

// What the page shows of what was chosen: a directory may have more files than fit into a message of its circuit.
const filesNamed = 5;
const charactersNamed = 200;

export function attach(zone, input, page) {
  const stopped = new AbortController();
  let sending = null;
  let chosen = [];

  const on = (target, type, handle) => target.addEventListener(type, handle, { signal: stopped.signal });

  const choose = async (files) => {
    chosen = files;
    const refusal = files.length === 0 ? null : refuse(files);
    if (refusal !== null) {
      chosen = [];
    }

    const first = chosen.slice(0, filesNamed).map((file) => ({ path: named(file.path), size: file.content.size }));
    await page.invokeMethodAsync('ChosenAsync', chosen.length, first, refusal);
  };

  on(zone, 'dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  on(zone, 'dragleave', () => zone.classList.remove('over'));
  on(zone, 'drop', async (event) => {
    event.preventDefault();
    zone.classList.remove('over');

    // Entries are there during the event only.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const files = entries.length > 0
      ? (await Promise.all(entries.map((entry) => filesOf(entry, '')))).flat()
      : [...event.dataTransfer.files].map((content) => ({ path: content.name, content }));
    await choose(rooted(files));
  });
  on(input, 'change', async () => {
    await choose(rooted([...input.files].map((content) => ({ path: content.webkitRelativePath || content.name, content }))));
    input.value = '';
  });

  input.dataset.ready = '';

  return {
    async send(url, message) {
      const headers = await antiforgery();
      const form = new FormData();
      const manifest = chosen.some((file) => file.path === 'spin.toml');
      for (const { path, content } of chosen) {
        form.append(fieldOf(path, manifest), content, content.name);
      }

      if (message) {
        form.append('message', message);
      }

      sending = new XMLHttpRequest();
      let reported = 0;
      sending.upload.addEventListener('progress', (event) => {
        const now = performance.now();
        if (now - reported > reportEvery || event.loaded === event.total) {
          reported = now;
          void page.invokeMethodAsync('Progressed', event.loaded, event.total);
        }
      });
      const answer = await new Promise((resolve) => {
        const end = (status, body) => resolve({ status, body });
        sending.addEventListener('load', () => end(sending.status, sending.responseText));
        sending.addEventListener('error', () => end(0, ''));
        sending.addEventListener('abort', () => end(-1, ''));
        sending.open('POST', url);
        for (const [name, value] of Object.entries(headers)) {
          sending.setRequestHeader(name, value);
        }

        sending.send(form);
      });
      sending = null;
      return answer;
    },
    cancel() {
      sending?.abort();
    },
    dispose() {
      stopped.abort();
      sending?.abort();
    },
  };
}

const isArchive = (path) => /\.(tar\.gz|tgz|zip)$/i.test(path);

const fieldOf = (path, manifest) =>
  manifest ? (path === 'spin.toml' ? 'manifest' : path) : isArchive(path) ? 'archive' : 'module';

const named = (path) => (path.length > charactersNamed ? `…${path.slice(1 - charactersNamed)}` : path);

// Null when it can be sent.
function refuse(files) {
  const large = files.find((file) => file.path.endsWith('.wasm') && file.content.size > maxModuleBytes);
  if (large) {
    return `${named(large.path)} has ${(large.content.size / 1048576).toFixed(1)} MiB; a module may have 64 MiB. Build it with optimization for size, and without debug information.`;
  }

  if (files.some((file) => file.path === 'spin.toml')) {
    return null;
  }

  if (files.length > 1) {
    return 'Several files need their spin.toml with them, which says what each is.';
  }

  return files[0].path.endsWith('.wasm') || isArchive(files[0].path) ? null : `${named(files[0].path)} is no .wasm file. Drop a .wasm file, spin.toml with its files, or an archive (.tar.gz, .zip) of these.`;
}

async function filesOf(entry, parent) {
  const path = parent + entry.name;
  if (entry.isFile) {
    return [{ path, content: await new Promise((resolve, reject) => entry.file(resolve, reject)) }];
  }

  const reader = entry.createReader();
  const files = [];
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) {
      return files;
    }

    files.push(...(await Promise.all(batch.map((one) => filesOf(one, `${path}/`)))).flat());
  }
}

// Paths from where spin.toml is, when a directory was dropped.
function rooted(files) {
  const manifest = files.map((file) => file.path).filter((path) => /(^|\/)spin\.toml$/.test(path)).sort((a, b) => a.length - b.length)[0];
  const root = manifest?.slice(0, -'spin.toml'.length) ?? '';
  return root === '' ? files : files.filter((file) => file.path.startsWith(root)).map((file) => ({ ...file, path: file.path.slice(root.length) }));
}

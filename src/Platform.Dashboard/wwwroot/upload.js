// Deploys from the browser straight to the API: files don't pass through the circuit. What is dropped is a .wasm file, or spin.toml with the files that it names, or an archive of these, or a directory that has them.
import { pack } from './archive.js';
import { antiforgery } from './session.js';

// The API's limits (README.md), held here so that nothing is sent in vain.
const maxFileBytes = 64 * 1024 * 1024;
const maxDirectoryBytes = 164 * 1024 * 1024;
const maxFiles = 10_000;
const reportEvery = 200;

// What the page shows of what was chosen: a directory may have more files than fit into a message of its circuit.
const filesNamed = 5;
const charactersNamed = 200;

export function attach(zone, input, page) {
  const stopped = new AbortController();
  let sending = null;
  let chosen = [];
  let isDirectory = false;
  let choices = 0;

  const on = (target, type, handle) => target.addEventListener(type, handle, { signal: stopped.signal });

  // A directory takes its time to be read: what was chosen since, or is on its way, stays.
  const isLate = (choice) => choice !== choices || sending !== null;

  const choose = async (choice, files, hasDirectory, refusal = refuse(files, hasDirectory)) => {
    if (isLate(choice)) {
      return;
    }

    chosen = files;
    isDirectory = hasDirectory;
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
    if (sending !== null) {
      return;
    }

    const choice = ++choices;

    // Entries are there during the event only.
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const plain = [...event.dataTransfer.files];
    let files;
    try {
      files = entries.length > 0
        ? (await Promise.all(entries.map((entry) => filesOf(entry, '')))).flat()
        : plain.map((content) => ({ path: content.name, content }));
    } catch (error) {
      await choose(choice, [], false, `The browser can't read what was dropped: ${error.message} Let it be read, or choose the files instead.`);
      return;
    }

    await choose(choice, rooted(files), entries.some((entry) => entry.isDirectory));
  });
  on(input, 'change', async () => {
    await choose(++choices, rooted([...input.files].map((content) => ({ path: content.webkitRelativePath || content.name, content }))), false);
    input.value = '';
  });

  input.dataset.ready = '';

  return {
    async send(url, message) {
      sending = new AbortController();
      const { signal } = sending;
      const [files, hasDirectory] = [chosen, isDirectory];
      try {
        const headers = await antiforgery();
        const form = await formOf(files, hasDirectory, signal);
        if (message) {
          form.append('message', message);
        }

        signal.throwIfAborted();
        return await post(url, headers, form, signal, (sent, all) => void page.invokeMethodAsync('Progressed', sent, all));
      } catch (error) {
        if (signal.aborted) {
          return { status: -1, body: '' };
        }

        throw error;
      } finally {
        sending = null;
      }
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

// With its progress, which fetch doesn't tell.
function post(url, headers, form, signal, progressed) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const end = (status, body) => resolve({ status, body });
    let reported = 0;
    request.upload.addEventListener('progress', (event) => {
      const now = performance.now();
      if (now - reported > reportEvery || event.loaded === event.total) {
        reported = now;
        progressed(event.loaded, event.total);
      }
    });
    request.addEventListener('load', () => end(request.status, request.responseText));
    request.addEventListener('error', () => end(0, ''));
    request.addEventListener('abort', () => end(-1, ''));
    signal.addEventListener('abort', () => request.abort());
    request.open('POST', url);
    for (const [name, value] of Object.entries(headers)) {
      request.setRequestHeader(name, value);
    }

    request.send(form);
  });
}

async function formOf(files, isDirectory, signal) {
  const form = new FormData();
  const manifest = files.some((file) => file.path === 'spin.toml');
  if (isDirectory && manifest) {
    form.append('archive', await pack(files, signal), 'directory.tar.gz');
    return form;
  }

  for (const { path, content } of files) {
    form.append(fieldOf(path, manifest), content, content.name);
  }

  return form;
}

const isArchive = (path) => /\.(tar\.gz|tgz|zip)$/i.test(path);

const fieldOf = (path, manifest) =>
  manifest ? (path === 'spin.toml' ? 'manifest' : path) : isArchive(path) ? 'archive' : 'module';

const named = (path) => (path.length > charactersNamed ? `…${path.slice(1 - charactersNamed)}` : path);

const mebibytes = (bytes) => `${(bytes / 1048576).toFixed(1)} MiB`;

// Null when it can be sent.
function refuse(files, isDirectory) {
  if (files.length === 0) {
    return 'There is no file in what was dropped. Drop a .wasm file, spin.toml with its files, or an archive (.tar.gz, .zip) of these.';
  }

  const manifest = files.some((file) => file.path === 'spin.toml');
  const large = files.find((file) => file.content.size > maxFileBytes && (manifest || !isArchive(file.path)));
  if (large) {
    return large.path.endsWith('.wasm')
      ? `${named(large.path)} has ${mebibytes(large.content.size)}; a module may have 64 MiB. Build it with optimization for size, and without debug information.`
      : `${named(large.path)} has ${mebibytes(large.content.size)}; a file may have 64 MiB.${isDirectory ? ' When it is not one that is deployed, drop spin.toml with the files that it names, or an archive of these.' : ''}`;
  }

  if (manifest) {
    const bytes = files.reduce((sum, file) => sum + file.content.size, 0);
    return isDirectory && (files.length > maxFiles || bytes > maxDirectoryBytes)
      ? `The directory has ${files.length} files of ${mebibytes(bytes)}; at most ${maxFiles} of 164 MiB can be sent. Drop its spin.toml with the files that it names, or an archive of these.`
      : null;
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

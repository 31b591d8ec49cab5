// Follows a log by the API's server-sent events. However many lines come, the page takes at most so many a step, the newest, and counts the others: what is on the screen is bounded, and the page stays usable.
const stepMs = 250;
const linesAStep = 200;
const linesShown = 1000;

export function follow(list, status, url, requestPage) {
  const source = new EventSource(url);
  let waiting = [];
  let came = 0;
  let skipped = 0;
  let missed = 0;
  let state = 'Connecting';

  const say = () => {
    status.textContent = `${state}. ${came} lines came${skipped > 0 ? `, ${skipped} of them weren't shown: they came too fast` : ''}${missed > 0 ? `; ${missed} more were left out by the platform` : ''}.`;
  };

  source.addEventListener('ping', () => {
    state = 'Following';
  });
  source.addEventListener('message', (event) => {
    state = 'Following';
    came++;
    waiting.push(event.data);
    if (waiting.length > 2 * linesAStep) {
      skipped += waiting.length - linesAStep;
      waiting = waiting.slice(-linesAStep);
    }
  });
  // What the platform itself left out, where it can't keep up.
  source.addEventListener('dropped', (event) => {
    missed += JSON.parse(event.data).lines;
  });
  source.addEventListener('error', () => {
    state = source.readyState === EventSource.CLOSED ? 'Ended by the platform: you may have been signed out, or the app is gone. Load the page again' : 'The connection broke; trying again';
  });

  const step = setInterval(() => {
    const lines = waiting;
    waiting = [];
    if (lines.length > linesAStep) {
      skipped += lines.length - linesAStep;
      lines.splice(0, lines.length - linesAStep);
    }

    if (lines.length > 0) {
      const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
      const added = document.createDocumentFragment();
      for (const line of lines) {
        added.append(row(JSON.parse(line), requestPage));
      }

      list.append(added);
      while (list.childElementCount > linesShown) {
        list.firstElementChild.remove();
      }

      if (atEnd) {
        list.scrollTop = list.scrollHeight;
      }
    }

    say();
  }, stepMs);
  say();

  return {
    dispose() {
      clearInterval(step);
      source.close();
    },
  };
}

function row(line, requestPage) {
  const row = document.createElement('div');
  row.className = `line ${line.stream}`;
  const time = document.createElement('time');
  time.dateTime = line.time;

  // In UTC with milliseconds, however many of its digits the API left out.
  time.textContent = new Date(line.time).toISOString().slice(11, 23);
  const request = document.createElement('a');
  request.href = requestPage + encodeURIComponent(line.requestId);
  request.textContent = line.requestId;
  const text = document.createElement('span');
  text.className = 'text';
  text.textContent = line.text;
  row.append(time, ` v${line.version} ${line.component} ${line.stream} `, request, ' ', text);
  return row;
}

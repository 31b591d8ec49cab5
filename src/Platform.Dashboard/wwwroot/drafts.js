// What was typed into fields with a data-draft name, kept in this tab until the page that it was typed on has used it, or its visitor signs out: it is there again after the page had to be loaded anew. Secrets are left out: such fields have
// no data-draft.
const prefix = 'draft:';

const keyOf = (field) => `${prefix}${location.pathname}#${field.dataset.draft}`;

export function keepDrafts() {
  document.addEventListener('input', (event) => {
    if (event.target.dataset?.draft) {
      sessionStorage.setItem(keyOf(event.target), event.target.value);
    }
  });

  new MutationObserver(() => {
    for (const field of document.querySelectorAll('[data-draft]:not([data-draft-read])')) {
      field.dataset.draftRead = '';
      const kept = sessionStorage.getItem(keyOf(field));
      if (kept !== null && field.value === '') {
        field.value = kept;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.dispatchEvent(new Event('change', { bubbles: true }));
      }
    }
  }).observe(document.body, { childList: true, subtree: true });
}

// Of this page: what was typed was sent.
export const forgetDrafts = () => forget(`${prefix}${location.pathname}#`);

// Of every page.
export const forgetAllDrafts = () => forget(prefix);

function forget(beginning) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(beginning)) {
      sessionStorage.removeItem(key);
    }
  }
}

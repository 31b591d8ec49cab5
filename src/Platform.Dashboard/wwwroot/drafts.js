// What was typed into fields with a data-draft name, kept in this tab until the page that it was typed on has it again. Secrets are left out: such fields have no data-draft.
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

export function forgetDrafts() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(`${prefix}${location.pathname}#`)) {
      sessionStorage.removeItem(key);
    }
  }
}

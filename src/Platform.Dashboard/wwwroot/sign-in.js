import { problemOf } from './session.js';

const message = document.getElementById('message');

// A path of this origin, as the server took it from the page's own address.
const target = () => {
  const wanted = new URLSearchParams(location.search).get('returnUrl') ?? '/';
  const url = new URL(wanted, location.origin);
  return /^\/(?![/\\])/.test(wanted) && url.origin === location.origin ? url.pathname + url.search : '/';
};

for (const form of document.querySelectorAll('form[data-sign-in]')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    message.textContent = '';
    try {
      const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, name === 'password' ? value : value.trim()]));
      const answer = await fetch('/v1/sessions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...fields, cookie: true }),
      });
      if (answer.ok) {
        location.assign(target());
        return;
      }

      message.textContent = await problemOf(answer);
    } catch {
      message.textContent = 'The platform can\'t be reached. Try again in a moment.';
    }

    button.disabled = false;
    form.querySelector('input').focus();
  });
}

const authority = document.getElementById('authority');
if (authority) {
  authority.href = `/v1/sessions/authority?returnUrl=${encodeURIComponent(target())}`;
}

import { problemOf } from './session.js';

const message = document.getElementById('message');

const isPath = (text) => /^\/(?![/\\])/.test(text);

// A path of this origin. What becomes of it is looked at as well: "/.//evil.com" is one, but without its dot it names a host.
const target = () => {
  const wanted = new URLSearchParams(location.search).get('returnUrl') ?? '/';
  const url = URL.canParse(wanted, location.origin) ? new URL(wanted, location.origin) : null;
  return isPath(wanted) && url?.origin === location.origin && isPath(url.pathname) ? url.pathname + url.search : '/';
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

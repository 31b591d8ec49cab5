// Signing in and out goes from the browser to the API, which sets and takes the cookie: no credential passes through the circuit.
import { forgetAllDrafts } from './drafts.js';

export async function antiforgery() {
  const answer = await fetch('/v1/sessions/current/antiforgery');
  if (!answer.ok) {
    throw new Error(await problemOf(answer));
  }

  const { headerName, token } = await answer.json();
  return { [headerName]: token };
}

export async function problemOf(answer) {
  try {
    const problem = await answer.json();
    const seconds = answer.status === 429 ? Number(answer.headers.get('retry-after')) : 0;
    return seconds > 0 ? `${problem.title}. Try again in ${seconds < 100 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.` : problem.detail ?? problem.title ?? `The API answered ${answer.status}.`;
  } catch {
    return `The API answered ${answer.status}.`;
  }
}

export async function signOut() {
  try {
    await fetch('/v1/sessions/current', { method: 'DELETE', headers: await antiforgery() });
  } finally {
    forgetAllDrafts();
    location.assign('/sign-in');
  }
}

// An application as Spin's JavaScript template and Spin's documentation write one: itty-router, and Spin's package for MySQL.
import { AutoRouter, error } from 'itty-router';
import { open } from '@spinframework/spin-mysql';

let router = AutoRouter();

router
  .get('/', () => new Response('Hello, Spin!\n'))
  .get('/hello/:name', ({ name }) => `Hello, ${name}!`)
  .post('/echo', async request => new Response(await request.text(), { headers: { 'content-type': request.headers.get('content-type') } }))
  .get('/mysql', ({ query }) => {
    try {
      return open(query.address).query('SELECT ? AS number, ? AS text, NULL AS nothing', [42, 'ü']).rows;
    } catch (failure) {
      return error(502, `${failure.payload.tag}: ${failure.payload.val}`);
    }
  });

addEventListener('fetch', event => {
  event.respondWith(router.fetch(event.request));
});

addEventListener('fetch', event => {
  event.respondWith(new Response('Hello from here\n', { headers: { 'content-type': 'text/plain' } }));
});

export default {
  fetch() {
    return new Response('Hello from workerd\n', { headers: { 'content-type': 'text/plain' } });
  },
};

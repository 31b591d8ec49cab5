interface FetchEvent extends Event {
  request: Request;
  respondWith(response: Response | Promise<Response>): void;
}

addEventListener("fetch", (event: Event) => {
  const { request, respondWith } = event as FetchEvent;
  respondWith.call(event, new Response(`Hello from TypeScript at ${new URL(request.url).pathname}\n`));
});

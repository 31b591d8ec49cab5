// A plain fetch handler: / answers text, /info the request's head as JSON, POST /echo streams the body back as it comes.
addEventListener("fetch", event => event.respondWith(answer(event.request)));

function answer(request) {
  const url = new URL(request.url);
  switch (url.pathname) {
    case "/":
      return new Response("Hello from JavaScript\n", { headers: { "content-type": "text/plain" } });
    case "/info":
      return Response.json({ method: request.method, path: url.pathname + url.search, headers: Object.fromEntries(request.headers) });
    case "/echo":
      if (request.method === "POST") {
        return new Response(request.body, { headers: { "content-type": request.headers.get("content-type") ?? "application/octet-stream" } });
      }
  }
  return new Response("Not found\n", { status: 404, headers: { "content-type": "text/plain" } });
}

// A Hono application as its own guide writes one: text, a parameter in the path, JSON in and out, an error handler.
import { Hono } from "hono";

const app = new Hono();

app.get("/", c => c.text("Hello from Hono\n"));
app.get("/greet/:name", c => c.text(`Hello, ${c.req.param("name")}\n`));
app.get("/json", c => c.json({ framework: "hono", query: c.req.query() }));
app.post("/json", async c => c.json({ received: await c.req.json() }, 201));
app.get("/fail", () => { throw new Error("on purpose"); });
app.onError((error, c) => c.json({ error: error.message }, 500));

app.fire();

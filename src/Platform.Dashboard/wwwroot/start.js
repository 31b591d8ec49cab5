// Starts the circuit over a WebSocket alone: no second request has to find the same control plane. When a circuit is gone (its control plane restarted), the page is loaded again; what was typed comes back
// (drafts.js).
import { keepDrafts } from './drafts.js';

keepDrafts();
await Blazor.start({
  circuit: {
    configureSignalR: (builder) => builder.withUrl('_blazor', { skipNegotiation: true, transport: 1 }),
    reconnectionOptions: { maxRetries: 100, retryIntervalMilliseconds: (attempt) => Math.min(200 * 2 ** attempt, 5000) },
  },
});

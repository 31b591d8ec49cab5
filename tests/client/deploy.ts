// Deploys an app with the client that openapi-ts generates from the platform's OpenAPI document (into ./api); the compiler holds every use against the document's types.
import { readFile } from 'node:fs/promises';
import { createClient } from './api/client';
import { createTenant, createToken, deploy, getApp, getTenant, listVersions, setVariable } from './api';
import type { Problem } from './api';

async function main(): Promise<void> {
  const [baseUrl, operatorToken, module] = process.argv.slice(2) as [string, string, string];
  const operator = createClient({ baseUrl, auth: operatorToken, throwOnError: true });

  const tenant = await createTenant({ client: operator, body: { name: 'generated' }, headers: { 'Idempotency-Key': 'generated-tenant' }, throwOnError: true });
  const token = await createToken({ client: operator, path: { tenant: tenant.data.name }, body: { name: 'client', role: 'developer' }, throwOnError: true });
  const developer = createClient({ baseUrl, auth: token.data.token });

  const path = { tenant: tenant.data.name, app: 'hello' };
  const deployed = await deploy({ client: developer, path, body: { module: new File([await readFile(module)], 'hello.wasm'), message: 'By a generated client' }, throwOnError: true });
  await setVariable({ client: developer, path: { ...path, name: 'greeting' }, body: { value: 'hi' }, throwOnError: true });
  const app = await getApp({ client: developer, path, throwOnError: true });
  const versions = await listVersions({ client: developer, path, query: { limit: 1 }, throwOnError: true });

  // Errors have their type too.
  const refused = await getTenant({ client: developer, path: { tenant: 'another' } });
  const problem: Problem | undefined = refused.error;

  console.log(JSON.stringify({
    version: deployed.data.version,
    state: deployed.data.state,
    live: app.data.version,
    message: versions.data.items[0]?.message,
    url: deployed.data.url,
    problem: problem?.type,
  }));
}

void main();

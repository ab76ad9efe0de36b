import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** The password grant of RFC 6749 as the documentation page uses it, and the pages that open without a path. */
let app: App;
let server: Awaited<ReturnType<typeof startServer>>;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  server = await startServer(app, 0);
  // The OpenAPI document is built for each address; other tests have built it for this one.
  app.setOrigin("http://127.0.0.1:3000");
  tenant = await signUp(app);
});
afterAll(async () => {
  await server.close();
  await app.stop();
});

const requestGrant = (form: Record<string, string>): Promise<Response> =>
  fetch(`${server.url}/api/v1/auth/token`, {
    method: "POST",
    // Swagger UI sends this header, because its client has neither an id nor a secret.
    headers: { authorization: `Basic ${btoa(":")}`, "x-requested-with": "XMLHttpRequest" },
    body: new URLSearchParams({ grant_type: "password", ...form }),
  });

it("the password grant signs in with valid credentials, and rejects others", async () => {
  const { email: username, password, slug } = tenant;
  for (const client of [{}, { client_id: slug, scope: "all" }] as Record<string, string>[]) {
    const answer = await requestGrant({ username, password, ...client });
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const { access_token, token_type, expires_in } = (await answer.json()) as Record<string, unknown>;
    expect([token_type, expires_in]).toEqual(["Bearer", expect.any(Number)]);
    const me = await fetch(`${server.url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${access_token}` } });
    expect(me.status).toBe(200);
  }
  expect((await requestGrant({ username, password: `${password}!` })).status).toBe(401);
  expect((await requestGrant({ username, password, grant_type: "client_credentials" })).status).toBe(400);
  expect((await requestGrant({ username, password, client_id: "another" })).status).toBe(401);
});

it("the root address shows programs four working links, and leads browsers to the console", async () => {
  const pageLinks = new Set<string>();
  for (const path of ["", "/", "/docs"]) {
    const answer = await fetch(`${server.url}${path}`);
    expect([path, answer.status]).toEqual([path, 200]);
    const links = [...(await answer.text()).matchAll(/href="([^"]+)"/g)].map(([, link]) => String(link));
    expect(links.length).toBe(4);
    for (const link of links) pageLinks.add(link);
  }
  for (const link of pageLinks) expect([link, (await fetch(`${server.url}${link}`)).status]).toEqual([link, 200]);
  const opened = await fetch(server.url, {
    headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" },
    redirect: "manual",
  });
  expect([opened.status, opened.headers.get("location"), opened.headers.get("cache-control")]).toEqual([
    302,
    "/crm/",
    "no-store",
  ]);
  const health = await fetch(`${server.url}/health`, { headers: { accept: "text/html" } });
  expect(await health.json()).toMatchObject({ data: { status: "ok" } });
});

import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { type Client, createClient, type TokenStore, type Tokens } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../support/app.ts";

/** The SDK with a running server: what a stub of the network cannot prove. */
let app: App;
let server: Awaited<ReturnType<typeof startServer>>;
let tenant: Tenant;
let crm: Client;
const paths: string[] = [];

/** Requests whose answers are lost after the server has sent them. */
const lossyPaths = new Set<string>();
let losesUpload = false;

const countingFetch: typeof fetch = async (input, init) => {
  const path = String(input).replace(server.url, "");
  paths.push(`${init?.method} ${path}`);
  const response = await fetch(input, init);
  const isLost = lossyPaths.delete(path) || (losesUpload && init?.method === "PUT");
  if (!isLost) return response;
  losesUpload = false;
  await response.arrayBuffer();
  throw new TypeError("fetch failed");
};

beforeAll(async () => {
  app = await startTestApp();
  server = await startServer(app, 0);
  tenant = await signUp(app);
  const { email, password, slug } = tenant;
  const auth = { email, password, tenant: slug };
  crm = createClient({ baseUrl: server.url, auth, fetch: countingFetch, retryDelay: () => 0 });
});
afterAll(async () => {
  await server.close();
  await app.stop();
});

describe("a session", () => {
  it("goes on after the access token has expired, with one refresh for all calls", async () => {
    await crm.tenant.get();
    paths.length = 0;
    app.setClock({ advance: 3_600_000 });
    const tenants = await Promise.all([crm.tenant.get(), crm.tenant.get(), crm.auth.me.get()]);
    expect(tenants.map(({ id }) => id)).toEqual([tenant.id, tenant.id, tenant.userId]);
    expect(paths.filter((path) => path.includes("/auth/re") || path.includes("/login"))).toEqual(["POST /api/v1/auth/refresh"]);
  });

  it("is shared by clients with one store, and ends for all of them", async () => {
    let tokens: Tokens | undefined;
    const store: TokenStore = {
      load: () => tokens,
      save: (saved) => {
        tokens = saved;
      },
    };
    const open = () => createClient({ baseUrl: server.url, auth: { store } });
    const { user } = await open().signIn({ email: tenant.email, password: tenant.password });
    expect((await open().auth.me.get()).id).toBe(user.id);
    await open().signOut();
    await expect(open().auth.me.get()).rejects.toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
  });
});

it("a write whose answer was lost has one effect", async () => {
  lossyPaths.add("/api/v1/products");
  const { id } = await crm.products.create({ name: "Net", sku: "NET-1", unit_price: "9.00" });
  await app.settle();
  expect((await crm.products.list({ search: "net" }).toArray(9)).map((product) => product.id)).toEqual([id]);
});

describe("a list of more records than a page has", () => {
  const items = Array.from({ length: 130 }, (_, n) => ({ name: `Rope ${n}`, sku: `ROPE-${n}`, unit_price: `${n}.00` }));

  it("is read to its end by list and query, in order", async () => {
    const { results } = await crm.products.batch({ operation: "create", items });
    expect(results.filter(({ status }) => status === 201)).toHaveLength(130);
    await app.settle();
    const names: string[] = [];
    for await (const { name } of crm.products.list({ sort: "created_at", order: "asc", name: { prefix: "rope" } }))
      names.push(name);
    expect(new Set(names)).toEqual(new Set(items.map(({ name }) => name)));
    expect(names).toHaveLength(130);
    const found = await crm.products.query({ where: { name: { prefix: "rope" } } }).toArray(1000);
    expect(found).toHaveLength(130);
  });

  it("is read with long texts, too, in smaller pages", async () => {
    const { id } = await crm.leads.create({ last_name: "Hopper", email: "hopper@navy.example" });
    const notes = Array.from({ length: 25 }, (_, n) => ({ related_to_id: id, content: `Note ${n}` }));
    await crm.notes.batch({ operation: "create", items: notes });
    await app.settle();
    const read = await crm.notes.list({ related_to_id: id, include: ["content"], limit: 20 }).toArray(100);
    expect(read.map(({ content }) => content).sort()).toEqual(notes.map(({ content }) => content).sort());
  });
});

it("the feed of events is read to its end", async () => {
  const types = new Set<string>();
  for await (const { type } of crm.events.list({ types: ["lead.*", "note.created"], limit: 10 })) types.add(type);
  expect([...types].sort()).toEqual(["lead.created", "note.created"]);
});

it("a file comes back as it was sent", async () => {
  const bytes = new Uint8Array([0, 255, 13, 10, 195]);
  const lead = await crm.leads.create({ last_name: "Turing" });
  const { upload_id } = await crm.upload(new Blob([bytes]).stream(), { file_name: "ä.bin", size: bytes.length });
  const { id } = await crm.attachments.create({ related_to_id: lead.id, upload_id });
  const file = await crm.attachments(id).file.download();
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
});

it("an upload whose answer was lost can be used", async () => {
  const lead = await crm.leads.create({ last_name: "Lovelace" });
  paths.length = 0;
  losesUpload = true;
  const { upload_id } = await crm.upload("abc", { file_name: "a.txt", content_type: "text/plain" });
  const puts = paths.filter((path) => path.startsWith("PUT"));
  const { id } = await crm.attachments.create({ related_to_id: lead.id, upload_id });
  const file = await crm.attachments(id).file.download();
  expect([puts.length, await file.text()]).toEqual([2, "abc"]);
});

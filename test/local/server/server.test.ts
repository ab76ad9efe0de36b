import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { createServer, type Server as NetServer } from "node:net";
import { join } from "node:path";
import { buildHeaders } from "@crm/core/messaging/outbound-webhook/signature.rules.ts";
import { createClient, httpTransport } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { main } from "@crm/local/main.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { killProcess, type ServerProcess, spawnServer } from "../../invariants/crash/server-process.ts";
import { signUp, startTestApp } from "../../support/app.ts";
import { useFolders } from "../backup/support.ts";

const newFolder = useFolders();
const fetchStatus = async (url: string, path: string): Promise<number> => (await fetch(url + path)).status;
const isListening = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );
const signUpAt = (url: string) => {
  const slug = `runner-${Date.now().toString(36)}`;
  const names = { tenant_name: "Runner", tenant_slug: slug, first_name: "Ada", last_name: "Admin" };
  return createClient(httpTransport(url)).signup({ ...names, email: `a@${slug}.example`, password: "Correct-Horse-9000" });
};

/** The error message of a failed start. It runs in this process, because nothing is left running. */
async function readStartError(data: string, env: Record<string, string> = {}): Promise<string> {
  const before = { env: process.env, umask: process.umask() };
  process.env = { ...process.env, CRM_DATA: data, PORT: "0", ...env };
  const errorSpy = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const exit = vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`ended with ${code}`);
  });
  try {
    await expect(main()).rejects.toThrow("ended with 1");
    expect(errorSpy).toHaveBeenCalledTimes(1);
    return String(errorSpy.mock.calls[0]?.[0]);
  } finally {
    exit.mockRestore();
    errorSpy.mockRestore();
    process.env = before.env;
    process.umask(before.umask);
  }
}

describe("npm start", () => {
  const data = newFolder();
  let server: ServerProcess;
  beforeAll(async () => {
    // The permissions that an earlier release left.
    chmodSync(data, 0o755);
    writeFileSync(join(data, "keys"), "{}");
    chmodSync(join(data, "keys"), 0o644);
    server = await spawnServer(data);
  });
  afterAll(() => killProcess(server.process, "SIGTERM"));

  it("responds once it prints ready", async () => {
    const [first, second] = server.output().split("\n");
    expect([first, second]).toEqual([`Starting the CRM: state in ${data} …`, `ready ${server.url}`]);
    const { url } = server;
    for (const text of [`${url}/api/v1/docs`, `POST ${url}/api/v1/auth/signup`, `POST ${url}/api/v1/auth/login`])
      await expect.poll(() => server.output()).toContain(text);
    expect(await fetchStatus(url, "/health")).toBe(200);
  });

  it("M9 limits its folder and each file to its owner, also files of an earlier release", async () => {
    await signUpAt(server.url);
    const all = readdirSync(data, { recursive: true, encoding: "utf8" });
    expect(all).toEqual(expect.arrayContaining(["local.sqlite", "items.sqlite", "secret", "address"]));
    expect(["", ...all].filter((name) => (statSync(join(data, name)).mode & 0o077) !== 0)).toEqual([]);
    expect(readFileSync(join(data, "secret"), "utf8").length).toBeGreaterThan(32);
  });

  it("reports a folder in use in one sentence, without disturbing the other server", async () => {
    const sentence = /Another server uses the folder .*: stop it, or set CRM_DATA to another folder\./;
    await expect(spawnServer(data)).rejects.toThrow(sentence);
    expect(await fetchStatus(server.url, "/health")).toBe(200);
  });

  it("completes requests under way when it is stopped, and exits cleanly", async () => {
    const body = JSON.stringify({
      ...{ tenant_name: "Runner", tenant_slug: "under-way", first_name: "Ada", last_name: "Admin" },
      ...{ email: "a@under-way.example", password: "Correct-Horse-9000" },
    });
    const { hostname, port } = new URL(server.url);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), expect: "100-continue" };
    const pending = request({ hostname, port, method: "POST", path: "/api/v1/auth/signup", headers });
    pending.flushHeaders();
    // The server has started the request and waits for its body.
    await once(pending, "continue");
    const processExit = killProcess(server.process, "SIGTERM");
    while (await isListening(server.url));
    pending.end(body);
    const [answer] = (await once(pending, "response")) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(201);
    await processExit;
    expect(server.process.exitCode).toBe(0);
    expect(server.output()).toContain(`${server.url}/api/v1/docs`);
  });

  it("reports a taken port in one sentence", async () => {
    const otherServer: NetServer = createServer();
    await new Promise<void>((resolve) => otherServer.listen(0, "127.0.0.1", resolve));
    const { port } = otherServer.address() as { port: number };
    const sentence = `Port ${port} is in use: stop the process that uses it, or set PORT to another port.`;
    expect(await readStartError(newFolder(), { PORT: String(port) })).toBe(sentence);
    otherServer.close();
  });

  it("reports an invalid setting in one sentence", async () => {
    const sentence = "CRM_AUDIT_DAYS must be a whole number of days, 30 or more.";
    expect(await readStartError(newFolder(), { CRM_AUDIT_DAYS: "7" })).toBe(sentence);
  });

  it("reports an unwritable folder in one sentence", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    const sentence = /^The folder .* cannot be written .*: set CRM_DATA to a writable folder\.$/;
    expect(await readStartError(join(file, "data"))).toMatch(sentence);
  });

  it.runIf(existsSync("/dev/full"))("reports a full disk in one sentence", async () => {
    const full = newFolder();
    symlinkSync("/dev/full", join(full, "address"));
    const sentence = "The disk is full: free some space and start again; stored data is intact.";
    expect(await readStartError(full)).toBe(sentence);
  });

  it("leaves no files in memory mode", async () => {
    const temporary = newFolder();
    const inMemory = await spawnServer("memory", { TMPDIR: temporary });
    const stores = () => readdirSync(temporary).filter((name) => name.startsWith("crm-"));
    const [store = ""] = stores();
    expect(readdirSync(join(temporary, store))).toContain("local.sqlite");
    await killProcess(inMemory.process, "SIGTERM");
    expect(stores()).toEqual([]);
  });
});

describe("local controls", () => {
  let app: App;
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    app = await startTestApp({ time: Date.now });
    server = await startServer(app, 0);
  });
  afterAll(async () => {
    await server.close();
    await app.stop();
  });

  it("M9 accept programs of this machine only, not pages of another origin or host", async () => {
    const { host, hostname, port } = new URL(server.url);
    const requestStatus = async (headers: Record<string, string>, method = "POST", path = "/_local/settle"): Promise<number> => {
      const sent = request({ hostname, port, method, path, headers });
      sent.end();
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      answer.resume();
      return answer.statusCode ?? 0;
    };
    const acceptedHeaders: Record<string, string>[] = [
      {},
      { origin: server.url },
      { host: `localhost:${port}` },
      { host: "[::1]" },
      { "sec-fetch-site": "none" },
    ];
    for (const headers of acceptedHeaders) expect([headers, await requestStatus(headers)]).toEqual([headers, 200]);
    const foreign: Record<string, string>[] = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `http://localhost:${port}` },
      { host: "evil.example" },
      { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
      { host: `127.0.0.1.evil.example:${port}` },
      { host, "sec-fetch-site": "cross-site" },
    ];
    for (const headers of foreign) {
      expect([headers, await requestStatus(headers)]).toEqual([headers, 403]);
      expect(await requestStatus(headers, "GET", "/_local/mailbox")).toBe(403);
      expect(await requestStatus(headers, "POST", "/_local/operate")).toBe(403);
    }
  });

  it("show a browser the mails that stayed here, with links that can be opened, and no markup of a mail", async () => {
    const mail = { subject: "Hello <b>you</b>", text: "See http://127.0.0.1:3000/q/1?a=1&b=2 soon", cc: ["copy@mail.example"] };
    await app.ports.mail.send({ id: "shown", to: "shown@mail.example", ...mail });
    const open = (accept: string) => fetch(`${server.url}/_local/mailbox?to=shown@mail.example`, { headers: { accept } });
    const page = await (await open("text/html")).text();
    expect(page).toContain("Hello &lt;b&gt;you&lt;/b&gt;");
    expect(page).toContain('href="http://127.0.0.1:3000/q/1?a=1&amp;b=2"');
    expect(page).toContain("shown@mail.example, copy@mail.example");
    expect(await (await open("application/json")).json()).toMatchObject({ success: true, data: [mail] });
  });

  it("sign a browser in to the console once, by a link that then is of no use", async () => {
    const { email, password, slug: tenant_slug } = await signUp(app);
    const createLink = async (input: object) => {
      const answer = await fetch(`${server.url}/_local/sign-in-links`, { method: "POST", body: JSON.stringify(input) });
      return `${server.url}/_local/sign-in/${((await answer.json()) as { data: { code: string } }).data.code}`;
    };
    const open = (link: string, headers = {}) => fetch(link, { redirect: "manual", headers });
    const link = await createLink({ email, password, tenant_slug });
    expect((await open(link, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    const opened = await open(link);
    expect([opened.status, opened.headers.get("location"), await opened.text()]).toEqual([302, "/crm/", ""]);
    const [cookie = ""] = opened.headers.getSetCookie();
    expect(cookie).toMatch(/^crm_session=.+; HttpOnly; SameSite=Strict/);
    const refreshed = await fetch(`${server.url}/api/v1/auth/refresh`, {
      method: "POST",
      headers: { cookie: cookie.split(";")[0] ?? "", "content-type": "application/json", "x-crm-csrf": "1" },
      body: '{"session":"cookie"}',
    });
    expect(await refreshed.json()).toMatchObject({ data: { user: { email } } });
    expect((await open(link)).status).toBe(404);
    expect((await open(await createLink({ email, password: "wrong", tenant_slug }))).status).toBe(401);
    const late = await createLink({ email, password, tenant_slug });
    app.setClock({ advance: 601_000 });
    expect((await open(late)).status).toBe(404);
    app.setClock({ reset: true });
  });

  it("are not called by webhooks, whose address a tenant chooses", async () => {
    const tenant = await signUp(app);
    const { port } = new URL(server.url);
    const create = (url: string) => tenant.admin.createWebhookEndpoint({ url, events: ["lead.*"] });
    const message = "The URL must not be below /_local/: webhooks cannot call the controls of a local server";
    for (const url of [
      `${server.url}/_local/settle`,
      `http://localhost:${port}/x/../_local/clock`,
      `http://[::1]:${port}/_local/`,
    ])
      await expect(create(url)).rejects.toMatchObject({ status: 400, details: [{ field: "url", message }] });
    // Also an endpoint that an earlier version stored, and one that another program on this machine forwards.
    const request = { headers: {}, body: "{}", timeoutSeconds: 5, maxBytes: 100 };
    await expect(app.ports.outbound.post({ ...request, url: `${server.url}/_local/settle` })).rejects.toThrow(message);
    const forwarded = await fetch(`${server.url}/_local/settle`, {
      method: "POST",
      headers: buildHeaders({ id: "msg_1", body: "{}" }, ["whsec_c2VjcmV0"], 0),
      body: "{}",
    });
    expect(forwarded.status).toBe(403);
    expect((await create(`${server.url}/anything`)).status).toBe(201);
  });

  it("move the clock within the supported years only", async () => {
    const move = async (body: object) =>
      (await fetch(`${server.url}/_local/clock`, { method: "POST", body: JSON.stringify(body) })).status;
    for (const body of [{ now: "9999-12-31T23:59:59Z" }, { now: "1970-01-01T00:00:00Z" }, { advance: "P8000Y" }])
      expect([body, await move(body)]).toEqual([body, 400]);
    expect(await move({ advance: "P1D" })).toBe(200);
  });

  it("move the clock, run schedules, settle, and reject unknown ones", async () => {
    const post = async (path: string, body: unknown) => {
      const response = await fetch(`${server.url}/_local/${path}`, { method: "POST", body: JSON.stringify(body) });
      return { status: response.status, json: (await response.json()) as { data?: { now?: string } } };
    };
    const day = new Date(Date.now() + 5 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    const movedClock = await post("clock", { now: `${day}T07:08:09Z` });
    expect(movedClock.json.data?.now?.slice(0, 16)).toBe(`${day}T07:08`);
    const laterClock = await post("clock", { advance: "PT2H" });
    expect(laterClock.json.data?.now?.slice(0, 16)).toBe(`${day}T09:08`);
    expect((await post("clock", { advance: "soon" })).status).toBe(400);
    expect((await post("clock", {})).status).toBe(400);
    expect((await post("settle", {})).status).toBe(200);
    expect((await post("schedules/recount/run", {})).status).toBe(200);
    expect((await post("schedules/nothing/run", {})).status).toBe(404);
    expect((await post("nothing", {})).status).toBe(404);
    const reset = await post("clock", { reset: true });
    expect(Math.abs(Date.parse(reset.json.data?.now ?? "") - Date.now())).toBeLessThan(60_000);
  });
});

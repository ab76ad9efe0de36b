import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { createServer, type Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { afterEach, describe, expect, it } from "vitest";
import { killed, launch, type Server } from "../kill/server.ts";

const folders: string[] = [];
const servers: Server[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "crm-runner-"));
  folders.push(folder);
  return folder;
};
const started = async (data: string, env: Record<string, string> = {}): Promise<Server> => {
  const server = await launch(data, env);
  servers.push(server);
  return server;
};
const ask = async (url: string, path: string): Promise<number> => (await fetch(url + path)).status;
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

afterEach(async () => {
  for (const server of servers.splice(0)) await killed(server.process, "SIGTERM");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("npm start", () => {
  it("answers once it says ready, and stops cleanly", async () => {
    const data = newFolder();
    const server = await started(data);
    const [first, second] = server.output().split("\n");
    expect([first, second]).toEqual([`Starting the CRM: state in ${data} …`, `ready ${server.url}`]);
    expect(await ask(server.url, "/health")).toBe(200);
    await killed(server.process, "SIGTERM");
    expect(server.process.exitCode).toBe(0);
    expect(server.output()).toContain(`${server.url}/api/v1/docs`);
  });

  it("finishes the requests that are under way when it is told to stop", async () => {
    const server = await started(newFolder());
    const body = JSON.stringify({
      ...{ tenant_name: "Runner", tenant_slug: "under-way", first_name: "Ada", last_name: "Admin" },
      ...{ email: "a@under-way.example", password: "Correct-Horse-9000" },
    });
    const { hostname, port } = new URL(server.url);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), expect: "100-continue" };
    const pending = request({ hostname, port, method: "POST", path: "/api/v1/auth/signup", headers });
    pending.flushHeaders();
    // The server has begun with it, and waits for the body.
    await once(pending, "continue");
    const stopped = killed(server.process, "SIGTERM");
    while (await isListening(server.url));
    pending.end(body);
    const [answer] = (await once(pending, "response")) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(201);
    await stopped;
  });

  it("says in one sentence that the port is taken", async () => {
    const other: NetServer = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const sentence = `Port ${port} is taken: stop what listens there, or choose another with PORT.`;
    await expect(launch(newFolder(), { PORT: String(port) })).rejects.toThrow(sentence);
    other.close();
  });

  it("says in one sentence what a setting must be", async () => {
    const sentence = "CRM_AUDIT_DAYS must be a whole number of days, 30 or more.";
    await expect(launch(newFolder(), { CRM_AUDIT_DAYS: "7" })).rejects.toThrow(sentence);
  });

  it("says in one sentence that the folder is in use, and leaves the other server alone", async () => {
    const data = newFolder();
    const server = await started(data);
    const sentence = /Another server uses the folder .*: stop it, or name another folder in CRM_DATA\./;
    await expect(launch(data)).rejects.toThrow(sentence);
    expect(await ask(server.url, "/health")).toBe(200);
  });

  it("says in one sentence that the folder cannot be written", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    const sentence = /The folder .* cannot be written .*: name one that can in CRM_DATA\./;
    await expect(launch(join(file, "data"))).rejects.toThrow(sentence);
  });

  it.runIf(existsSync("/dev/full"))("says in one sentence that the disk is full", async () => {
    const data = newFolder();
    symlinkSync("/dev/full", join(data, "address"));
    await expect(launch(data)).rejects.toThrow("The disk is full: make room and start again; what was written is still there.");
  });

  it("keeps nothing in memory mode", async () => {
    const temporary = newFolder();
    const server = await started("memory", { TMPDIR: temporary });
    const stores = () => readdirSync(temporary).filter((name) => name.startsWith("crm-"));
    const [store = ""] = stores();
    expect(readdirSync(join(temporary, store))).toContain("local.sqlite");
    await killed(server.process, "SIGTERM");
    expect(stores()).toEqual([]);
  });

  it("M9 keeps its folder and every file to its owner, also those that another release has left open", async () => {
    const data = newFolder();
    chmodSync(data, 0o755);
    writeFileSync(join(data, "keys"), "{}");
    chmodSync(join(data, "keys"), 0o644);
    const server = await started(data);
    await signUpAt(server.url);
    const all = readdirSync(data, { recursive: true, encoding: "utf8" });
    expect(all).toEqual(expect.arrayContaining(["local.sqlite", "items.sqlite", "secret", "address"]));
    expect(["", ...all].filter((name) => (statSync(join(data, name)).mode & 0o077) !== 0)).toEqual([]);
    expect(readFileSync(join(data, "secret"), "utf8").length).toBeGreaterThan(32);
  });
});

describe("local controls", () => {
  it("M9 are for programs of this machine, and for no page of another origin or name", async () => {
    const server = await started("memory");
    const { host, hostname, port } = new URL(server.url);
    const asked = async (headers: Record<string, string>, method = "POST", path = "/_local/settle"): Promise<number> => {
      const sent = request({ hostname, port, method, path, headers });
      sent.end();
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      answer.resume();
      return answer.statusCode ?? 0;
    };
    const ours: Record<string, string>[] = [
      {},
      { origin: server.url },
      { host: `localhost:${port}` },
      { host: "[::1]" },
      { "sec-fetch-site": "none" },
    ];
    for (const headers of ours) expect([headers, await asked(headers)]).toEqual([headers, 200]);
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
      expect([headers, await asked(headers)]).toEqual([headers, 403]);
      expect(await asked(headers, "GET", "/_local/mailbox")).toBe(403);
    }
  });

  it("move the clock within the years that it is made for", async () => {
    const server = await started("memory");
    const move = async (body: object) =>
      (await fetch(`${server.url}/_local/clock`, { method: "POST", body: JSON.stringify(body) })).status;
    for (const body of [{ now: "9999-12-31T23:59:59Z" }, { now: "1970-01-01T00:00:00Z" }, { advance: "P8000Y" }])
      expect([body, await move(body)]).toEqual([body, 400]);
    expect(await move({ advance: "P1D" })).toBe(200);
  });

  it("move the clock, run schedules, settle, and refuse what they do not know", async () => {
    const server = await started("memory");
    const post = async (path: string, body: unknown) => {
      const response = await fetch(`${server.url}/_local/${path}`, { method: "POST", body: JSON.stringify(body) });
      return { status: response.status, json: (await response.json()) as { data?: { now?: string } } };
    };
    const moved = await post("clock", { now: "2031-05-06T07:08:09Z" });
    expect(moved.json.data?.now?.slice(0, 16)).toBe("2031-05-06T07:08");
    const later = await post("clock", { advance: "PT2H" });
    expect(later.json.data?.now?.slice(0, 16)).toBe("2031-05-06T09:08");
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

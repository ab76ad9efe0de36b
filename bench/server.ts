import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildProspectSeries } from "../scripts/load/prospects.ts";
import { loadSlice } from "../scripts/load/slice.ts";
import { buildLoadContext, DEFAULT_SEED } from "../scripts/load-leads.ts";

/** `npm start` in a process of its own, over a store with many leads, and a client with little overhead. */
export interface BenchServer {
  url: string;
  token: string;
  process: ChildProcess;
  folder: string;
  /** Milliseconds from the start of the process to its first response. */
  coldStart: number;
}

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Returns the arguments with which `npm start` runs in a checkout, with its flags. */
function readStartCommand(checkout: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as { scripts: { start: string } };
  return scripts.start.split(" ").slice(1);
}

export const nodeFlags = readStartCommand(root).slice(0, -1);

/** Servers that run. They end with the benchmark, also if it fails or is interrupted. */
const launched = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of launched) child.kill("SIGTERM");
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

type LaunchedServer = Pick<BenchServer, "url" | "process" | "coldStart">;

export async function launchServer(
  folder: string,
  checkout = root,
  command = readStartCommand(checkout),
): Promise<LaunchedServer> {
  const started = performance.now();
  const child = spawn(process.execPath, command, {
    cwd: checkout,
    env: { ...process.env, CRM_DATA: folder, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  launched.add(child);
  child.once("exit", () => launched.delete(child));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      const ready = /^ready (\S+)$/m.exec(chunk.toString())?.[1];
      if (ready) resolve(ready);
    });
    child.once("exit", (code) => reject(new Error(`The server exited with code ${code}`)));
  });
  await fetch(`${url}/health`);
  return { url, process: child, coldStart: performance.now() - started };
}

export const stopProcess = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });

/** Starts a checkout's server over a new store, and signs a tenant up. Returns the administrator's credentials too. */
export async function startFreshServer(
  checkout = root,
  command = readStartCommand(checkout),
): Promise<BenchServer & { data: Json }> {
  const folder = mkdtempSync(join(tmpdir(), "crm-bench-"));
  const server = await launchServer(folder, checkout, command);
  const { data } = await callApi(server.url, "POST", "/api/v1/auth/signup", undefined, admin);
  const token = data.access_token;
  await callApi(server.url, "PATCH", "/api/v1/tenant", token, { settings: { rate_limit_per_minute: 10_000_000 } });
  return { ...server, folder, token, data };
}

const admin = {
  tenant_name: "Bench",
  tenant_slug: "bench",
  first_name: "Ada",
  last_name: "Admin",
  email: "a@bench.example",
  password: "Correct-Horse-9000",
};

/** Starts a server over a new store with `count` leads in a new tenant. */
export async function startLoadedServer(count: number): Promise<BenchServer> {
  const { data, folder, ...first } = await startFreshServer();
  const { data: tenant } = await callApi(first.url, "GET", "/api/v1/tenant", data.access_token);
  await callApi(first.url, "POST", "/_local/settle", undefined, {});
  await stopProcess(first.process);
  const crowd = buildProspectSeries([data.user.id], DEFAULT_SEED);
  loadSlice(folder, crowd, buildLoadContext(data.tenant.id, data, tenant.settings), { from: 0, to: count });
  const { url, process: child, coldStart } = await launchServer(folder);
  // The token may have expired while the leads were loaded.
  return { url, token: await signIn(url), process: child, folder, coldStart };
}

/** Returns a new token of the tenant's administrator. */
export async function signIn(url: string): Promise<string> {
  const { email, password, tenant_slug } = admin;
  const { data } = await callApi(url, "POST", "/api/v1/auth/login", undefined, { email, password, tenant_slug });
  return data.access_token;
}

export async function discardServer(server: BenchServer): Promise<void> {
  await stopProcess(server.process);
  rmSync(server.folder, { recursive: true, force: true });
}

const agent = new Agent({ keepAlive: true, maxSockets: 200 });

// biome-ignore lint/suspicious/noExplicitAny: answers of every operation pass through here
export type Json = any;

/** Sends a request over a kept connection. Throws for any response but a success. */
export function callApi(origin: string, method: string, path: string, token?: string, body?: unknown): Promise<Json> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  if (text !== undefined)
    Object.assign(headers, { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) });
  return new Promise((resolve, reject) => {
    const sent = request(origin + path, { method, agent, headers }, (response) => {
      let answer = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        answer += chunk;
      });
      response.on("end", () => {
        if ((response.statusCode ?? 500) >= 300)
          reject(new Error(`${method} ${path}: ${response.statusCode} ${answer.slice(0, 300)}`));
        else resolve(JSON.parse(answer));
      });
    });
    sent.on("error", reject);
    sent.end(text);
  });
}

/** Returns the ids of a process and its descendants. */
function listProcessFamily(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(listProcessFamily)];
}

/** Returns the processor seconds of a process and its descendants. */
export function measureCpuSeconds(pid: number): number {
  const seconds = listProcessFamily(pid).map((processId) => {
    // The command's name may contain spaces, so skip it. Times are in hundredths of a second on Linux.
    const fields = readFileSync(`/proc/${processId}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  });
  return seconds.reduce((sum, each) => sum + each, 0);
}

/** Returns the resident memory of a process and its descendants, in MiB. */
export function measureMemoryMib({ process }: Pick<BenchServer, "process">): number {
  const sizes = listProcessFamily(process.pid as number).map((processId) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, "utf8"))?.[1] ?? 0),
  );
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024);
}

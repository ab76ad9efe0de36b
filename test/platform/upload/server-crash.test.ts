import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resumeInProcess, type ServerHandle } from "../../invariants/crash/server-handle.ts";
import { killProcess, type ServerProcess, spawnServer } from "../../invariants/crash/server-process.ts";
import { removeFolder } from "../../local/backup/support.ts";
import { resolveTestSize } from "../../support/sample.ts";

/** The server in a separate process: what remains of a file when it is killed, and how much of a file it holds in memory. */
let dataFolder: string;
let server: ServerProcess;
/** The server that resumes after the kill. */
let resumedServer: ServerHandle | undefined;
let token: string;
let tenant: string;

beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), "crm-upload-"));
  server = await spawnServer(dataFolder);
  const { data: signedUp } = await createClient(httpTransport(server.url)).signup({
    tenant_name: "Upload",
    tenant_slug: "upload",
    first_name: "Ada",
    last_name: "Admin",
    email: "ada@upload.example",
    password: "Correct-Horse-9000",
  });
  token = signedUp.access_token;
  tenant = signedUp.tenant.id;
});
afterAll(async () => {
  await (resumedServer?.end() ?? killProcess(server.process, "SIGTERM"));
  removeFolder(dataFolder);
});

const serverUrl = (): string => (resumedServer ?? server).url;
const announceUpload = async (size: number) =>
  (await createClient(httpTransport(serverUrl(), token)).createUpload({ file_name: "a.csv", content_type: "text/csv", size }))
    .data;
const readStatus = async (id: string) => (await createClient(httpTransport(serverUrl(), token)).getUpload({ id })).data.status;

const MB = 1024 * 1024;
/** File size in megabytes: more than the server may hold in memory. */
const SIZE_MB = resolveTestSize("CRM_UPLOAD_MB", 200, 400);
const listFiles = (folder: string): string[] => readdirSync(join(dataFolder, folder));
const readPeakMemory = (): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.process.pid}/status`, "utf8"))?.[1]) / 1024;

describe("the size of a file", () => {
  it("does not affect the memory of the server", async () => {
    const [size, piece] = [SIZE_MB * MB, Buffer.alloc(MB, "a")];
    const before = readPeakMemory();
    const link = await announceUpload(size);
    const sending = request(link.url, { method: "PUT", headers: { ...link.headers, "content-length": String(size) } });
    Readable.from(Array.from({ length: SIZE_MB }, () => piece)).pipe(sending);
    const [answer] = await once(sending, "response");
    expect(answer.statusCode).toBe(200);
    expect(await readStatus(link.upload_id)).toBe("STORED");
    const grown = readPeakMemory() - before;
    console.log(`a file of ${SIZE_MB} MB: ${Math.round(grown)} MB more at most`);
    expect(grown).toBeLessThan(150);
  });
});

describe("a transfer interrupted by a kill of the server", () => {
  it("leaves no file, and can be repeated to the same address", async () => {
    const link = await announceUpload(20 * MB);
    const sending = request(link.url, { method: "PUT", headers: { ...link.headers, "content-length": String(20 * MB) } });
    sending.on("error", () => undefined);
    sending.write(Buffer.alloc(10 * MB, "a"));
    await expect.poll(() => listFiles("objects.partial").length).toBe(1);
    await killProcess(server.process);
    expect(listFiles("objects.partial").length).toBe(1);
    const { port } = new URL(server.url);
    resumedServer = await resumeInProcess(dataFolder, Number(port));
    expect(readdirSync(dataFolder)).not.toContain("objects.partial");
    expect(await readStatus(link.upload_id)).toBe("PENDING");
    const body = new Uint8Array(20 * MB);
    expect((await fetch(link.url, { method: "PUT", headers: link.headers, body })).status).toBe(200);
    expect(await readStatus(link.upload_id)).toBe("STORED");
    expect(listFiles(`objects/${tenant}/uploads`)).toContain(link.upload_id);
    expect(listFiles("objects.partial")).toEqual([]);
  });
});

import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeFolder } from "../backup/support.ts";
import { killed, launch, type Server } from "../kill/server.ts";
import { resumeInProcess, type ServerHandle } from "../kill/server-handle.ts";
import { sizeFrom } from "../sample.ts";

/** The server as a process of its own: what it keeps of a file when it is killed, and how much of one it holds in memory. */
let data: string;
let server: Server;
/** What goes on where the server was killed. */
let next: ServerHandle | undefined;
let token: string;
let tenant: string;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "crm-upload-"));
  server = await launch(data);
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
  await (next?.end() ?? killed(server.process, "SIGTERM"));
  removeFolder(data);
});

const url = (): string => (next ?? server).url;
const announce = async (size: number) =>
  (await createClient(httpTransport(url(), token)).createUpload({ file_name: "a.csv", content_type: "text/csv", size })).data;
const statusOf = async (id: string) => (await createClient(httpTransport(url(), token)).getUpload({ id })).data.status;

const MB = 1024 * 1024;
/** In megabytes: more than the server may hold. */
const SIZE = sizeFrom("CRM_UPLOAD_MB", 200, 400);
const below = (folder: string): string[] => readdirSync(join(data, folder));
const peak = (): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.process.pid}/status`, "utf8"))?.[1]) / 1024;

describe("the size of a file", () => {
  it("does not matter to the memory of the server", async () => {
    const [size, piece] = [SIZE * MB, Buffer.alloc(MB, "a")];
    const before = peak();
    const link = await announce(size);
    const sending = request(link.url, { method: "PUT", headers: { ...link.headers, "content-length": String(size) } });
    Readable.from(Array.from({ length: SIZE }, () => piece)).pipe(sending);
    const [answer] = await once(sending, "response");
    expect(answer.statusCode).toBe(200);
    expect(await statusOf(link.upload_id)).toBe("STORED");
    const grown = peak() - before;
    console.log(`a file of ${SIZE} MB: ${Math.round(grown)} MB more at most`);
    expect(grown).toBeLessThan(150);
  });
});

describe("a file on its way when the server is killed", () => {
  it("leaves nothing, and can be sent again to the same address", async () => {
    const link = await announce(20 * MB);
    const sending = request(link.url, { method: "PUT", headers: { ...link.headers, "content-length": String(20 * MB) } });
    sending.on("error", () => undefined);
    sending.write(Buffer.alloc(10 * MB, "a"));
    await expect.poll(() => below("objects.partial").length).toBe(1);
    await killed(server.process);
    expect(below("objects.partial").length).toBe(1);
    const { port } = new URL(server.url);
    next = await resumeInProcess(data, Number(port));
    expect(readdirSync(data)).not.toContain("objects.partial");
    expect(await statusOf(link.upload_id)).toBe("PENDING");
    const body = new Uint8Array(20 * MB);
    expect((await fetch(link.url, { method: "PUT", headers: link.headers, body })).status).toBe(200);
    expect(await statusOf(link.upload_id)).toBe("STORED");
    expect(below(`objects/${tenant}/uploads`)).toContain(link.upload_id);
    expect(below("objects.partial")).toEqual([]);
  });
});

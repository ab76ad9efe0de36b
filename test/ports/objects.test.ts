import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { s3Objects } from "@crm/aws/objects.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Objects, UploadLink } from "@crm/core/kernel/ports.ts";
import { fileSecrets } from "@crm/local/ports/adapters.ts";
import { folderObjects, LINKS_PATH } from "@crm/local/ports/objects.ts";
import { serveLink } from "@crm/local/server/object-links.ts";
import { State } from "@crm/local/store/state.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeS3, startFakeS3 } from "./fake-s3.ts";

interface ObjectStore {
  objects: Objects;
  close(): Promise<void>;
}

async function createFolderStore(): Promise<ObjectStore> {
  const state = new State("memory");
  const objects = folderObjects({ folder: `${state.folder}/objects`, secrets: fileSecrets(state), origin: "" });
  const server = createServer((request, response) => {
    serveLink(objects, String(request.url).slice(LINKS_PATH.length), request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  objects.setOrigin(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    objects,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      state.close();
    },
  };
}

let s3: FakeS3;
async function createBucketStore(): Promise<ObjectStore> {
  s3 = await startFakeS3();
  return { objects: s3Objects(s3.client, s3.bucket), close: () => s3.close() };
}

const buildBytes = (size: number, first = 0): Buffer =>
  Buffer.alloc(
    size,
    Uint8Array.from({ length: 251 }, (_, index) => (index + first) % 251),
  );

async function* splitPieces(body: Buffer, size = 100_000): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < body.length; offset += size) yield body.subarray(offset, offset + size);
}

async function readAll(read: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of read ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Sends a body as it is, without the header corrections that a client would make. */
const sendBody = (link: UploadLink, body: Uint8Array, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const length = { "content-length": String(body.length) };
    const sent = httpRequest(
      link.url,
      { method: link.method, headers: { ...length, ...link.headers, ...headers } },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });

const KEY = "ten_1/uploads/upl_1";

describe.each([
  ["a folder", createFolderStore],
  ["S3", createBucketStore],
] as const)("objects in %s", (_, make) => {
  let store: ObjectStore;
  let objects: Objects;
  beforeEach(async () => {
    store = await make();
    objects = store.objects;
  });
  afterEach(async () => {
    Clock.set();
    await store.close();
  });

  it("are returned as they were written, completely and by range", async () => {
    const body = buildBytes(300_000);
    await objects.write(KEY, body);
    const object = await objects.open(KEY);
    expect(object?.size).toBe(body.length);
    expect((await readAll(object?.read())).equals(body)).toBe(true);
    expect((await readAll(object?.read(299_990))).equals(body.subarray(299_990))).toBe(true);
    expect((await readAll(object?.read(7, 8))).equals(body.subarray(7, 8))).toBe(true);
    expect((await readAll(object?.read(299_999, 999_999))).equals(body.subarray(299_999))).toBe(true);
    for (const [from, to] of [
      [5, 5],
      [9, 3],
      [300_000, 300_001],
    ]) {
      expect((await readAll(object?.read(from, to))).length).toBe(0);
    }
  });

  it("are written as a stream of any size, and can be overwritten", async () => {
    const body = buildBytes(20 * 1024 * 1024 + 1, 3);
    await objects.write(KEY, splitPieces(body));
    expect((await readAll((await objects.open(KEY))?.read())).equals(body)).toBe(true);
    await objects.write(KEY, Buffer.from("second"));
    const object = await objects.open(KEY);
    expect([object?.size, (await readAll(object?.read())).toString()]).toEqual([6, "second"]);
  });

  it("may be empty", async () => {
    await objects.write(KEY, new Uint8Array());
    const object = await objects.open(KEY);
    expect([object?.size, (await readAll(object?.read())).length]).toEqual([0, 0]);
  });

  it.each([1000, 20_000_000])("do not exist if their source fails after %d bytes", async (size) => {
    const breaking = async function* () {
      yield* splitPieces(buildBytes(size));
      throw new Error("broken off");
    };
    await expect(objects.write(KEY, breaking())).rejects.toThrow("broken off");
    expect(await objects.open(KEY)).toBeUndefined();
    await objects.delete("ten_1/uploads/");
  });

  it("are undefined if they do not exist", async () => {
    expect(await objects.open("ten_1/uploads/never")).toBeUndefined();
  });

  it("are deleted by key prefix, also repeatedly", async () => {
    const keys = ["ten_1/imports/a/rows/1", "ten_1/imports/a/rows/2", "ten_1/imports/ab", "ten_1/imports/b", "ten_2/imports/a/1"];
    for (const key of keys) await objects.write(key, Buffer.from(key));
    const listRemaining = async () => {
      const openedObjects = await Promise.all(keys.map((key) => objects.open(key)));
      return keys.filter((__, index) => openedObjects[index]);
    };
    await objects.delete("ten_1/imports/a/");
    await objects.delete("ten_1/imports/a/");
    expect(await listRemaining()).toEqual(["ten_1/imports/ab", "ten_1/imports/b", "ten_2/imports/a/1"]);
    await objects.delete("ten_1/imports/a");
    expect(await listRemaining()).toEqual(["ten_1/imports/b", "ten_2/imports/a/1"]);
    await objects.delete("ten_1/imports/");
    expect(await listRemaining()).toEqual(["ten_2/imports/a/1"]);
  });

  it.each([
    "",
    "a",
    "ten_1",
    "ten_1/uploads",
    "ten_1/../ten_2/x",
    "ten_1/uploads/../../ten_2/x",
    "/etc/passwd",
    "ten_1/uploads/.",
    "ten_1/uploads//a",
  ])("have keys of a tenant and a kind: not (%s)", async (key) => {
    const options = { content_type: "text/csv", seconds: 60 };
    await expect(objects.write(key, Buffer.from("x"))).rejects.toThrow("Invalid object key");
    await expect(objects.open(key)).rejects.toThrow("Invalid object key");
    await expect(objects.delete(key)).rejects.toThrow("Invalid object key");
    await expect(objects.links.upload(key, { ...options, size: 1 })).rejects.toThrow("Invalid object key");
    await expect(objects.links.download(key, { ...options, file_name: "x" })).rejects.toThrow("Invalid object key");
  });

  describe("an upload link", () => {
    const body = buildBytes(100_000);
    const link = () => objects.links.upload(KEY, { content_type: "text/csv", size: body.length, seconds: 3600 });

    it("takes them", async () => {
      expect(await sendBody(await link(), body)).toBe(200);
      expect((await readAll((await objects.open(KEY))?.read())).equals(body)).toBe(true);
    });

    it("works for a request of a browser", async () => {
      const { url, method, headers } = await link();
      expect((await fetch(url, { method, headers, body })).status).toBe(200);
      expect((await objects.open(KEY))?.size).toBe(body.length);
    });

    it("accepts one upload: the first one stays", async () => {
      const uploadLink = await link();
      expect(await sendBody(uploadLink, body)).toBe(200);
      expect(await sendBody(uploadLink, buildBytes(100_000, 9))).toBe(412);
      const bare = { ...uploadLink, headers: { "content-type": "text/csv" } };
      expect([403, 412]).toContain(await sendBody(bare, buildBytes(100_000, 9)));
      expect((await readAll((await objects.open(KEY))?.read())).equals(body)).toBe(true);
    });

    it("rejects more bytes, fewer bytes and another type", async () => {
      const uploadLink = await link();
      for (const [otherBody, headers] of [
        [buildBytes(100_001), {}],
        [buildBytes(99_999), {}],
        [body, { "content-type": "text/html" }],
      ] as const) {
        expect([400, 403]).toContain(await sendBody(uploadLink, otherBody, headers));
        expect(await objects.open(KEY)).toBeUndefined();
      }
    });

    it("is limited to its lifetime, method and key", async () => {
      const uploadLink = await link();
      expect(Date.parse(uploadLink.expires_at) - Date.now()).toBeLessThanOrEqual(3_600_000);
      const tampered = { ...uploadLink, url: uploadLink.url.replace(/.{8}$/, "AAAAAAAA") };
      expect(await sendBody(tampered, body)).toBe(403);
      expect([403, 404]).toContain((await fetch(uploadLink.url)).status);
      Clock.set(() => Date.now() + 3_600_000);
      expect(await sendBody(uploadLink, body)).toBe(403);
      expect(await objects.open(KEY)).toBeUndefined();
    });
  });

  describe("a download link", () => {
    const file_name = 'Angebot "100 %" – Zoë\r\nx: y.csv';
    const link = () => objects.links.download(KEY, { content_type: "text/csv", file_name, seconds: 60 });

    it("returns the file with its name", async () => {
      await objects.write(KEY, buildBytes(100_000));
      const answer = await fetch(await link());
      expect([answer.status, answer.headers.get("content-type"), answer.headers.get("x")]).toEqual([200, "text/csv", null]);
      const disposition = answer.headers.get("content-disposition") ?? "";
      expect(decodeURIComponent(/^attachment; filename="[ -~]+"; filename\*=UTF-8''(\S+)$/.exec(disposition)?.[1] ?? "")).toBe(
        file_name,
      );
      expect(Buffer.from(await answer.arrayBuffer()).equals(buildBytes(100_000))).toBe(true);
    });

    it("is limited to its lifetime and method", async () => {
      await objects.write(KEY, Buffer.from("x"));
      const downloadLink = await link();
      const wrongLink = { url: downloadLink, method: "PUT", headers: { "content-type": "text/csv" }, expires_at: "" };
      expect(await sendBody(wrongLink, Buffer.from("y"))).toBe(403);
      Clock.set(() => Date.now() + 60_000);
      expect((await fetch(downloadLink)).status).toBe(403);
    });

    it("returns 404 once the file is gone", async () => {
      expect((await fetch(await link())).status).toBe(404);
    });
  });
});

describe("objects in S3", () => {
  beforeEach(createBucketStore);
  afterEach(() => s3.close());

  it("have keys that begin with their kind", async () => {
    const objects = s3Objects(s3.client, s3.bucket);
    await objects.write(KEY, Buffer.from("x"));
    expect([...s3.objects.keys()]).toEqual(["uploads/ten_1/upl_1"]);
  });

  it("leave no parts behind if their source fails", async () => {
    const breaking = async function* () {
      yield* splitPieces(buildBytes(20_000_000));
      throw new Error("broken off");
    };
    await expect(s3Objects(s3.client, s3.bucket).write(KEY, breaking())).rejects.toThrow();
    expect(s3.begun.size).toBe(0);
    expect(s3.seen.some((request) => request.startsWith("PUT "))).toBe(true);
  });

  it("are all deleted, even beyond one page of a listing", async () => {
    for (let index = 0; index < 1500; index++) s3.objects.set(`imports/ten_1/i/${index}`, Buffer.from("x"));
    await s3Objects(s3.client, s3.bucket).delete("ten_1/imports/i/");
    expect(s3.objects.size).toBe(0);
  });

  it("are reported as missing if S3 denies access without the permission to list", async () => {
    s3.mayList = false;
    expect(await s3Objects(s3.client, s3.bucket).open(KEY)).toBeUndefined();
  });

  it("have links that end with the credentials that signed them", async () => {
    let now = Date.now();
    Clock.set(() => now);
    const objects = s3Objects(s3.client, s3.bucket, now + 600_000);
    const options = { content_type: "text/csv", size: 1, seconds: 3600 };
    const sent = await objects.links.upload(KEY, options);
    expect(Date.parse(sent.expires_at)).toBe(now + 600_000);
    now += 300_000;
    const urls = [sent.url, await objects.links.download(KEY, { ...options, file_name: "x" })];
    expect(urls.map((url) => new URL(url).searchParams.get("X-Amz-Expires"))).toEqual(["600", "300"]);
    expect((await objects.links.upload(KEY, { ...options, seconds: 60 })).expires_at).toBe(new Date(now + 60_000).toISOString());
    Clock.set();
  });

  it("are not read from two versions", async () => {
    const objects = s3Objects(s3.client, s3.bucket);
    await objects.write(KEY, Buffer.from("first"));
    const storedObject = await objects.open(KEY);
    await objects.write(KEY, Buffer.from("other"));
    await expect(readAll(storedObject?.read())).rejects.toThrow();
  });
});

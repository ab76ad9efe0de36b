import { s3Files } from "@crm/aws/files.ts";
import type { Files } from "@crm/core/kernel/ports.ts";
import { folderFiles } from "@crm/local/ports/adapters.ts";
import { State } from "@crm/local/store/state.ts";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { awsError, createFakeClient, type FakeClient } from "./fake-aws-client.ts";

/** The part of S3 that the adapter uses: keys in byte order, in pages of a thousand. */
function createFakeBucket(): FakeClient {
  const objects = new Map<string, Uint8Array>();
  return createFakeClient({
    PutObject: ({ Bucket, Key, Body }: { Bucket: string; Key: string; Body: Uint8Array }) => {
      expect(Bucket).toBe("bucket");
      objects.set(Key, Uint8Array.from(Body));
    },
    GetObject: ({ Key }: { Key: string }) => {
      const body = objects.get(Key);
      if (!body) throw awsError("NoSuchKey");
      return { Body: { transformToByteArray: async () => body } };
    },
    ListObjectsV2: ({ Prefix, StartAfter = "", MaxKeys }: { Prefix: string; StartAfter?: string; MaxKeys: number }) => {
      const keys = [...objects.keys()].filter((key) => key.startsWith(Prefix) && key > StartAfter).sort();
      return keys.length > 0 ? { Contents: keys.slice(0, MaxKeys).map((Key) => ({ Key })) } : {};
    },
    DeleteObject: ({ Key }: { Key: string }) => {
      objects.delete(Key);
    },
  });
}

const states: State[] = [];
afterAll(() => {
  for (const state of states) state.close();
});

function createFolderFiles(): Files {
  const state = new State("memory");
  states.push(state);
  return folderFiles(`${state.folder}/files`);
}

const decodeText = (body: Uint8Array | undefined): string | undefined => body && Buffer.from(body).toString();

describe.each([
  ["folder", createFolderFiles],
  ["S3", () => s3Files(createFakeBucket(), "bucket")],
] as const)("files in %s", (_, make) => {
  let files: Files;
  beforeEach(() => {
    files = make();
  });

  it("are returned as they were stored", async () => {
    const body = Uint8Array.from({ length: 300 }, (_each, index) => index % 256);
    await files.put("a/b.bin", body);
    expect(Buffer.from((await files.get("a/b.bin")) ?? []).equals(Buffer.from(body))).toBe(true);
  });

  it("may be empty, and can be overwritten", async () => {
    await files.put("a", new Uint8Array());
    expect((await files.get("a"))?.length).toBe(0);
    await files.put("a", Buffer.from("second"));
    expect(decodeText(await files.get("a"))).toBe("second");
  });

  it("are undefined if they do not exist", async () => {
    expect(await files.get("never")).toBeUndefined();
    expect(await files.list("never/")).toEqual([]);
  });

  it("are gone once deleted, also repeatedly", async () => {
    await files.put("a", Buffer.from("x"));
    await files.delete("a");
    await files.delete("a");
    expect(await files.get("a")).toBeUndefined();
    expect(await files.list("")).toEqual([]);
  });

  it("are listed in order, by prefix, after a key", async () => {
    for (const key of ["p/2", "p/10", "p/1", "q/1", "p/sub/3"]) await files.put(key, Buffer.from(key));
    expect(await files.list("p/")).toEqual(["p/1", "p/10", "p/2", "p/sub/3"]);
    expect(await files.list("p/", "p/10")).toEqual(["p/2", "p/sub/3"]);
    expect(await files.list("p/", "p/sub/3")).toEqual([]);
  });

  it("are listed in pages of a thousand", async () => {
    const name = (index: number): string => `many/${String(index).padStart(4, "0")}`;
    for (let index = 0; index < 1001; index++) await files.put(name(index), Buffer.from("x"));
    const first = await files.list("many/");
    expect(first.length).toBe(1000);
    expect(await files.list("many/", first.at(-1))).toEqual([name(1000)]);
  });
});

describe("files in S3", () => {
  it("report an AWS error unless the file does not exist", async () => {
    const denied = createFakeClient({ GetObject: () => Promise.reject(awsError("AccessDenied")) });
    await expect(s3Files(denied, "bucket").get("a")).rejects.toThrow("AccessDenied");
  });
});

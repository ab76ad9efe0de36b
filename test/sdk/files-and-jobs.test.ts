import { JobError, type Schemas } from "@crm/sdk/index.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../support/part-of.ts";
import { createStubClient, ok, refuse } from "./stub.ts";

const target = ok({
  upload_id: "upl_1",
  url: "https://bucket.example/key?sig=1",
  method: "PUT",
  headers: { "content-type": "text/csv" },
});
const stored = { status: 200 };

describe("an upload", () => {
  it.each([
    ["a text", "ä;b", 4],
    ["bytes", new Uint8Array([1, 2, 3]), 3],
    ["a buffer", new ArrayBuffer(5), 5],
    ["a blob", new Blob(["abc"]), 3],
  ])("of %s announces it with its size, and sends its bytes without the token", async (_, data, size) => {
    const { crm, sent } = createStubClient([target, stored], { auth: { apiKey: "key" } });
    expect(await crm.upload(data, { file_name: "leads.csv", content_type: "text/csv" })).toEqual({ upload_id: "upl_1" });
    const [announced, put] = sent;
    expect([announced?.path, announced?.body]).toEqual([
      "/api/v1/uploads",
      { file_name: "leads.csv", content_type: "text/csv", size },
    ]);
    expect([put?.method, put?.path, put?.headers]).toEqual([
      "PUT",
      "https://bucket.example/key?sig=1",
      { "content-type": "text/csv" },
    ]);
  });

  it("takes name and type of a file", async () => {
    const { crm, sent } = createStubClient([target, stored]);
    await crm.upload(new File(["abc"], "a.pdf", { type: "application/pdf" }));
    expect(sent[0]?.body).toEqual({ file_name: "a.pdf", content_type: "application/pdf", size: 3 });
  });

  it("whose answer was lost is complete: the second attempt finds the bytes", async () => {
    const lost = new TypeError("fetch failed");
    const { crm } = createStubClient([target, lost, refuse(412)]);
    expect(await crm.upload("abc", { file_name: "a.txt" })).toEqual({ upload_id: "upl_1" });
  });

  it("of a stream needs its size and is not repeated", async () => {
    const lost = new TypeError("fetch failed");
    const stream = () => new Blob(["abc"]).stream();
    const { crm, sent } = createStubClient([target, lost]);
    await expect(crm.upload(stream(), { file_name: "a.txt" })).rejects.toThrow("size is required");
    await expect(crm.upload(stream(), { file_name: "a.txt", size: 3 })).rejects.toThrow("fetch failed");
    expect(sent).toHaveLength(2);
  });

  it("that the storage refuses is an error", async () => {
    const { crm } = createStubClient([target, refuse(403)]);
    await expect(crm.upload("abc", { file_name: "a.txt" })).rejects.toMatchObject({ status: 403 });
  });
});

const job = (status: string, more: object = {}) =>
  ok({ id: "job_1", status, links: { self: "/api/v1/bulk-changes/job_1" }, ...more });

describe("waiting for a job", () => {
  it.each([
    ["an import", { import_id: "imp_1" } as Schemas.ImportStarted, "/api/v1/imports/imp_1"],
    ["an export", { export_id: "exp_1" }, "/api/v1/exports/exp_1"],
    [
      "a record",
      partOf<Schemas.BulkChange>({ id: "job_1", status: "queued", links: { self: "/api/v1/bulk-changes/job_1" } }),
      "/api/v1/bulk-changes/job_1",
    ],
  ])("of %s reads it until it has ended", async (_, started, path) => {
    const { crm, sent } = createStubClient([job("queued"), job("running"), job("completed", { processed: 2 })]);
    const states: string[] = [];
    const ended = await crm.waitForJob(started, { interval: 0, onProgress: ({ status }) => states.push(status) });
    expect(ended).toMatchObject({ status: "completed", processed: 2 });
    expect(states).toEqual(["queued", "running", "completed"]);
    expect(sent.map((request) => `${request.method} ${request.path}`)).toEqual(Array(3).fill(`GET ${path}`));
  });

  it.each(["failed", "cancelled"])("that has %s is an error with its record", async (status) => {
    const { crm } = createStubClient([job(status, { error: "The sheet is empty" })]);
    const error = await crm.waitForJob({ export_id: "exp_1" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JobError);
    expect(error).toMatchObject({ message: `The job job_1 is ${status}: The sheet is empty`, job: { status } });
  });

  it("ends with the caller's signal", async () => {
    const abort = new AbortController();
    const { crm } = createStubClient([job("running")]);
    const onProgress = () => setImmediate(() => abort.abort(new Error("Left")));
    await expect(crm.waitForJob({ export_id: "exp_1" }, { signal: abort.signal, interval: 60_000, onProgress })).rejects.toThrow(
      "Left",
    );
  });
});

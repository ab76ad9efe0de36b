import { fn } from "@crm/core/kernel/fn.ts";
import { uploadGrants } from "@crm/core/platform/upload/upload.kind.ts";
import { Upload } from "@crm/core/platform/upload/upload.ts";
import { retryOnConflict, transaction } from "@crm/core/storage/write/transaction.ts";
import { uploads } from "@crm/functions/api/platform/uploads.ts";
import { buildOpenApiDocument } from "@crm/functions/derive/openapi.ts";
import { fileResponse } from "@crm/functions/http/file-response.ts";
import { httpHandler } from "@crm/functions/http/handler.ts";
import { operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { sweepAndAct } from "../../storage/scheduler/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

/** Forms with a file and responses that are files, over HTTP, with operations defined here. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const UploadInput = z.strictObject({
  file: Upload.FilePart.optional(),
  mapping: z.record(z.string(), z.string()).optional(),
  dry_run: z.boolean().optional(),
  id: z.string().optional(),
});
const UploadOutput = z.object({ upload_id: z.string().nullable(), mapping: z.unknown(), dry_run: z.boolean().nullable() });

const sendOperation = operation({
  name: "sendTestFile",
  method: "POST",
  path: "/uploads/test-file",
  tag: "Test",
  access: uploadGrants.write,
  summary: "Take a file",
  takesFile: true,
  verb: fn(UploadInput, async ({ file, mapping, dry_run }) => {
    const upload = file && (await Upload.store(file));
    const result = { upload_id: upload?.id ?? null, mapping: mapping ?? null, dry_run: dry_run ?? null };
    return retryOnConflict(async () => {
      const tx = transaction();
      if (upload) await Upload.take(upload.id, "test", tx);
      return tx.commit(result);
    });
  }),
  output: UploadOutput,
});

const downloadOperation = operation({
  name: "giveTestFile",
  method: "GET",
  path: "/uploads/test-answer",
  tag: "Test",
  access: uploadGrants.write,
  summary: "Give a file",
  verb: fn(z.strictObject({ size: z.string().optional(), key: z.string().optional() }), async ({ size, key }) => {
    const fileFields = { file_name: "Zoë.bin", content_type: "application/octet-stream" };
    return fileResponse(key ? { ...fileFields, key } : { ...fileFields, bytes: Buffer.alloc(Number(size), 7) });
  }),
  kind: "raw",
});

const jsonOnlyOperation = operation({ ...sendOperation, name: "sendNoFile", path: "/uploads/no-file", takesFile: false });

let app: App;
let tenant: Tenant;
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  const uploadsHandler = httpHandler([...uploads.operations, sendOperation, downloadOperation, jsonOnlyOperation], app.ports);
  server = await startServer({ ...app, handlers: { ...app.handlers, uploads: uploadsHandler } }, 0);
});
afterAll(async () => {
  await server.close();
  await app.stop();
});

interface Json {
  data: z.output<typeof UploadOutput>;
  error?: { code: string; details: { field: string; message: string }[] };
}

async function postForm(body: FormData | Buffer | string, headers: Record<string, string> = {}, path = "test-file") {
  const answer = await fetch(`${server.url}/api/v1/uploads/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${tenant.token}`, ...headers },
    body,
  });
  const json = (await answer.json()) as Json;
  return {
    status: answer.status,
    data: json.data,
    code: json.error?.code,
    fields: json.error?.details.map(({ field }) => field),
  };
}

function buildForm(file: { bytes: Buffer; name: string; type?: string }, parts: Record<string, string | Blob> = {}): FormData {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(file.bytes)], { type: file.type ?? "text/csv" }), file.name);
  for (const [name, value] of Object.entries(parts)) form.append(name, value);
  return form;
}

/** The record of an upload and its stored bytes. */
async function readUpload(id: string | null) {
  const { data } = await tenant.admin.getUpload({ id: String(id) });
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await app.objects.open(`${tenant.id}/uploads/${id}`))?.read() ?? []) chunks.push(chunk);
  return { ...data, bytes: Buffer.concat(chunks) };
}

const csv = Buffer.from("name,city\r\nZoë,Łódź\r\n");

describe("a form with a file", () => {
  it("delivers its bytes unchanged, and each other part as JSON", async () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 70_000 }, (_, index) => index % 256));
    const json = new Blob(['{"Name":"full_name"}'], { type: "application/json" });
    const answer = await postForm(buildForm({ bytes, name: 'Größe "1".csv' }, { mapping: json, dry_run: "true" }));
    expect([answer.status, answer.data.mapping, answer.data.dry_run]).toEqual([200, { Name: "full_name" }, true]);
    const upload = await readUpload(answer.data.upload_id);
    expect([upload.file_name, upload.content_type, upload.size, upload.status]).toEqual([
      'Größe "1".csv',
      "text/csv",
      70_000,
      "USED",
    ]);
    expect(upload.bytes.equals(bytes)).toBe(true);
  });

  it("may have no other parts, and the operation still accepts JSON", async () => {
    expect((await postForm(buildForm({ bytes: csv, name: "a.csv" }))).status).toBe(200);
    const plain = await postForm('{"dry_run":false}', { "content-type": "application/json" });
    expect([plain.status, plain.data.dry_run, plain.data.upload_id]).toEqual([200, false, null]);
  });

  it("accepts a file of up to 4 MB", async () => {
    const largest = await postForm(buildForm({ bytes: Buffer.alloc(MAX_FILE_BYTES, "a"), name: "a.csv" }));
    expect(largest.status).toBe(200);
    for (const size of [MAX_FILE_BYTES + 1, MAX_FILE_BYTES + 150_000, 2 * MAX_FILE_BYTES]) {
      const answer = await postForm(buildForm({ bytes: Buffer.alloc(size, "a"), name: "a.csv" }));
      expect([answer.status, answer.code, answer.fields]).toEqual([413, "PAYLOAD_TOO_LARGE", ["file"]]);
    }
  });

  it("drops the path of its file name", async () => {
    for (const name of ["C:\\fakepath\\list.csv", "../../etc/list.csv"]) {
      const raw = `--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\na,b\r\n--x--\r\n`;
      const { data } = await postForm(raw, { "content-type": "multipart/form-data; boundary=x" });
      expect((await readUpload(data.upload_id)).file_name).toBe("list.csv");
    }
  });

  it("is read the same if the gateway did not encode it", async () => {
    const body = '--x\r\nContent-Disposition: form-data; name="dry_run"\r\n\r\ntrue\r\n--x--\r\n';
    const event = (text: string, isBase64Encoded: boolean) =>
      partOf<APIGatewayProxyEventV2>({
        rawPath: "/api/v1/uploads/test-file",
        headers: { authorization: `Bearer ${tenant.token}`, "content-type": "multipart/form-data; boundary=x" },
        requestContext: { requestId: "r", http: { method: "POST", sourceIp: "127.0.0.1" } },
        body: text,
        isBase64Encoded,
      });
    for (const request of [event(body, false), event(Buffer.from(body).toString("base64"), true)]) {
      const answer = await httpHandler([sendOperation], app.ports)(request);
      expect(JSON.parse(answer.body ?? "").data?.dry_run).toBe(true);
    }
  });
});

const buildPart = (head: string, content: string) => `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
const file = buildPart('name="file"; filename="a.csv"', "a,b");
const END = "--x--\r\n";
const MULTIPART = { "content-type": "multipart/form-data; boundary=x" };

describe("an invalid form", () => {
  it.each([
    ["cut off in a part", (file + END).slice(0, 70), [""]],
    ["cut off behind a part", file, [""]],
    ["cut off in its end", (file + END).slice(0, -4), [""]],
    ["without any part", "hello", [""]],
    ["without anything", "", [""]],
    ["with parts between other boundaries", (file + END).replaceAll("--x", "--y"), [""]],
    ["with a part without a name", buildPart("x=1", "1") + END, [""]],
    [
      "with more than twenty parts",
      Array.from({ length: 25 }, (_, index) => buildPart(`name="p${index}"`, "1")).join("") + END,
      [""],
    ],
    ["with two files", file + file + END, ["file"]],
    ["with a part twice", buildPart('name="mapping"', "{}") + buildPart('name="mapping"', "{}") + END, ["mapping"]],
    ["with a part that is no JSON", file + buildPart('name="mapping"', "{") + END, ["mapping"]],
    ["with a part that is no text", file + buildPart('name="mapping"', "\u0000") + END, ["mapping"]],
    [
      "with a part nested too deeply",
      file + buildPart('name="mapping"', `${"[".repeat(40)}${"]".repeat(40)}`) + END,
      ["mapping"],
    ],
    ["with a part of another type", file + buildPart('name="mapping"', "[]") + END, ["mapping"]],
    ["with an unknown part", file + buildPart('name="other"', "1") + END, ["other"]],
    ["with a prototype", file + buildPart('name="__proto__"', "{}") + END, ["__proto__"]],
    ["a file without a name", buildPart('name="file"', "a,b") + END, ["file"]],
    ["no file chosen", buildPart('name="file"; filename=""', "") + END, ["file"]],
    ["an empty file", buildPart('name="file"; filename="a.csv"', "") + END, ["file"]],
    ["an encoded file", buildPart('name="file"; filename="a.csv"\r\nContent-Transfer-Encoding: base64', "YQ==") + END, ["file"]],
    ["a file that is a picture", buildPart('name="file"; filename="a.png"\r\nContent-Type: image/png', "a") + END, ["file"]],
    ["a file name with a direction control character", buildPart('name="file"; filename="a\u202egpj.csv"', "a") + END, ["file"]],
  ])("(%s) gets a 400 that names the field", async (_, body, fields) => {
    const answer = await postForm(body, MULTIPART);
    expect([answer.status, answer.code, answer.fields]).toEqual([400, "VALIDATION_ERROR", fields]);
  });

  it("has a boundary", async () => {
    const answer = await postForm(file + END, { "content-type": "multipart/form-data" });
    expect([answer.status, answer.code]).toEqual([400, "VALIDATION_ERROR"]);
  });

  it("is rejected by operations without a file", async () => {
    expect((await postForm(file + END, MULTIPART, "no-file")).code).toBe("UNSUPPORTED_MEDIA_TYPE");
  });

  it("cannot be replaced by a file in JSON", async () => {
    const body = '{"file":{"file_name":"a.csv","content_type":"text/csv","bytes":"YQ=="}}';
    const answer = await postForm(body, { "content-type": "application/json" });
    expect([answer.status, answer.fields]).toEqual([400, ["file.bytes"]]);
  });
});

describe("a form with an Idempotency-Key", () => {
  it("gets the same response with another boundary, and a 422 for another form", async () => {
    const form = (bytes: Buffer, dry_run = "true", name = "a.csv") => buildForm({ bytes, name }, { dry_run });
    const key = { "idempotency-key": "form-1" };
    const first = await postForm(form(csv), key);
    const again = await postForm(form(csv), key);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect([first.data.dry_run, first.data.upload_id]).toEqual([true, expect.stringMatching(/^upl_/)]);
    expect(again.data).toEqual(first.data);
    const changedCsv = Buffer.from(csv);
    changedCsv[0] = 0x4e;
    for (const changedForm of [form(changedCsv), form(csv, "false"), form(csv, "true", "b.csv")]) {
      expect((await postForm(changedForm, key)).code).toBe("IDEMPOTENCY_MISMATCH");
    }
  });
});

describe("a response that is a file", () => {
  const get = (query: string) =>
    fetch(`${server.url}/api/v1/uploads/test-answer?${query}`, {
      headers: { authorization: `Bearer ${tenant.token}` },
      redirect: "manual",
    });

  it("contains the bytes themselves up to 4 MB", async () => {
    const answer = await get(`size=${MAX_FILE_BYTES}`);
    expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, MAX_FILE_BYTES]);
    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="Zo_.bin"; filename*=UTF-8''Zo%C3%AB.bin`);
  });

  it("redirects above that to a temporary link with the same file name and no sign-in", async () => {
    const answer = await get(`size=${MAX_FILE_BYTES + 1}`);
    const location = String(answer.headers.get("location"));
    expect([answer.status, await answer.text()]).toEqual([303, ""]);
    const file = await fetch(location);
    expect([file.status, file.headers.get("content-disposition")]).toEqual([
      200,
      `attachment; filename="Zo_.bin"; filename*=UTF-8''Zo%C3%AB.bin`,
    ]);
    const bytes = Buffer.from(await file.arrayBuffer());
    expect([bytes.length, bytes.every((byte) => byte === 7)]).toEqual([MAX_FILE_BYTES + 1, true]);
    app.setClock({ advance: 5 * 60_000 });
    expect((await fetch(location)).status).toBe(403);
    app.setClock({ reset: true });
  });

  it("is read from its storage, small or large", async () => {
    const key = (name: string) => `${tenant.id}/exports/${name}`;
    await app.objects.write(key("small"), Buffer.alloc(10, 1));
    await app.objects.write(key("large"), Buffer.alloc(MAX_FILE_BYTES + 1, 1));
    const small = await get(`key=${key("small")}`);
    expect([small.status, (await small.arrayBuffer()).byteLength]).toEqual([200, 10]);
    expect((await get(`key=${key("large")}`)).status).toBe(303);
    expect((await get(`key=${key("none")}`)).status).toBe(404);
  });

  it("is removed from storage once the link has expired", async () => {
    const location = String((await get(`size=${MAX_FILE_BYTES + 1}`)).headers.get("location"));
    const { key } = JSON.parse(Buffer.from(location.split("/_objects/")[1]?.split(".")[0] ?? "", "base64url").toString());
    expect((await app.objects.open(key))?.size).toBe(MAX_FILE_BYTES + 1);
    app.setClock({ advance: 3_700_000 });
    await sweepAndAct(app);
    expect(await app.objects.open(key)).toBeUndefined();
    app.setClock({ reset: true });
  });
});

describe("the document", () => {
  it("describes forms for operations that take one", () => {
    const { paths } = buildOpenApiDocument([sendOperation, jsonOnlyOperation], "https://crm.example") as {
      paths: Record<string, { post: { requestBody: { content: Record<string, { schema: { properties: object } }> } } }>;
    };
    const findContent = (path: string) => paths[`/api/v1/uploads/${path}`]?.post.requestBody.content ?? {};
    expect(Object.keys(findContent("no-file"))).toEqual(["application/json"]);
    const form = findContent("test-file")["multipart/form-data"];
    expect(form).toMatchObject({
      schema: { properties: { file: { type: "string", format: "binary" }, dry_run: { type: "boolean" } }, required: ["file"] },
      encoding: { mapping: { contentType: "application/json" } },
    });
    expect(JSON.stringify(findContent("test-file")["application/json"])).not.toContain("binary");
  });
});

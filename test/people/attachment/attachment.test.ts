import {
  detectContentType,
  findContentFault,
  findFileFault,
  parseExtension,
} from "@crm/core/people/attachment/attachment.rules.ts";
import { RESTORE_SECONDS } from "@crm/core/people/attachment/attachment.ts";
import { READ_SECONDS, USE_SECONDS } from "@crm/core/platform/upload/upload.rules.ts";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { callOperation } from "../../platform/export/export-client.ts";
import { addUser, newLead, signIn, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let lead: string;
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  lead = (await tenant.admin.createLead(newLead({ owner_id: tenant.userId }))).data.id;
  server = await startServer(app, 0);
});
afterAll(async () => {
  await server.close();
  await app.stop();
});
afterEach(() => app.setClock({ reset: true }));

const pdf = Buffer.from("%PDF-1.7\nHello\n");

/** Stores an upload with these bytes and returns its id. */
async function storeUpload(bytes: Buffer = pdf, file_name = "Offer.pdf", content_type = "application/pdf"): Promise<string> {
  const { data } = await tenant.admin.createUpload({ file_name, content_type, size: bytes.length });
  await app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, bytes);
  return data.upload_id;
}

const createAttachment = async (more: object = {}) =>
  (await tenant.admin.createAttachment({ related_to_id: lead, upload_id: await storeUpload(), ...more })).data;
const isStored = async (upload: string) => (await app.objects.open(`${tenant.id}/attachments/${upload}`)) !== undefined;
const advanceClock = (seconds: number) => app.setClock({ advance: seconds * 1000 });
const runSweep = async () => {
  await app.scheduler.run("due");
  await app.settle();
};

describe("an attachment", () => {
  it("is a copy of an upload, stays when the upload is deleted, and is fetched by a temporary link", async () => {
    const createdAttachment = await createAttachment({
      document_type_id: "contract",
      category_id: "legal",
      description: "Signed",
    });
    expect(createdAttachment).toMatchObject({
      related_to_type: "lead",
      file_name: "Offer.pdf",
      file_size: pdf.length,
      file_type: "application/pdf",
    });
    await expect(
      tenant.admin.createAttachment({ related_to_id: lead, upload_id: createdAttachment.upload_id }),
    ).rejects.toMatchObject({
      status: 409,
    });
    advanceClock(READ_SECONDS + 60);
    await runSweep();
    expect(await app.objects.open(`${tenant.id}/uploads/${createdAttachment.upload_id}`)).toBeUndefined();
    const { access_token } = await signIn(app, tenant);
    const answer = await callOperation(app, access_token, "getAttachmentFile", { id: createdAttachment.id });
    expect(answer.status).toBe(303);
    const file = await fetch(String(answer.headers.location));
    expect(Buffer.from(await file.arrayBuffer())).toEqual(pdf);
    expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename="Offer.pdf"/);
    expect(file.headers.get("x-content-type-options")).toBe("nosniff");
    advanceClock(6 * 60);
    expect((await fetch(String(answer.headers.location))).status).toBe(403);
  });

  it("must fit its document type, also when it is renamed", async () => {
    const upload_id = await storeUpload(pdf, "run.exe", "application/octet-stream");
    const input = { related_to_id: lead, upload_id, document_type_id: "invoice" };
    await expect(tenant.admin.createAttachment(input)).rejects.toMatchObject({
      status: 400,
      details: [{ field: "upload_id" }],
    });
    const { data } = await tenant.admin.createAttachment({ ...input, file_name: "May.pdf" });
    expect(data).toMatchObject({ file_name: "May.pdf", file_type: "application/pdf" });
    await expect(tenant.admin.updateAttachment({ id: data.id, file_name: "May.exe" })).rejects.toMatchObject({ status: 400 });
    expect(
      (await tenant.admin.updateAttachment({ id: data.id, document_type_id: null, file_name: "May.bin" })).data.file_name,
    ).toBe("May.bin");
  });

  it("must have the content that its declared type and its name say, also when it is renamed", async () => {
    const page = Buffer.from("<!doctype html><script>alert(1)</script>");
    const png = Buffer.from("\x89PNG\r\n\x1a\n....", "latin1");
    const create = async (bytes: Buffer, file_name: string, content_type: string, more: object = {}) =>
      tenant.admin.createAttachment({
        ...{ related_to_id: lead, upload_id: await storeUpload(bytes, file_name, content_type) },
        ...more,
      });
    const reject = (message: string) => ({ status: 400, details: [{ field: "upload_id", message }] });
    const fix = "send the file again with the type and name of its content";
    await expect(create(page, "Logo.png", "image/png")).rejects.toMatchObject(
      reject(`The content is text, but the type image/png means a picture: ${fix}`),
    );
    await expect(create(page, "Logo.PNG", "application/octet-stream")).rejects.toMatchObject(
      reject(`The content is text, but the extension .png means a picture: ${fix}`),
    );
    await expect(create(page, "Page.txt", "text/plain", { file_name: "Page.pdf" })).rejects.toMatchObject(
      reject(`The content is text, but the extension .pdf means a PDF: ${fix}`),
    );
    const { data } = await create(png, "Logo.png", "image/png");
    await expect(tenant.admin.updateAttachment({ id: data.id, file_name: "Logo.pdf" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "file_name", message: "The file is a picture: its name must not end as the name of a PDF" }],
    });
    expect((await tenant.admin.updateAttachment({ id: data.id, file_name: "Logo 2.jpg" })).data.file_name).toBe("Logo 2.jpg");
  });

  it("is restored with its file for 30 days after its deletion, and not later", async () => {
    const [back, expiredAttachment] = [await createAttachment(), await createAttachment()];
    for (const { id } of [back, expiredAttachment]) await tenant.admin.deleteAttachment({ id });
    advanceClock(RESTORE_SECONDS - 60);
    await runSweep();
    tenant.token = (await signIn(app, tenant)).access_token;
    expect((await callOperation(app, tenant.token, "restoreAttachment", { id: back.id })).status).toBe(200);
    advanceClock(2 * 60 * 60);
    await runSweep();
    tenant.token = (await signIn(app, tenant)).access_token;
    expect([await isStored(back.upload_id), await isStored(expiredAttachment.upload_id)]).toEqual([true, false]);
    expect((await callOperation(app, tenant.token, "restoreAttachment", { id: expiredAttachment.id })).status).toBe(422);
    expect((await callOperation(app, tenant.token, "getAttachmentFile", { id: back.id })).status).toBe(303);
  });

  it("leaves no file behind if it was not created", async () => {
    const upload = await storeUpload();
    await app.objects.write(`${tenant.id}/attachments/${upload}`, pdf);
    advanceClock(USE_SECONDS + 2 * 60 * 60);
    await runSweep();
    expect(await isStored(upload)).toBe(false);
  });

  it("is visible with its record, and hidden otherwise", async () => {
    const { id } = await createAttachment();
    await app.settle();
    expect((await tenant.admin.listAttachments({ related_to_id: lead })).data.map((attachment) => attachment.id)).toContain(id);
    expect((await rep.client.listAttachments({ related_to_id: lead })).data).toEqual([]);
    expect((await rep.client.listAttachments()).data).toEqual([]);
    expect((await callOperation(app, rep.token, "getAttachmentFile", { id })).status).toBe(404);
    const upload_id = await storeUpload();
    await expect(rep.client.createAttachment({ related_to_id: lead, upload_id })).rejects.toMatchObject({ status: 400 });
  });

  it("of a private note is visible to its author and administrators only", async () => {
    const director = await addUser(app, tenant, "DIRECTOR");
    const { data: note } = await tenant.admin.createNote({ related_to_id: lead, content: "Between us", is_private: true });
    const { id } = await createAttachment({ related_to_id: note.id });
    await expect(director.client.getAttachment({ id })).rejects.toMatchObject({ status: 404 });
    expect((await director.client.listAttachments({ limit: 100 })).data.map((attachment) => attachment.id)).not.toContain(id);
    expect((await director.client.listAttachments({ related_to_id: lead })).data.length).toBeGreaterThan(0);
  });
});

it.each([
  [pdf, "application/octet-stream", "application/pdf"],
  [Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), "image/jpeg", "image/png"],
  [Buffer.from("<script>alert(1)</script>"), "application/pdf", "text/plain"],
  [Buffer.from("a,b\n1,2\n"), "text/csv", "text/csv"],
  [Buffer.from([0, 1, 2, 3]), "image/png", "application/octet-stream"],
  [Buffer.from([0x50, 0x4b, 3, 4, 0]), "application/zip", "application/zip"],
])("content %j, declared as %s, is detected as %s", (bytes, declaredType, expectedType) =>
  expect(detectContentType(bytes, declaredType)).toBe(expectedType),
);

it.each([
  ["\x89PNG\r\n\x1a\n", "a.jpg", "image/jpeg", true],
  ["RIFF\0\0\0\0WEBP", "a.webp", "image/webp", true],
  ["\xef\xbb\xbf\n%PDF-1.7", "a.pdf", "application/pdf", true],
  ["PK\x03\x04....", "a.docx", "application/msword", true],
  ["{\\rtf1 Hello", "a.doc", "application/msword", true],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "application/msword", true],
  ["\xfe\xff\0a", "a.csv", "text/csv", true],
  ["\x01\x02", "a.txt", "text/plain", true],
  ["\x01\x02", "a.bin", "application/octet-stream", true],
  ["<html>", "a.html", "application/octet-stream", true],
  ["\x01\x02", "a.png", "image/png", false],
  ["<html>%PDF-", "a.pdf", "application/pdf", false],
  ["%PDF-1.7", "a.png", "image/png", false],
  ["%PDF-1.7", "a.csv", "text/csv", false],
  ["PK\x03\x04....", "a.pdf", "application/octet-stream", false],
  ["MZ\x90", "a.docx", "application/zip", false],
])("content %j named %s and declared as %s fits: %s", (content, file_name, content_type, fits) => {
  const fault = findContentFault(Buffer.from(content, "latin1"), { file_name, content_type });
  expect(fault === undefined).toBe(fits);
});

it("a document type limits extension and size, in any letter case", () => {
  expect(["A.PDF", "b", "c.tar.gz"].map(parseExtension)).toEqual(["pdf", "", "gz"]);
  const findFault = (file_name: string, size: number) =>
    findFileFault({ file_name, size }, { name: "Quote", file_extensions: ["pdf"], max_size_mb: 1 });
  expect([findFault("a.PDF", 1024 * 1024), findFault("a.pdf", 1024 * 1024 + 1), findFault("a.exe", 1)]).toEqual([
    undefined,
    "A quote must be at most 1 MB",
    "The name of a quote must end in one of .pdf",
  ]);
});

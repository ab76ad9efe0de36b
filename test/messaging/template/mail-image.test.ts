import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requestPage } from "../../agreements/share-link/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** The library of images for mails (docs/messaging/mail-images.md). */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const PNG_HEAD = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
/** A PNG of this size, as far as its head says it. */
const buildPng = (width: number, height: number, length = 64): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes.write(PNG_HEAD, "latin1");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};
const GIF = Buffer.from("GIF89a\x0a\0\x14\0", "latin1");

async function upload(bytes: Uint8Array, owner = tenant, file_name = "boat.png"): Promise<string> {
  const { data } = await owner.admin.createUpload({ file_name, content_type: "image/png", size: bytes.length });
  await app.objects.write(`${owner.id}/uploads/${data.upload_id}`, bytes);
  return data.upload_id;
}

it("an image is uploaded once, and readers of mails see it without sign-in, also for 30 days after it was deleted", async () => {
  const bytes = buildPng(1200, 630);
  const { data: image } = await tenant.admin.createMailImage({
    name: "Boat",
    alt: "A white boat",
    upload_id: await upload(bytes),
  });
  expect(image).toMatchObject({ name: "Boat", alt: "A white boat", format: "png", width: 1200, height: 630, file_size: 64 });
  expect(image).not.toHaveProperty("secret");
  await app.settle();
  expect((await tenant.admin.listMailImages({ search: "boa" })).data).toMatchObject([{ id: image.id, url: image.url }]);
  const shown = await requestPage(app, image.url);
  expect(shown).toMatchObject({ status: 200, headers: { "content-type": "image/png" } });
  // The address has 144 random bits beside the id.
  const [, secret = ""] = /images\/mim_\w+\/([\w-]{24})$/.exec(image.url) ?? [];
  const wrong = `${secret.startsWith("A") ? "B" : "A"}${secret.slice(1)}`;
  const other = await signUp(app);
  for (const url of [
    image.url.replace(secret, wrong),
    image.url.replace(secret, ""),
    image.url.replace(tenant.id, other.id),
    image.url.replace(image.id, "mim_000000000000000000"),
  ])
    expect((await requestPage(app, url)).status).toBe(404);
  await expect(other.admin.getMailImage({ id: image.id })).rejects.toMatchObject({ status: 404 });
  expect((await other.admin.listMailImages({})).data).toEqual([]);
  await tenant.admin.updateMailImage({ id: image.id, alt: null });
  await tenant.admin.deleteMailImage({ id: image.id });
  expect((await tenant.admin.listMailImages({})).data).toEqual([]);
  expect((await requestPage(app, image.url)).status).toBe(200);
});

it.each([
  ["text", Buffer.from("<svg/>")],
  ["more than 2 MB", buildPng(10, 10, 2 * 1024 * 1024 + 1)],
  ["more than 4,000 pixels", buildPng(4001, 10)],
  ["no size", buildPng(0, 0)],
])("an image of %s is refused", async (_, bytes) => {
  const upload_id = await upload(bytes);
  await expect(tenant.admin.createMailImage({ name: "Boat", upload_id })).rejects.toMatchObject({
    ...{ status: 400, details: [{ field: "upload_id" }] },
  });
  // The upload can be used elsewhere.
  expect((await tenant.admin.getUpload({ id: upload_id })).data.status).not.toBe("USED");
});

it("marketers add images, and others read them", async () => {
  const [marketer, rep] = [await addUser(app, tenant, "MARKETER"), await addUser(app, tenant, "SALES_REP")];
  const { data } = await marketer.client.createUpload({
    file_name: "a.gif",
    content_type: "image/gif",
    size: GIF.length,
  });
  await app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, GIF);
  const input = { name: "Dot", upload_id: data.upload_id };
  await expect(rep.client.createMailImage(input)).rejects.toMatchObject({ status: 403 });
  const { data: image } = await marketer.client.createMailImage(input);
  expect((await rep.client.getMailImage({ id: image.id })).data).toMatchObject({ format: "gif", width: 10, height: 20 });
});

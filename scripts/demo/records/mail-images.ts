import { type DemoContext, type DemoRecords, fetchOk } from "../context.ts";

export const records: DemoRecords = { after: ["files"], create: createImage };

/** A picture of one pixel in the color of the sea. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==",
  "base64",
);

/** Puts a picture into the library of images for mails. */
async function createImage({ admin, runOnce: runStep, unjournaledAdmin }: DemoContext): Promise<void> {
  const upload_id = await runStep("image", async () => {
    const about = { file_name: "harbour.png", content_type: "image/png", size: PICTURE.length };
    const { data: to } = await unjournaledAdmin.createUpload(about);
    await fetchOk(to.url, { method: to.method, headers: to.headers, body: PICTURE });
    return to.upload_id;
  });
  await admin.createMailImage({ name: "Harbour", alt: "The harbour in the morning", upload_id });
}

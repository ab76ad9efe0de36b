import { randomBytes, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { invalid, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { IdInput, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { MAX_IMAGE_HEAD_BYTES } from "../../lib/image/image-size.rules.ts";
import { runAsTenant } from "../../platform/auth/session.ts";
import { runAsVisitor } from "../../platform/sign-in/visitor.ts";
import { TENANT } from "../../platform/tenant/tenant.kind.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Upload } from "../../platform/upload/upload.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { fields, MailImages, Stored } from "./mail-image.entity.ts";
import { MAIL_IMAGE } from "./mail-image.kind.ts";
import { checkImage } from "./mail-image.rules.ts";

/** The library of images for mails: uploaded once, and shown to readers at an address that cannot be guessed (docs/messaging/mail-images.md). */

export const Info = Stored.omit({ secret: true });
export const Row = rowSchema(Info, MailImages.definition.row);

export const list = fn(listSchema(MailImages, {}), (input) => listRecords(MailImages, buildListQuery(MailImages, input)));

const SECRET_BYTES = 18;

/** Adds an uploaded image to the library. */
export const create = fn(
  z.strictObject({ ...fields, upload_id: text(64).describe("Id of an uploaded file that no record uses yet") }),
  ({ upload_id, ...input }) =>
    retryOnConflict(async () => {
      const { source } = await Upload.inspect(upload_id);
      const file = checkImage(await collectBytes(source.read(0, Math.min(source.size, MAX_IMAGE_HEAD_BYTES))), source.size);
      if (typeof file === "string") throw invalid("upload_id", file);
      const tx = transaction();
      const kept = await Upload.keep(upload_id, "image for mails", tx, ({ file_name, size }) => ({ file_name, file_size: size }));
      const secret = randomBytes(SECRET_BYTES).toString("base64url");
      const draft = Records.init(MailImages, { ...toStoredFields(fields, input), ...kept, ...file, upload_id, secret, url: "" });
      const image = { ...draft, url: `${usePorts().origin}/brand/${useTenant()}/images/${draft.id}/${secret}` };
      return tx.create(MailImages, image).commit(image);
    }),
);

export const get = fn(IdInput, ({ id }) => Records.read(MailImages, id));

export const update = fn(patchSchema(fields).extend(IdInput.shape), ({ id, ...patch }) =>
  Records.change(MailImages, id, (current) => ({ ...current, ...toStoredPatch(fields, patch) })),
);

/** Seconds after the deletion for which readers of mails still see the image. */
const RELEASE_SECONDS = 30 * 24 * 60 * 60;

export const remove = fn(IdInput, ({ id }) =>
  Records.remove(MailImages, id, async (current, tx) => {
    await Upload.release(current.upload_id, RELEASE_SECONDS, tx);
    return current;
  }),
);

/** Requests a minute: from one address, and in total. Mail programs load images through few servers and keep them. */
const LIMITS = [600, 12_000] as const;

const Show = z.object({ tenant: text(64), image: text(64), secret: text(64) });

/**
 * Returns an image for the reader of a mail, without sign-in. Throws the same NOT_FOUND for an unknown tenant, an image of another tenant, and a wrong
 * address.
 */
export const show = fn(Show, async ({ tenant, image: id, secret }) => {
  if (!isId(tenant, TENANT) || !isId(id, MAIL_IMAGE)) throw notFound();
  return runAsTenant(tenant, async () => {
    const [tenant, image] = await Promise.all([Tenant.get({}), Records.load(MailImages, id)]);
    if (!image || !isSame(image.secret, secret)) throw notFound();
    return runAsVisitor(
      tenant,
      { authority: "brand", actor: "system:brand", rateLimitKey: "mail_image", limits: LIMITS },
      async () => {
        const source = await usePorts().objects.open(Upload.permanentKey(image.upload_id));
        if (!source) throw notFound();
        return { bytes: await collectBytes(source.read()), content_type: `image/${image.format}` };
      },
    );
  });
});

const isSame = (expected: string, given: string): boolean =>
  expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));

export * as MailImage from "./mail-image.ts";

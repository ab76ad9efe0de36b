import { attachmentGrants } from "@crm/core/attachment/attachment.domain.ts";
import { Attachment } from "@crm/core/attachment/attachment.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { linkAnswer } from "../http/file.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { exporting } from "./files.ts";
import { aboutLinks } from "./links.ts";
import { listing } from "./listing.ts";

const { read, write } = attachmentGrants;
const shown = { tag: "Attachments", links: aboutLinks("/attachments") } as const;
const record = { ...shown, output: recordOf("Attachment", Attachment.Info), kind: "record" } as const;
const one = "/attachments/{id}";

const operations = [
  ...listing({
    name: "listAttachments",
    path: "/attachments",
    access: read,
    summary: "List attachments",
    verb: Attachment.list,
    output: recordOf("AttachmentRow", Attachment.Row),
    ...shown,
  }),
  operation({
    name: "createAttachment",
    method: "POST",
    path: "/attachments",
    access: write,
    summary: "Attach a file that was uploaded to a record",
    verb: Attachment.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getAttachment",
    method: "GET",
    path: one,
    access: read,
    summary: "Read an attachment",
    verb: Attachment.get,
    ...record,
  }),
  operation({
    name: "getAttachmentFile",
    method: "GET",
    path: `${one}/file`,
    tag: "Attachments",
    access: read,
    summary: "Get the file of an attachment",
    description: "A 303 to a link that ends soon, under which the file is saved.",
    verb: fn(Attachment.file.schema, async (input) => linkAnswer(await Attachment.file(input))),
    kind: "raw",
    status: 303,
  }),
  operation({
    name: "updateAttachment",
    method: "PATCH",
    path: one,
    access: write,
    summary: "Change what is said of an attachment",
    verb: Attachment.update,
    ...record,
  }),
  operation({
    name: "deleteAttachment",
    method: "DELETE",
    path: one,
    access: write,
    summary: "Delete an attachment",
    description: "It can be restored for 30 days; then its file is gone.",
    verb: Attachment.remove,
    ...record,
  }),
  operation({
    name: "restoreAttachment",
    method: "POST",
    path: `${one}/restore`,
    access: write,
    summary: "Bring back a deleted attachment",
    verb: Attachment.restore,
    ...record,
  }),
  exporting(
    "exportAttachments",
    "attachments",
    "Attachments",
    read,
    Attachment.list.schema,
    async () => (await import("@crm/core/attachment/attachment.export.ts")).attachments,
  ),
] as const;

/** What attachments are of is of any kind; their bytes are copied from where an upload has them. */
export const attachments = serves(operations, {
  uses: ["domains", "objects:uploads:get", "objects:attachments:put", "objects:attachments:get"],
});

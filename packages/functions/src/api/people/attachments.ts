import { fn } from "@crm/core/kernel/fn.ts";
import { attachmentGrants } from "@crm/core/people/attachment/attachment.kind.ts";
import { Attachment } from "@crm/core/people/attachment/attachment.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { downloadLinkResponse } from "../../http/file-response.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { attachmentLinks } from "./links.ts";

const { read, write } = attachmentGrants;
const commonOptions = { tag: "Attachments", links: attachmentLinks } as const;
const record = { ...commonOptions, output: recordSchema("Attachment", Attachment.Info), kind: "record" } as const;
const recordPath = "/attachments/{id}";

const operations = [
  ...buildListOperations({
    name: "listAttachments",
    path: "/attachments",
    access: read,
    summary: "List attachments",
    verb: Attachment.list,
    output: recordSchema("AttachmentRow", Attachment.Row),
    ...commonOptions,
  }),
  operation({
    name: "createAttachment",
    method: "POST",
    path: "/attachments",
    access: write,
    summary: "Attach an uploaded file to a record",
    verb: Attachment.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getAttachment",
    method: "GET",
    path: recordPath,
    access: read,
    summary: "Read an attachment",
    verb: Attachment.get,
    ...record,
  }),
  operation({
    name: "getAttachmentFile",
    method: "GET",
    path: `${recordPath}/file`,
    tag: "Attachments",
    access: read,
    summary: "Get the file of an attachment",
    description: "Returns 303 with a short-lived download link.",
    verb: fn(Attachment.locateFile.schema, async (input) => downloadLinkResponse(await Attachment.locateFile(input))),
    kind: "raw",
    status: 303,
  }),
  operation({
    name: "updateAttachment",
    method: "PATCH",
    path: recordPath,
    access: write,
    summary: "Change fields of an attachment",
    verb: Attachment.update,
    ...record,
  }),
  operation({
    name: "deleteAttachment",
    method: "DELETE",
    path: recordPath,
    access: write,
    summary: "Delete an attachment",
    description: "Can be restored for 30 days; then the file is deleted.",
    verb: Attachment.remove,
    ...record,
  }),
  operation({
    name: "restoreAttachment",
    method: "POST",
    path: `${recordPath}/restore`,
    access: write,
    summary: "Restore a deleted attachment",
    verb: Attachment.restore,
    ...record,
  }),
  buildExportOperation("exportAttachments", "attachments", "Attachments", read, Attachment.listDefinition),
] as const;

/** Attachments can belong to records of any kind, so the function needs all domains. Their bytes are copied from an upload. */
export const attachments = defineApiFunction(operations, {
  uses: ["domains", "objects:uploads:get", "objects:attachments:put", "objects:attachments:get", "objects:records:get"],
});

import { MailImage } from "@crm/core/messaging/mail-image/mail-image.ts";
import { messageTemplateGrants } from "@crm/core/messaging/template/message-template.kind.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";

const { read, write } = messageTemplateGrants;
const tag = "Mail images";
const path = "/mail-images";
const recordPath = `${path}/{id}`;
const links = linksFrom({ self: "/mail-images/{id}" });
const record = { tag, output: recordSchema("MailImage", MailImage.Info), kind: "record", links } as const;

/** Operations on the library of images, which belong to the function of templates. */
export const mailImageOperations = [
  operation({
    name: "listMailImages",
    method: "GET",
    path,
    tag,
    access: read,
    summary: "List the images of the library for mails",
    verb: MailImage.list,
    output: recordSchema("MailImageRow", MailImage.Row),
    kind: "list",
    links,
  }),
  operation({
    name: "createMailImage",
    method: "POST",
    path,
    access: write,
    summary: "Add an uploaded image to the library for mails",
    description:
      "A PNG, JPEG or GIF of at most 2 MB and 4,000 pixels. `url` is its address for mails, which needs no sign-in and cannot be guessed.",
    verb: MailImage.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "getMailImage",
    method: "GET",
    path: recordPath,
    access: read,
    summary: "Read an image of the library for mails",
    verb: MailImage.get,
    ...record,
  }),
  operation({
    name: "updateMailImage",
    method: "PATCH",
    path: recordPath,
    access: write,
    summary: "Change name and text of an image",
    description: "Changes only the named fields; `null` clears one.",
    verb: MailImage.update,
    ...record,
  }),
  operation({
    name: "deleteMailImage",
    method: "DELETE",
    path: recordPath,
    access: write,
    summary: "Delete an image of the library for mails",
    description: "Mails that contain it show it for 30 more days.",
    verb: MailImage.remove,
    ...record,
  }),
] as const;

import { uploadGrants } from "@crm/core/platform/upload/upload.kind.ts";
import { Upload } from "@crm/core/platform/upload/upload.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { Links, operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";

const operations = [
  operation({
    name: "createUpload",
    method: "POST",
    path: "/uploads",
    tag: "Uploads",
    access: uploadGrants.write,
    summary: "Announce a file, and get its upload URL",
    description:
      "Send exactly the announced bytes to `url` with `method` and `headers`, within an hour and once. Then use `upload_id` in another request within a day.",
    verb: Upload.create,
    output: Upload.UploadTarget.extend({ links: Links }),
    status: 201,
    links: linksFrom({ self: "/uploads/{upload_id}" }),
  }),
  operation({
    name: "getUpload",
    method: "GET",
    path: "/uploads/{id}",
    tag: "Uploads",
    access: uploadGrants.write,
    summary: "Read the state of an upload",
    description: "Only for the user who announced it, and administrators.",
    verb: Upload.get,
    output: recordSchema("Upload", Upload.Info),
    kind: "record",
    links: linksFrom({ self: "/uploads/{id}" }),
  }),
];

export const uploads = defineApiFunction(operations, { uses: ["objects:uploads:put", "objects:uploads:get"] });

import { uploadGrants } from "@crm/core/upload/upload.domain.ts";
import { Uploads } from "@crm/core/upload/upload.entity.ts";
import { Upload } from "@crm/core/upload/upload.ts";
import { serves } from "../http/function.ts";
import { Links, operation, recordOf } from "../http/operation.ts";
import { linksOf } from "./links.ts";

const uploadLinks = linksOf(Uploads);

const operations = [
  operation({
    name: "createUpload",
    method: "POST",
    path: "/uploads",
    tag: "Uploads",
    access: uploadGrants.write,
    summary: "Announce a file, and learn where its bytes go",
    description:
      "Send exactly the announced bytes to `url` with `method` and `headers`, within an hour and once; then name `upload_id` to what shall read them, within a day.",
    verb: Upload.create,
    output: Upload.Announced.extend({ links: Links }),
    status: 201,
    links: ({ upload_id }) => uploadLinks({ id: String(upload_id) }),
  }),
  operation({
    name: "getUpload",
    method: "GET",
    path: "/uploads/{id}",
    tag: "Uploads",
    access: uploadGrants.write,
    summary: "Read what became of a file",
    description: "For who announced it, and administrators.",
    verb: Upload.get,
    output: recordOf("Upload", Upload.Info),
    kind: "record",
    links: uploadLinks,
  }),
];

export const uploads = serves(operations, { uses: ["objects:uploads:put", "objects:uploads:get"] });

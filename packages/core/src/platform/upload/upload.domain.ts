import { domain } from "../../kernel/domain.ts";
import { UPLOAD, uploadGrants } from "./upload.kind.ts";

export const upload = domain({
  name: "upload",
  kinds: [UPLOAD],
  grants: [uploadGrants],
  subscribers: {
    uploads: {
      basis: "release",
      events: ["upload.expiry_due"],
      uses: ["objects:uploads:delete", "objects:attachments:delete"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./upload.ts")).onExpiry,
    },
  },
});

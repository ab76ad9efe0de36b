import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { grants, leaders } from "../kernel/permission.ts";

export const UPLOAD = kind("upload", "upl", {
  path: "/uploads",
  alone: true,
  load: () => import("./upload.entity.ts"),
  shown: { icon: "paperclip" },
});

export const uploadGrants = grants("upload", {
  write: [...leaders, "SALES_REP", "MARKETER", "SUPPORT_AGENT", "USER"],
});

export const upload = domain({
  name: "upload",
  kinds: [UPLOAD],
  grants: [uploadGrants],
  listens: {
    uploads: {
      events: ["upload.expiry_due"],
      uses: ["objects:uploads:delete", "objects:attachments:delete"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./upload.ts")).onExpiry,
    },
  },
});

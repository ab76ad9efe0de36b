import { aboutPerson, type PersonalData } from "../personal-data/declaration.ts";
import type { UploadRecord } from "./upload.entity.ts";

export const upload: PersonalData<UploadRecord> = {
  purpose: "Receive files before a record refers to them.",
  subject: aboutPerson(),
  fields: {
    file_name: "free_text",
    content_type: "none",
    size: "none",
    status: "none",
    expires_at: "none",
    detected_type: "none",
    sha256: "none",
    used_for: "none",
    used_at: "none",
    kept_until: "none",
  },
  retention: "Unused files are deleted after their `expires_at`; used files live as long as the record that uses them.",
};

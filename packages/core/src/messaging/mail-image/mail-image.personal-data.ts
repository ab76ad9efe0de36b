import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { MailImageRecord } from "./mail-image.entity.ts";

export const mailImage: PersonalData<MailImageRecord> = {
  purpose: "Keep images for mails.",
  subject: undefined,
  fields: {
    name: "none",
    alt: "none",
    upload_id: "none",
    file_name: "none",
    file_size: "none",
    format: "none",
    width: "none",
    height: "none",
    url: "none",
    secret: "none",
  },
};

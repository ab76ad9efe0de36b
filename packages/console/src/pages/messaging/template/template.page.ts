import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const messageTemplate = definePage({
  kind: "message_template",
  creation: { form: part(() => import("./new-template.tsx"), "NewTemplate") },
  record: {
    frame: part(() => import("./mail-parts.tsx"), "MailParts"),
    shows: {
      fields: ["subject", "body_html", "body_text", "blocks"],
      fieldsWhen: (record) => record.channel !== "SMS",
    },
  },
});

import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const emailSend = definePage({
  kind: "email_send",
  routes: {
    "campaigns/email": part(() => import("./email-page.tsx"), "EmailCampaignsPage"),
  },
  areaPaths: { "/crm/campaigns/email": "/crm/email-sends" },
  creation: { form: part(() => import("./new-send.tsx"), "NewSend") },
  record: { frame: part(() => import("./send-parts.tsx"), "SendParts"), shows: { fields: ["content", "left_out"] } },
});

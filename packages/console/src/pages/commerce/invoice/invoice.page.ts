import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const invoice = definePage({
  kind: "invoice",
  record: { timelineInstant: "sent_at" },
  list: { display: { mode: "ageing", view: part(() => import("./ageing-view.tsx"), "AgeingView") } },
  dialogs: { sendInvoice: part(() => import("../../agreements/share-link/send-dialog.tsx"), "SendDialog") },
});

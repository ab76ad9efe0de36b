import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const form = part(() => import("./proposal-form-page.tsx"), "ProposalFormPage");

export const proposal = definePage({
  kind: "proposal",
  routes: { "proposals/create": form, "proposals/add": form, "proposals/edit/$id": form },
  creation: { page: "/crm/proposals/create" },
  dialogs: {
    sendProposal: part(() => import("../share-link/send-dialog.tsx"), "SendDialog"),
    submitProposal: part(() => import("../approval/submit-dialog.tsx"), "SubmitDialog"),
  },
  record: {
    timelineInstant: "status_changed_at",
    frame: part(() => import("../quote/document-parts.tsx"), "DocumentParts"),
    isOverviewFirst: true,
    shows: { fields: ["sections"] },
  },
});

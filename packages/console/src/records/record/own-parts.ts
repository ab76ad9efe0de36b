import { type ComponentType, lazy, type ReactNode } from "react";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Action, Field, Kind } from "../../api/schema.ts";
import { CommentsRead, MessagesRead } from "../comments/thread-reads.ts";

/** Parts of the page of a record that some kinds have in a form of their own. Their code is loaded with the page of such a record. */

interface PartProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

const SellingParts = lazy(() =>
  import("../../pages/sales/opportunity/record-parts.tsx").then(({ SellingParts: parts }) => ({ default: parts })),
);

/** Around the parts that every record has, which stand in `details`. */
export const kindFrames: Readonly<Record<string, ComponentType<PartProps & { readonly details: ReactNode }>>> = {
  approval: lazy(() =>
    import("../../pages/agreements/approval/approval-parts.tsx").then(({ ApprovalParts: parts }) => ({ default: parts })),
  ),
  campaign: lazy(() =>
    import("../../pages/engagement/campaign/campaign-parts.tsx").then(({ CampaignParts: parts }) => ({ default: parts })),
  ),
  customer: lazy(() =>
    import("../../pages/accounts/customer/customer-parts.tsx").then(({ CustomerParts: parts }) => ({ default: parts })),
  ),
  contract: lazy(() =>
    import("../../pages/agreements/contract/contract-parts.tsx").then(({ ContractParts: parts }) => ({ default: parts })),
  ),
  contract_template: lazy(() =>
    import("../../pages/agreements/contract-template/template-parts.tsx").then(({ TemplateParts: parts }) => ({
      default: parts,
    })),
  ),
  conversation: lazy(() =>
    import("../../pages/service/conversation/conversation-parts.tsx").then(({ ConversationParts: parts }) => ({
      default: parts,
    })),
  ),
  email_send: lazy(() =>
    import("../../pages/engagement/email-send/send-parts.tsx").then(({ SendParts: parts }) => ({ default: parts })),
  ),
  opportunity: SellingParts,
  lead: SellingParts,
  contact: SellingParts,
  deal: SellingParts,
  form: lazy(() =>
    import("../../pages/sales/web-form/web-form-parts.tsx").then(({ WebFormParts: parts }) => ({ default: parts })),
  ),
  message_template: lazy(() =>
    import("../../pages/messaging/template/mail-parts.tsx").then(({ MailParts: parts }) => ({ default: parts })),
  ),
  segment: lazy(() =>
    import("../../pages/engagement/segment/segment-parts.tsx").then(({ SegmentParts: parts }) => ({ default: parts })),
  ),
  contact_list: lazy(() =>
    import("../../pages/engagement/segment/segment-parts.tsx").then(({ SegmentParts: parts }) => ({ default: parts })),
  ),
  order: lazy(() => import("../../pages/commerce/order/order-parts.tsx").then(({ OrderParts: parts }) => ({ default: parts }))),
  ticket: lazy(() =>
    import("../../pages/service/ticket/ticket-parts.tsx").then(({ TicketParts: parts }) => ({ default: parts })),
  ),
  price_book: lazy(() =>
    import("../../pages/sales/product/catalog-parts.tsx").then(({ CatalogParts: parts }) => ({ default: parts })),
  ),
  product: lazy(() =>
    import("../../pages/sales/product/catalog-parts.tsx").then(({ CatalogParts: parts }) => ({ default: parts })),
  ),
  quote: lazy(() =>
    import("../../pages/agreements/quote/document-parts.tsx").then(({ DocumentParts: parts }) => ({ default: parts })),
  ),
  proposal: lazy(() =>
    import("../../pages/agreements/quote/document-parts.tsx").then(({ DocumentParts: parts }) => ({ default: parts })),
  ),
  workflow: lazy(() =>
    import("../../pages/engagement/workflow/workflow-parts.tsx").then(({ WorkflowParts: parts }) => ({ default: parts })),
  ),
};

/** Kinds whose frame begins with the parts that every record has. */
export const overviewFirstKinds: ReadonlySet<string> = new Set([
  "campaign",
  "contact",
  "contract",
  "customer",
  "deal",
  "lead",
  "opportunity",
  "order",
  "proposal",
  "quote",
]);

/** What the part around a record reads besides, while the record is read. They are loaded with every record, so they have no other code. */
export const kindReads: Readonly<Record<string, ComponentType<{ readonly kind: Kind; readonly id: string }>>> = {
  conversation: MessagesRead,
  ticket: CommentsRead,
};

/** Beside the button that creates a record in the head of a list: other ways to create one. */
export const kindCreations: Readonly<Record<string, ComponentType<{ readonly kind: Kind }>>> = {
  campaign: lazy(() =>
    import("../../pages/engagement/campaign/template-button.tsx").then(({ TemplateButton: button }) => ({ default: button })),
  ),
  ticket: lazy(() =>
    import("../../pages/service/ticket/ticket-button.tsx").then(({ TicketButton: button }) => ({ default: button })),
  ),
  import: lazy(() => import("../import/import-link.tsx").then(({ ImportStartButton: button }) => ({ default: button }))),
};

/** In place of the tables of a record. */
export const kindTables: Readonly<Record<string, ComponentType<PartProps>>> = {
  workflow_enrollment: lazy(() =>
    import("../../pages/engagement/workflow/enrollment-history.tsx").then(({ EnrollmentHistory: history }) => ({
      default: history,
    })),
  ),
};

type ActionDialog = ComponentType<PartProps & { readonly action: Action; readonly onClose: () => void }>;

const mergeDialog: ActionDialog = lazy(() =>
  import("../merging/merge-dialogs.tsx").then(({ MergeDialog: dialog }) => ({ default: dialog })),
);
const sendDialog: ActionDialog = lazy(() =>
  import("../../pages/agreements/share-link/send-dialog.tsx").then(({ SendDialog: dialog }) => ({ default: dialog })),
);
const submitDialog: ActionDialog = lazy(() =>
  import("../../pages/agreements/approval/submit-dialog.tsx").then(({ SubmitDialog: dialog }) => ({ default: dialog })),
);
const unmergeDialog: ActionDialog = lazy(() =>
  import("../merging/merge-dialogs.tsx").then(({ UnmergeDialog: dialog }) => ({ default: dialog })),
);

/** Dialogs of actions, by the name of the action. */
export const actionDialogs: Readonly<Record<string, ActionDialog>> = {
  mergePersons: mergeDialog,
  mergeCustomers: mergeDialog,
  mergeContacts: mergeDialog,
  unmergePersons: unmergeDialog,
  unmergeCustomers: unmergeDialog,
  unmergeContacts: unmergeDialog,
  convertLead: lazy(() =>
    import("../../pages/sales/lead/convert-dialog.tsx").then(({ ConvertDialog: dialog }) => ({ default: dialog })),
  ),
  publishWorkflow: lazy(() =>
    import("../../pages/engagement/workflow/publish-dialog.tsx").then(({ PublishDialog: dialog }) => ({ default: dialog })),
  ),
  sendQuote: sendDialog,
  sendProposal: sendDialog,
  sendOrder: sendDialog,
  sendInvoice: sendDialog,
  submitQuote: submitDialog,
  submitProposal: submitDialog,
  submitContract: submitDialog,
  signContract: lazy(() =>
    import("../../pages/agreements/contract/sign-dialog.tsx").then(({ SignDialog: dialog }) => ({ default: dialog })),
  ),
  replaceUserAvailability: lazy(() =>
    import("../../pages/service/sla/availability-dialog.tsx").then(({ AvailabilityDialog: dialog }) => ({ default: dialog })),
  ),
  enrollInWorkflow: lazy(() =>
    import("../../pages/engagement/workflow/enroll-dialog.tsx").then(({ EnrollDialog: dialog }) => ({ default: dialog })),
  ),
};

/** Kinds whose statuses are no path from the first to the last one. */
export const pathlessKinds: ReadonlySet<string> = new Set(["approval", "workflow", "workflow_enrollment"]);

/** Stages that interrupt the path of a record, by the kind. The path goes on after them. */
export const sideStages: Readonly<Record<string, readonly string[]>> = { campaign: ["ON_HOLD"], project: ["ON_HOLD"] };

/** Kinds of related records, and names of other lists, that a part of the page lists, so the cards beside a record leave them out. */
export const placedLists: Readonly<Record<string, readonly string[]>> = {
  campaign: ["campaign_member", "campaign_response", "email_send"],
  opportunity: ["quote"],
  lead: ["attachment"],
  contact: ["opportunity"],
  deal: ["order"],
  customer: ["contract", "ticket", "after_sales_case", "order", "payment", "customer"],
  contract: ["attachment", "signature_request"],
  order: ["after_sales_case", "fulfilment", "invoice", "ledger", "payment", "pre_order", "refund"],
};

const SEND_FIELDS: readonly string[] = ["content", "left_out", "sample"];
const MAIL_FIELDS: readonly string[] = ["subject", "body_html", "body_text", "blocks"];
const FORM_FIELDS: readonly string[] = [
  ...["title", "introduction", "questions", "submit_label", "language", "thank_you_text", "redirect_url", "allowed_origins"],
  ...["makes_lead", "lead_source_id", "assigns_by_rule", "campaign_id", "field_mapping"],
  ...["consent_text", "is_consent_required", "consent_channel", "subscription_type", "confirms_by_mail"],
];
/** Fields that have a tab of their own. */
export const tabFields: Readonly<Record<string, readonly string[]>> = {
  email_send: SEND_FIELDS,
  form: FORM_FIELDS,
  opportunity: ["products", "competitors"],
  deal: ["items"],
  contract: ["deliverables"],
  contract_template: ["clauses"],
  proposal: ["sections"],
  quote: ["line_items"],
};

/** Fields that a part of the kind shows, so the details leave them out. */
export function listPlacedFields({ kind, fields }: Kind, record: ConsoleRecord): Field[] {
  const placed = kind === "message_template" && record.channel !== "SMS" ? MAIL_FIELDS : (tabFields[kind] ?? []);
  return fields.filter(({ name }) => placed.includes(name));
}

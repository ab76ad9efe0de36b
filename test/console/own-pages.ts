/** Pages of the console that are not made from the schema of one kind, or that a kind has in a form of its own. */

export interface OwnPage {
  /** The address below the server, with placeholders such as `[contract]` for ids of records. */
  readonly path: string;
  /** What only the loaded page shows. */
/** The pages that are not made from the schema alone, by the addresses of seed 001. */

export interface OwnPage {
  /** With placeholders for ids: `/crm/support/tickets/view/[ticket]`. */
  readonly path: string;
  /** A text that only the loaded page shows. */
  readonly words: string;
  /** The file of the page, below `packages/console/src`. */
  readonly engine: string;
}

export const ownPages: readonly OwnPage[] = [
  { path: "/crm/approvals", words: "Waiting for me", engine: "agreement/approvals-page.tsx" },
  { path: "/crm/approvals/view/[approval]", words: "Who decides", engine: "agreement/approval-parts.tsx" },
  { path: "/crm/contracts/view/[contract]", words: "Day of notice:", engine: "agreement/contract-parts.tsx" },
  { path: "/crm/contracts/view/[contract]?tab=terms", words: "Terms", engine: "agreement/contract-terms.tsx" },
  { path: "/crm/contracts/view/[contract]?tab=deliverables", words: "Deliverables", engine: "agreement/deliverable-list.tsx" },
  { path: "/crm/contracts/view/[contract]?tab=amendments", words: "Amendments", engine: "agreement/amendment-list.tsx" },
  {
    path: "/crm/contracts/view/[contract]?tab=renewals",
    words: "Payments of the present term",
    engine: "agreement/renewal-history.tsx",
  },
  { path: "/crm/contracts/amendments", words: "In effect from", engine: "agreement/amendments-page.tsx" },
  {
    path: "/crm/contracts/amendments/create",
    words: "Only contracts that both sides have signed can be amended",
    engine: "agreement/amendment-form-page.tsx",
  },
  { path: "/crm/contracts/renewals", words: "At risk", engine: "agreement/renewals-page.tsx" },
  {
    path: "/crm/contracts/templates/view/[contract_template]",
    words: "Add a clause",
    engine: "agreement/template-parts.tsx",
  },
  {
    path: "/crm/contracts/templates/edit/[contract_template]",
    words: "Insert a placeholder",
    engine: "agreement/template-edit-page.tsx",
  },
  { path: "/crm/orders/view/[order]?tab=ledger", words: "Ledger", engine: "agreement/order-parts.tsx" },
  { path: "/crm/support/tickets?mode=desk", words: "My open tickets", engine: "desk/ticket-desk.tsx" },
  { path: "/crm/support/tickets/view/[ticket]", words: "Service level", engine: "desk/ticket-parts.tsx" },
  { path: "/crm/support/tickets/create", words: "Open tickets like this", engine: "desk/ticket-form-page.tsx" },
  { path: "/crm/conversations", words: "Assigned to me", engine: "desk/conversation-desk.tsx" },
];

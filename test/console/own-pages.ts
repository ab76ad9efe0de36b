/** Pages that are not made from the schema, each with a text that only the loaded page shows. */
export interface OwnPage {
  /** The address, with placeholders for ids: `[lead]`. */
  readonly path: string;
  readonly words: string;
  /** The file of the page in `packages/console/src`. */
/** Pages that are not made from the schema of one kind, each with words that only the loaded page shows. */
export interface OwnPage {
  /** The address of seed 001; `[lead]` stands for the id of a lead. */
  readonly path: string;
  readonly words: string;
  /** The file of the page. */
/** Pages that are not made from the schema of one kind of record. */
export interface OwnPage {
  /** The address, with placeholders for ids: `[policy]`. */
  readonly path: string;
  /** A text that only the loaded page shows. */
  readonly words: string;
  /** The file of the page, below `packages/console/src`. */
  readonly engine: string;
}

export const ownPages: readonly OwnPage[] = [
  { path: "/crm/imports/add", words: "What are the rows?", engine: "import/import-wizard.tsx" },
  { path: "/crm/imports/view/[import]", words: "All imports", engine: "import/import-page.tsx" },
  { path: "/crm/exports/view/[export]", words: "All exports", engine: "import/export-page.tsx" },
  { path: "/crm/bulk-changes/view/[bulk_change]", words: "All bulk changes", engine: "import/bulk-change-page.tsx" },
  { path: "/crm/persons/duplicates", words: "To decide", engine: "merging/duplicates-page.tsx" },
  { path: "/crm/persons/merge", words: "Choose at least two records in the list", engine: "merging/merge-page.tsx" },
  { path: "/crm/settings", words: "People and access", engine: "settings/settings-page.tsx" },
  { path: "/crm/settings/organization", words: "Language of documents", engine: "settings/organization-page.tsx" },
  { path: "/crm/settings/users", words: "Last sign-in", engine: "settings/users-page.tsx" },
  { path: "/crm/settings/teams", words: "A user belongs to one team at most", engine: "settings/teams-page.tsx" },
  { path: "/crm/settings/roles", words: "Records and functions", engine: "settings/roles-page.tsx" },
  { path: "/crm/settings/territories", words: "How records get into territories", engine: "settings/territories-page.tsx" },
  { path: "/crm/settings/api-keys", words: "No API keys yet", engine: "settings/api-keys-page.tsx" },
  { path: "/crm/settings/webhooks", words: "From other systems", engine: "settings/webhooks-page.tsx" },
  {
    path: "/crm/settings/custom-fields",
    words: "Values stay stored when a field is hidden",
    engine: "settings/custom-fields-page.tsx",
  },
  { path: "/crm/settings/layouts", words: "Page and form", engine: "settings/layouts-page.tsx" },
  { path: "/crm/audit", words: "Kind of record", engine: "settings/audit-page.tsx" },
/** Pages of the console that have code of their own, by the addresses of the requirements. `test/console` and scripts open them. */
export interface OwnPage {
  /** The address. `[quote]` stands for the id of a record. */
  path: string;
  /** A text that only the loaded page shows. */
  words: string;
  /** The file that makes the page. */
  engine: string;
}

export const ownPages: readonly OwnPage[] = [
  { path: "/crm/quotes/create", words: "New quote", engine: "lines/quote-form-page.tsx" },
  { path: "/crm/quotes/edit/[quote]", words: "Customer and dates", engine: "lines/quote-form-page.tsx" },
  { path: "/crm/quotes/view/[quote]", words: "Signature and link", engine: "lines/document-parts.tsx" },
  { path: "/crm/quotes/pricing", words: "Pricing rules", engine: "lines/pricing-page.tsx" },
  { path: "/crm/quotes/pricing/create", words: "New pricing rule", engine: "lines/pricing-form-page.tsx" },
  { path: "/crm/quotes/pricing/edit/[pricing_rule]", words: "Try this rule", engine: "lines/pricing-form-page.tsx" },
  { path: "/crm/proposals/create", words: "New proposal", engine: "lines/proposal-form-page.tsx" },
  { path: "/crm/proposals/edit/[proposal]", words: "Add a text", engine: "lines/proposal-form-page.tsx" },
  { path: "/crm/proposals/view/[proposal]", words: "Signature and link", engine: "lines/document-parts.tsx" },
  { path: "/crm/products/view/[product]?tab=prices", words: "One piece today", engine: "lines/product-prices.tsx" },
  { path: "/crm/price-books/view/[price_book]?tab=prices", words: "Add the price", engine: "lines/entry-list.tsx" },
  { path: "/crm/leads/assignment", words: "Standard rules in force", engine: "rules/assignment-page.tsx" },
  { path: "/crm/leads/scoring", words: "How many leads are hot, warm or cold?", engine: "rules/scoring-page.tsx" },
  { path: "/crm/settings/rules", words: "Assignment and routing", engine: "rules/rules-page.tsx" },
  { path: "/crm/settings/rules/ticket_routing", words: "VIP customer priority routing", engine: "rules/rules-page.tsx" },
  { path: "/crm/advanced-features/lead-scoring", words: "Days until the expected close", engine: "rules/rules-page.tsx" },
  { path: "/crm/support/knowledge", words: "New article", engine: "service/knowledge-page.tsx" },
  { path: "/crm/support/knowledge/create", words: "Text editor", engine: "service/article-page.tsx" },
  { path: "/crm/support/knowledge/edit/[article]", words: "Languages", engine: "service/article-page.tsx" },
  { path: "/crm/support/sla", words: "Targets by priority", engine: "service/sla-page.tsx" },
  { path: "/crm/support/sla/create", words: "A ticket is created", engine: "service/sla-form-page.tsx" },
  { path: "/crm/support/sla/edit/[policy]", words: "A ticket is created", engine: "service/sla-form-page.tsx" },
  { path: "/crm/support/calendars", words: "Calendars of working time", engine: "service/calendars-page.tsx" },
  { path: "/crm/support/calendars/create", words: "Further day off", engine: "service/calendar-form-page.tsx" },
  { path: "/crm/support/satisfaction", words: "How requesters rate the service", engine: "service/surveys-page.tsx" },
  { path: "/crm/support/agents", words: "Support agents", engine: "service/agents-page.tsx" },
];

import type { ApiFunction } from "../http/api-function.ts";

interface FunctionLoader {
  readonly load: () => Promise<ApiFunction>;
  /** First segments of paths below the base path of the API. */
  readonly paths: readonly string[];
  /** First segments of paths of pages, which are below the origin. */
  readonly pages?: readonly string[];
}

/**
 * Every function that answers requests. Routes, stacks, the OpenAPI document, the typed client and the permission tests are all made from
 * this value. `api/index.ts` loads all of them; a local server loads a function at its first request, because all of them take seconds.
 * A test compares the segments with the operations. The function `meta` serves all other paths.
 */
export const functionLoaders = {
  auth: {
    load: async () => (await import("./platform/auth.ts")).auth,
    paths: ["auth", "tenant", "roles", "api-keys"],
    pages: ["activate", "reset-password", "forgot-password"],
  },
  users: {
    load: async () => (await import("./platform/users.ts")).users,
    paths: ["users", "teams"],
  },
  mailers: {
    load: async () => (await import("./messaging/mail-accounts.ts")).mailers,
    paths: ["mail-accounts"],
  },
  masters: {
    load: async () => (await import("./platform/master-data.ts")).masters,
    paths: ["masters", "territories", "subscription-types", "custom-fields", "schema", "layouts"],
  },
  messages: {
    load: async () => (await import("./messaging/message-templates.ts")).messages,
    paths: ["message-templates", "mail-images", "email-sends"],
  },
  workflows: {
    load: async () => (await import("./engagement/workflows.ts")).workflows,
    paths: ["workflows", "workflow-enrollments", "playbooks"],
  },
  leads: {
    load: async () => (await import("./sales/leads.ts")).leads,
    paths: ["leads"],
  },
  activities: {
    load: async () => (await import("./people/activities.ts")).activities,
    paths: ["activities", "calendars", "booking-links"],
    pages: ["invitation"],
  },
  persons: {
    load: async () => (await import("./people/persons.ts")).persons,
    paths: ["persons", "duplicates", "journey"],
  },
  interactions: {
    load: async () => (await import("./people/interactions.ts")).interactions,
    paths: ["interactions"],
  },
  conversations: {
    load: async () => (await import("./messaging/conversations.ts")).conversations,
    paths: ["messages", "conversations"],
  },
  customers: {
    load: async () => (await import("./accounts/customers.ts")).customers,
    paths: ["customers", "contacts"],
  },
  opportunities: {
    load: async () => (await import("./sales/opportunities.ts")).opportunities,
    paths: ["opportunities"],
  },
  potentials: {
    load: async () => (await import("./sales/potentials.ts")).potentials,
    paths: ["potentials"],
  },
  deals: {
    load: async () => (await import("./agreements/deals.ts")).deals,
    paths: ["deals"],
  },
  orders: {
    load: async () => (await import("./commerce/orders.ts")).orders,
    paths: ["orders", "order-items", "fulfilments"],
  },
  aftersales: {
    load: async () => (await import("./commerce/after-sales.ts")).afterSales,
    paths: ["after-sales", "pre-orders"],
  },
  payments: {
    load: async () => (await import("./commerce/payments.ts")).payments,
    paths: ["payments", "refunds"],
  },
  gateways: {
    load: async () => (await import("./commerce/payment-accounts.ts")).gateways,
    paths: ["payment-accounts"],
  },
  invoices: {
    load: async () => (await import("./commerce/invoices.ts")).invoices,
    paths: ["invoices"],
  },
  projects: {
    load: async () => (await import("./projects/projects.ts")).projects,
    paths: ["projects", "project-templates"],
  },
  products: {
    load: async () => (await import("./sales/products.ts")).products,
    paths: ["products", "price-books", "exchange-rates"],
  },
  proposals: {
    load: async () => (await import("./agreements/proposals.ts")).proposals,
    paths: ["proposals"],
  },
  providers: {
    load: async () => (await import("./agreements/signature-accounts.ts")).providers,
    paths: ["signature-accounts"],
  },
  quotes: {
    load: async () => (await import("./agreements/quotes.ts")).quotes,
    paths: ["quotes"],
  },
  campaigns: {
    load: async () => (await import("./engagement/campaigns.ts")).campaigns,
    paths: ["campaigns", "campaign-members", "campaign-responses", "campaign-fills"],
  },
  reengagement: {
    load: async () => (await import("./engagement/reengagement.ts")).reengagement,
    paths: ["reengagement"],
  },
  contracts: {
    load: async () => (await import("./agreements/contracts.ts")).contracts,
    paths: ["contracts"],
  },
  approvals: {
    load: async () => (await import("./agreements/approvals.ts")).approvals,
    paths: ["approvals"],
  },
  signatures: {
    load: async () => (await import("./agreements/signature-requests.ts")).signatures,
    paths: ["signature-requests"],
  },
  sms: {
    load: async () => (await import("./messaging/sms-accounts.ts")).sms,
    paths: ["sms"],
  },
  flows: {
    load: async () => (await import("./platform/flow-history.ts")).flows,
    paths: ["flows"],
  },
  forms: {
    load: async () => (await import("./sales/web-forms.ts")).forms,
    paths: ["forms"],
  },
  notes: {
    load: async () => (await import("./people/notes.ts")).notes,
    paths: ["notes", "comments", "feed"],
  },
  attachments: {
    load: async () => (await import("./people/attachments.ts")).attachments,
    paths: ["attachments"],
  },
  search: {
    load: async () => (await import("./views/search.ts")).search,
    paths: ["search"],
  },
  batch: {
    load: async () => (await import("./views/batch-reads.ts")).batch,
    paths: ["batch"],
  },
  service: {
    load: async () => (await import("./service/support.ts")).service,
    paths: ["support"],
  },
  tags: {
    load: async () => (await import("./platform/tags.ts")).tags,
    paths: ["tags"],
  },
  profile: {
    load: async () => (await import("./platform/profile.ts")).profile,
    paths: ["me", "presence"],
  },
  views: {
    load: async () => (await import("./platform/saved-views.ts")).views,
    paths: ["views"],
  },
  bulk: {
    load: async () => (await import("./platform/bulk-changes.ts")).bulk,
    paths: ["bulk-changes"],
  },
  notifications: {
    load: async () => (await import("./platform/notifications.ts")).notifications,
    paths: ["notifications"],
    pages: ["notification-preferences"],
  },
  uploads: {
    load: async () => (await import("./platform/uploads.ts")).uploads,
    paths: ["uploads"],
  },
  imports: {
    load: async () => (await import("./platform/imports.ts")).imports,
    paths: ["imports", "sample-data"],
  },
  exports: {
    load: async () => (await import("./platform/exports.ts")).exports,
    paths: ["exports", "analytics", "targets", "kpis", "dashboards"],
  },
  paths: {
    load: async () => (await import("./platform/search-paths.ts")).paths,
    paths: ["search-paths"],
  },
  rules: {
    load: async () => (await import("./platform/rules.ts")).rules,
    paths: ["rules"],
  },
  public: {
    load: async () => (await import("./shared/public-endpoints.ts")).public,
    paths: ["public"],
    pages: ["book", "booking", "f", "survey", "t", "brand"],
  },
  reach: {
    load: async () => (await import("./people/recipients.ts")).reach,
    paths: ["suppressions"],
    pages: ["u", "v"],
  },
  offers: {
    load: async () => (await import("./agreements/share-link-pages.ts")).offers,
    paths: [],
    pages: ["q"],
  },
  signing: {
    load: async () => (await import("./agreements/signing-pages.ts")).signing,
    paths: [],
    pages: ["s"],
  },
  knowledge: {
    load: async () => (await import("./service/knowledge-pages.ts")).knowledge,
    paths: [],
    pages: ["kb"],
  },
  webhooks: {
    load: async () => (await import("./messaging/inbound-webhooks.ts")).webhooks,
    paths: ["webhooks", "events"],
  },
  hooks: {
    load: async () => (await import("./messaging/webhook-receiver.ts")).hooks,
    paths: [],
    pages: ["hooks"],
  },
  audit: {
    load: async () => (await import("./platform/audit.ts")).audit,
    paths: ["audit"],
  },
  meta: {
    load: async () => (await import("./platform/system.ts")).meta,
    paths: ["openapi.json", "docs"],
  },
} as const satisfies Record<string, FunctionLoader>;

export type FunctionName = keyof typeof functionLoaders;

export const functionNames = Object.keys(functionLoaders) as FunctionName[];

/** Returns the first segments that a function serves. */
export const listSegments = (name: FunctionName, part: "paths" | "pages"): readonly string[] =>
  (functionLoaders[name] as FunctionLoader)[part] ?? [];

/** Returns the function that serves the paths of the API with this first segment. */
export const findFunctionName = (segment: string): FunctionName | undefined =>
  functionNames.find((name) => listSegments(name, "paths").includes(segment));

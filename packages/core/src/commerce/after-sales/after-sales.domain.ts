import { domain } from "../../kernel/domain.ts";
import { AFTER_SALES_CASE, afterSalesGrants } from "./after-sales.kind.ts";
import { AFTER_SALES_REASONS } from "./after-sales.masters.ts";

export const afterSales = domain({
  name: "after-sales",
  kinds: [AFTER_SALES_CASE],
  layouts: { after_sales_case: async () => (await import("./after-sales.layout.ts")).afterSalesCase },
  grants: [afterSalesGrants],
  masters: [AFTER_SALES_REASONS],
  rules: { after_sales: async () => (await import("./after-sales.rule-kind.ts")).AfterSalesRule },
  exports: {
    "after-sales": { read: afterSalesGrants.read, load: async () => (await import("./after-sales.ts")).listDefinition },
  },
  features: { notes: [AFTER_SALES_CASE], comments: [AFTER_SALES_CASE], attachments: [AFTER_SALES_CASE] },
  subscribers: {
    "after-sales-mails": {
      basis: "release",
      events: [
        "after_sales_case.approved",
        "after_sales_case.received",
        "after_sales_case.resolved",
        "after_sales_case.rejected",
      ],
      uses: ["mail", "secrets:lookups"],
      table: [{ actions: ["GetItem", "BatchGetItem"] }, { actions: ["UpdateItem"], keyspace: "throttle" }],
      load: async () => (await import("./mail.ts")).onStepTaken,
    },
    "after-sales-clocks": {
      basis: "release",
      events: ["after_sales_case.response_due", "after_sales_case.resolution_due"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./overdue.listener.ts")).onServiceLevelDue,
    },
  },
  notifications: {
    after_sales_assigned: {
      events: ["after_sales_case.assigned", "after_sales_case.created"],
      load: async () => (await import("./after-sales.notifications.ts")).assigned,
    },
    after_sales_overdue: {
      events: ["after_sales_case.overdue"],
      load: async () => (await import("./after-sales.notifications.ts")).overdue,
    },
  },
});

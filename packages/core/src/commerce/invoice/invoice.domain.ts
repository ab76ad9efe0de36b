import { domain } from "../../kernel/domain.ts";
import { INVOICE, invoiceGrants } from "./invoice.kind.ts";

export const invoice = domain({
  name: "invoice",
  kinds: [INVOICE],
  layouts: { invoice: async () => (await import("./invoice.layout.ts")).invoice },
  grants: [invoiceGrants],
  shareables: { invoice: async () => (await import("./offerable.ts")).invoiceOfferable },
  rules: { invoice_reminders: async () => (await import("./reminders.rule-kind.ts")).InvoiceReminders },
  exports: { invoices: { read: invoiceGrants.read, load: async () => (await import("./invoice.ts")).listDefinition } },
  features: { comments: [INVOICE] },
  subscribers: {
    "invoice-settlement": {
      basis: "release",
      events: ["order.claims_changed"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem", "ConditionCheckItem"] }],
      load: async () => (await import("./settlement.ts")).onClaimsChanged,
    },
    "invoice-documents": {
      basis: "release",
      events: ["invoice.issued"],
      uses: ["fonts", "objects:documents:put", "objects:documents:get", "objects:attachments:get"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./pdf.ts")).onIssued,
    },
    "invoice-reminders": {
      basis: "release",
      events: ["invoice.reminder_due"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./reminder.ts")).onReminderDue,
    },
    "invoice-mails": {
      basis: "release",
      events: ["invoice.mail_added"],
      uses: [
        "mail",
        "secrets:links",
        "secrets:lookups",
        "fonts",
        "objects:documents:put",
        "objects:documents:get",
        "objects:attachments:get",
      ],
      table: [{ actions: ["GetItem", "BatchGetItem"] }, { actions: ["UpdateItem"], keyspace: "throttle" }],
      load: async () => (await import("./mail.ts")).onMailAdded,
    },
  },
});

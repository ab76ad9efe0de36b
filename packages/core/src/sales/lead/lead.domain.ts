import { walkTableUse } from "../../kernel/capabilities.ts";
import { domain } from "../../kernel/domain.ts";
import { ASSIGNMENT, LEAD, LEAD_WAIT, leadGrants, leadSourceGrants } from "./lead.kind.ts";
import { INSURANCE_TYPES, LEAD_SOURCES, LEAD_STATUSES, PRODUCT_LINES } from "./lead.masters.ts";

export const lead = domain({
  name: "lead",
  kinds: [LEAD, ASSIGNMENT, LEAD_WAIT],
  layouts: { lead: async () => (await import("./lead.layout.ts")).lead },
  grants: [leadGrants, leadSourceGrants],
  masters: [LEAD_STATUSES, LEAD_SOURCES, INSURANCE_TYPES, PRODUCT_LINES],
  days: { leads: async () => (await import("./daily-figures.ts")).leadDailyFigures },
  subscribers: {
    "lead-reminders": {
      basis: "release",
      events: ["lead.reminder_due"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./clocks.listener.ts")).onReminderDue,
    },
    // `walkTableUse` covers reading the rule's users and teams, and deleting the wait of an assigned lead.
    "lead-waits": {
      basis: "release",
      events: ["lead_wait.retry_due"],
      table: walkTableUse,
      load: async () => (await import("./clocks.listener.ts")).onRetryDue,
    },
    "inbound-leads": {
      basis: "release",
      events: ["message.received"],
      uses: ["domains", "seal", "objects:records:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        { actions: ["Query"], indexes: ["table", "by_time"] },
      ],
      load: async () => (await import("./inbound-message.listener.ts")).onMessageReceived,
    },
    scoring: {
      basis: "release",
      events: [
        "lead.rescore_due",
        "lead.score_due",
        "lead.sight_changed",
        "person.updated",
        // Published when a merge of persons is undone.
        "person.restored",
        "interaction.created",
        "interaction.updated",
        "interaction.deleted",
        "interaction.restored",
        "tenant.updated",
      ],
      uses: ["seal", "objects:records:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "Query", "PutItem"] },
        // Finds the interactions that name a lead which does not show its person.
        { actions: ["Query"], indexes: ["by_owner"] },
      ],
      load: async () => (await import("./scoring.listener.ts")).onScoreInputChange,
    },
  },
  notifications: {
    lead_assigned: {
      events: ["lead.assigned", "lead.created"],
      load: async () => (await import("./lead.notifications.ts")).assigned,
    },
    lead_follow_up_due: {
      events: ["lead.follow_up_due"],
      load: async () => (await import("./lead.notifications.ts")).followUpDue,
    },
    lead_converted: { events: ["lead.converted"], load: async () => (await import("./lead.notifications.ts")).converted },
  },
  rules: {
    lead_assignment: async () => (await import("./assignment.ts")).assignmentRule,
    territory_assignment: async () => (await import("./territory.ts")).territoryRule,
    score_standard: async () => (await import("./scoring.ts")).standardRule,
    score_dynamic: async () => (await import("./scoring.ts")).dynamicRule,
  },
  imports: { leads: async () => (await import("./lead.import.ts")).leads },
  exports: { leads: { read: leadGrants.read, load: async () => (await import("./lead.export.ts")).leads } },
  bulk: {
    lead: {
      write: leadGrants.write,
      remove: leadGrants.delete,
      load: async () => (await import("./lead.ts")).Lead,
      decides: { territory: async () => (await import("./territory.ts")).decideTerritory },
    },
  },
  features: {
    custom_fields: [LEAD],
    search_paths: [LEAD],
    activities: [LEAD],
    notes: [LEAD],
    comments: [LEAD],
    attachments: [LEAD],
    tags: [LEAD],
  },
});

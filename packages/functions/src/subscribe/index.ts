import type { DomainEvent, Ports } from "@crm/core/kernel/ports.ts";
import { told } from "@crm/core/notification/types.ts";

/**
 * Who listens to which events. A definition is light; what it does is loaded when the first event comes. Events come
 * at least once: a handler does nothing at a second delivery that the first has done.
 */
export interface Subscriber {
  name: string;
  events: readonly string[];
  load: () => Promise<(event: DomainEvent, ports: Ports) => Promise<void>>;
}

export const subscribers: readonly Subscriber[] = [
  {
    name: "mail",
    events: ["user.activation_requested", "user.password_reset_requested"],
    load: async () => (await import("./mail.ts")).handle,
  },
  {
    name: "scoring",
    events: [
      "lead.rescore_due",
      "lead.score_due",
      "person.updated",
      // As when persons that were merged are told apart.
      "person.restored",
      "interaction.created",
      "interaction.updated",
      "interaction.deleted",
      "interaction.restored",
      "tenant.updated",
    ],
    load: async () => (await import("./scoring.ts")).handle,
  },
  {
    name: "conversion",
    events: ["conversion.turned", "conversion.attention_due"],
    load: async () => (await import("./conversion.ts")).handle,
  },
  {
    name: "import",
    events: ["import.turned", "import.attention_due"],
    load: async () => (await import("./import.ts")).handle,
  },
  {
    name: "export",
    events: ["export.turned", "export.attention_due"],
    load: async () => (await import("./export.ts")).handle,
  },
  {
    name: "notifications",
    events: [...told, "notification_settings.turned", "notification.expiry_due"],
    load: async () => (await import("./notifications.ts")).handle,
  },
  {
    name: "lead-reminders",
    events: ["lead.reminder_due"],
    load: async () => (await import("./lead-reminders.ts")).handle,
  },
  {
    name: "lead-waits",
    events: ["lead_wait.retry_due"],
    load: async () => (await import("./lead-waits.ts")).handle,
  },
  {
    name: "absences",
    events: ["availability.absence_due"],
    load: async () => (await import("./absences.ts")).handle,
  },
  {
    name: "uploads",
    events: ["upload.expiry_due"],
    load: async () => (await import("./uploads.ts")).handle,
  },
  {
    name: "custom-fields",
    events: ["custom_field.work_due"],
    load: async () => (await import("./custom-fields.ts")).handle,
  },
  {
    name: "rules",
    events: ["rule_set.work_due"],
    load: async () => (await import("./rules.ts")).handle,
  },
  {
    name: "search-paths",
    events: ["search_path.work_due"],
    load: async () => (await import("./search-paths.ts")).handle,
  },
];

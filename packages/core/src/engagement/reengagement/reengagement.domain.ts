import { domain } from "../../kernel/domain.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import { REENGAGEMENT_BATCH, REENGAGEMENT_FILL, REENGAGEMENT_MEMBER, reengagementGrants } from "./reengagement.kind.ts";

export const reengagement = domain({
  name: "reengagement",
  kinds: [REENGAGEMENT_BATCH, REENGAGEMENT_MEMBER, REENGAGEMENT_FILL],
  grants: [reengagementGrants],
  authorities: {
    reengagement_fill: { rights: "user", basis: { fixed: [REENGAGEMENT_FILL], editor: [SEGMENT, CONTACT_LIST] } },
    reengagement_step: {
      rights: "user",
      basis: { approved: [REENGAGEMENT_BATCH, MESSAGE_TEMPLATE], checked: [REENGAGEMENT_MEMBER] },
    },
  },
  subscribers: {
    "reengagement-told": {
      basis: "release",
      events: [
        "interaction.created",
        "message.sent",
        "message.failed",
        "message.received",
        "activity.created",
        "activity.closed",
        "person.updated",
        "opportunity.created",
        "opportunity.stage_changed",
        "order.revenue_changed",
      ],
      uses: ["objects:records:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "DeleteItem"] },
        // Reads master data, the contacts of a customer, and exchange rates of a currency pair.
        { actions: ["Query"], indexes: ["table", "by_related", "by_class"] },
      ],
      load: async () => (await import("./listeners.ts")).onMemberEvent,
    },
    "reengagement-walks": {
      basis: "release",
      events: ["reengagement_batch.walk_due"],
      uses: ["domains"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] }],
      load: async () => (await import("./sequence-workflow.ts")).onWalkDue,
    },
    "reengagement-fills": {
      basis: "release",
      events: ["reengagement_fill.continue_requested", "reengagement_fill.attention_due"],
      hasLongSlices: true,
      uses: ["domains", "objects:columns:get"],
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"],
          indexes: ["table", "by_time", "by_owner", "by_related"],
        },
      ],
      load: async () => (await import("./fill-worker.ts")).onContinueRequested,
    },
  },
  sendGates: { reengagement_member: async () => import("./sequence-gate.ts") },
  days: { reengagement_batches: async () => (await import("./daily-figures.ts")).dailyFigures },
  changeHandlers: { reengagement_member: async () => (await import("./customer-batch.ts")).onMemberChanges },
  notifications: {
    reengagement_batch_assigned: {
      events: ["reengagement_batch.assigned", "reengagement_batch.created"],
      load: async () => (await import("./reengagement.notifications.ts")).assignmentNotification,
    },
  },
  bulk: {
    reengagement_batch: {
      write: reengagementGrants.write,
      remove: reengagementGrants.write,
      load: async () => (await import("./batch.ts")).Batch,
    },
  },
  exports: {
    batches: { read: reengagementGrants.read, load: async () => (await import("./batch.ts")).listDefinition },
    members: { read: reengagementGrants.read, load: async () => (await import("./member.ts")).listDefinition },
  },
});

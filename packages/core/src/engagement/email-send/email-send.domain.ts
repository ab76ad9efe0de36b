import { domain } from "../../kernel/domain.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { AB_TEST } from "../ab-test/ab-test.kind.ts";
import { CAMPAIGN } from "../campaign/campaign.kind.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import { EMAIL_SEND, emailSendGrants } from "./email-send.kind.ts";

export const emailSend = domain({
  name: "email-send",
  kinds: [EMAIL_SEND],
  grants: [emailSendGrants],
  authorities: {
    email_send: {
      rights: "user",
      basis: { editor: [EMAIL_SEND, SEGMENT, CONTACT_LIST], approved: [MESSAGE_TEMPLATE, AB_TEST, CAMPAIGN] },
    },
  },
  subscribers: {
    "email-sends": {
      basis: "release",
      events: [
        "email_send.start_due",
        "email_send.continue_requested",
        "email_send.attention_due",
        "email_send.approval_over",
        "email_send.assigned",
        "email_send.deleted",
      ],
      hasLongSlices: true,
      uses: ["domains", "flows:answer", "secrets:lookups", "secrets:requests"],
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"],
          // Users and teams decide visibility. The worker also reads the members of sets, the contacts of businesses, and approvals.
          indexes: ["table", "by_time", "by_owner", "by_related"],
        },
        // Reads how far the stream consumer lags behind, for backpressure.
        { actions: ["Query"], keyspace: "watermark" },
      ],
      load: async () => (await import("./worker.ts")).onEvent,
    },
  },
  rules: { email_send_approval: async () => (await import("./approval-comparison.ts")).emailSendApproval },
  approvables: { email_send: async () => (await import("./approval.ts")).approvable },
  sendGates: { email_send: async () => import("./send-gate.ts") },
  bulk: {
    email_send: {
      write: emailSendGrants.write,
      remove: emailSendGrants.write,
      load: async () => (await import("./email-send.ts")).EmailSend,
    },
  },
  exports: { "email-sends": { read: emailSendGrants.read, load: async () => (await import("./email-send.ts")).listDefinition } },
});

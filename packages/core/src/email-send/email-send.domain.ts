import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";

/** One mail to many: a template to a segment or a list of contacts (seed 002, `email_sends`). */
export const EMAIL_SEND = kind("email_send", "ems", {
  path: "/email-sends",
  load: () => import("./email-send.entity.ts"),
  shown: { icon: "send", title: "{name}" },
});

export const emailSendGrants = grants(
  "email_send",
  {
    read: everyone,
    write: [...leaders, "MARKETER"],
    assign: [...leaders, "MARKETER"],
  },
  { asked: ["assign"] },
);

export const emailSend = domain({
  name: "email-send",
  kinds: [EMAIL_SEND],
  grants: [emailSendGrants],
  listens: {
    "email-sends": {
      events: ["email_send.start_due", "email_send.continue_requested", "email_send.attention_due"],
      isLong: true,
      uses: ["domains", "secrets"],
      table: [
        {
          actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"],
          // Users and teams for what is seen, members of sets, contacts of a business.
          on: ["table", "by_time", "by_owner", "by_related"],
        },
        // How far the stream is behind.
        { actions: ["Query"], within: "watermark" },
      ],
      load: async () => (await import("../jobs/email-send/work.ts")).hear,
    },
  },
  sends: { email_send: async () => import("./wanted.ts") },
  bulk: {
    email_send: {
      write: emailSendGrants.write,
      remove: emailSendGrants.write,
      load: async () => (await import("./email-send.ts")).EmailSend,
    },
  },
  exports: { "email-sends": async () => (await import("./email-send.export.ts")).emailSends },
});

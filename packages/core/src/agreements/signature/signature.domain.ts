import { domain } from "../../kernel/domain.ts";
import { SIGNATURE_REQUEST, SIGNER, signatureGrants } from "./signature.kind.ts";

export const signature = domain({
  name: "signature",
  kinds: [SIGNATURE_REQUEST, SIGNER],
  layouts: { signature_request: async () => (await import("./signature-request.layout.ts")).signatureRequest },
  grants: [signatureGrants],
  authorities: {
    signature_link: { rights: "visitor", basis: { approved: [SIGNATURE_REQUEST] } },
  },
  subscribers: {
    "signature-mails": {
      basis: "release",
      events: [
        "signature_request.invited",
        "signature_request.reminded",
        "signature_request.code_asked",
        "signature_request.filed",
        "signature_request.declined",
        "signature_request.voided",
        "signature_request.expired",
      ],
      uses: ["mail", "sms", "secrets:links", "secrets:lookups"],
      table: [{ actions: ["GetItem", "BatchGetItem"] }, { actions: ["UpdateItem"], keyspace: "throttle" }],
      load: async () => (await import("./mail.ts")).onRequestEvent,
    },
    "signature-filing": {
      basis: "release",
      events: ["signature_request.completed"],
      uses: ["fonts", "objects:documents:put", "objects:documents:get"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./filing.ts")).onCompleted,
    },
    "signature-work": {
      basis: "release",
      events: [
        "signature_request.created",
        "signature_request.completed",
        "signature_request.voided",
        "signature_request.expired",
        "signature_request.work_due",
      ],
      uses: ["domains", "web", "seal", "fonts", "objects:documents:put", "objects:documents:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"] },
        { actions: ["Query"] },
      ],
      load: async () => (await import("./provider-work.ts")).onWork,
    },
    "signature-clocks": {
      basis: "release",
      events: ["signature_request.reminder_due", "signature_request.expiry_due"],
      uses: ["domains"],
      table: [{ actions: ["GetItem", "PutItem", "DeleteItem"] }],
      load: async () => (await import("./clocks.ts")).onRequestClock,
    },
  },
  webhookHandlers: {
    docusign: async () => (await import("./webhooks.ts")).docusign,
    dropbox_sign: async () => (await import("./webhooks.ts")).dropboxSign,
  },
  notifications: {
    signature_completed: {
      events: ["signature_request.completed"],
      load: async () => (await import("./signature.notifications.ts")).completed,
    },
    signature_declined: {
      events: ["signature_request.declined"],
      load: async () => (await import("./signature.notifications.ts")).declined,
    },
    signature_expired: {
      events: ["signature_request.expired"],
      load: async () => (await import("./signature.notifications.ts")).expired,
    },
    signature_failed: {
      events: ["signature_request.failed"],
      load: async () => (await import("./signature.notifications.ts")).failed,
    },
  },
});

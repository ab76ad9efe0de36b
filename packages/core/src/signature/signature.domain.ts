import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";

/** That somebody is asked to sign what a record says; seen by whoever sees that record. */
export const SIGNATURE_REQUEST = kind("signature_request", "sgq", {
  path: "/signature-requests",
  load: () => import("./signature.entity.ts"),
  shown: { icon: "signature", title: "{name}" },
});

/** Stands in its request. */
export const SIGNER = kind("signer", "sgn");

export const signatureGrants = grants("signature_request", {
  read: everyone,
  write: [...leaders, "SALES_REP", "USER"],
});

export const signature = domain({
  name: "signature",
  kinds: [SIGNATURE_REQUEST, SIGNER],
  grants: [signatureGrants],
  listens: {
    "signature-mails": {
      events: [
        "signature_request.invited",
        "signature_request.reminded",
        "signature_request.code_asked",
        "signature_request.filed",
        "signature_request.declined",
        "signature_request.voided",
        "signature_request.expired",
      ],
      uses: ["mail", "sms", "secrets"],
      table: [{ actions: ["GetItem", "BatchGetItem"] }, { actions: ["UpdateItem"], within: "throttle" }],
      load: async () => (await import("./mail.ts")).tell,
    },
    "signature-filing": {
      events: ["signature_request.completed"],
      uses: ["fonts", "objects:documents:put", "objects:documents:get"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./filing.ts")).onCompleted,
    },
    "signature-work": {
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
      load: async () => (await import("./work.ts")).onWork,
    },
    "signature-clocks": {
      events: ["signature_request.reminder_due", "signature_request.expiry_due"],
      uses: ["domains"],
      table: [{ actions: ["GetItem", "PutItem", "DeleteItem"] }],
      load: async () => (await import("./clocks.ts")).onDue,
    },
  },
  hooks: {
    docusign: async () => (await import("./hooks.ts")).docusign,
    dropbox_sign: async () => (await import("./hooks.ts")).dropboxSign,
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

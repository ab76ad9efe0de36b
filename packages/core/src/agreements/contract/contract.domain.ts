import { domain } from "../../kernel/domain.ts";
import {
  CONTRACT,
  CONTRACT_AMENDMENT,
  CONTRACT_DELIVERABLE,
  CONTRACT_RENEWAL,
  CONTRACT_TEXT,
  contractGrants,
} from "./contract.kind.ts";

/** Events that notify the owner of the contract and the author of the amendment. */
const amendmentEvents = [
  "contract_amendment.approved",
  "contract_amendment.signed",
  "contract_amendment.effective",
  "contract_amendment.rejected",
  "contract_amendment.withdrawn",
  "contract_amendment.voided",
] as const;

export const contract = domain({
  name: "contract",
  kinds: [CONTRACT, CONTRACT_DELIVERABLE, CONTRACT_RENEWAL, CONTRACT_TEXT, CONTRACT_AMENDMENT],
  layouts: { contract: async () => (await import("./contract.layout.ts")).contract },
  grants: [contractGrants],
  rules: {
    contract_approval: async () => (await import("./approval-comparison.ts")).contractApproval,
    contract_amendment_approval: async () => (await import("../amendment/approval-comparison.ts")).amendmentApproval,
  },
  exports: {
    contracts: { read: contractGrants.read, load: async () => (await import("./contract.ts")).listDefinition },
    amendments: { read: contractGrants.read, load: async () => (await import("../amendment/amendment.ts")).listDefinition },
  },
  bulk: {
    contract: {
      write: contractGrants.write,
      remove: contractGrants.delete,
      load: async () => (await import("./contract.ts")).Contract,
    },
  },
  features: {
    custom_fields: [CONTRACT],
    activities: [CONTRACT],
    notes: [CONTRACT],
    comments: [CONTRACT],
    attachments: [CONTRACT, CONTRACT_AMENDMENT],
    tags: [CONTRACT],
  },
  approvables: {
    contract: async () => (await import("./approval.ts")).approvable,
    contract_amendment: async () => (await import("../amendment/workflow.ts")).approvable,
  },
  shareables: { contract_amendment: async () => (await import("../amendment/offerable.ts")).amendmentOfferable },
  signables: {
    contract: async () => (await import("../contract-file/contract-signable.ts")).contractSignable,
    contract_amendment: async () => (await import("../contract-file/amendment-signable.ts")).amendmentSignable,
  },
  subscribers: {
    "contract-clocks": {
      basis: "release",
      events: ["contract.start_due", "contract.expiry_due", "contract.termination_due", "contract.deliverable_due"],
      table: [{ actions: ["GetItem", "PutItem", "DeleteItem"] }],
      load: async () => (await import("./clocks.ts")).onContractClock,
    },
    "contract-amendments": {
      basis: "release",
      events: ["contract_amendment.effect_due", "contract.terminated", "contract.expired", "contract.assigned"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem"] }],
      load: async () => (await import("../amendment/amendment.listener.ts")).onAmendmentEvent,
    },
    "contract-amendment-approvals": {
      basis: "release",
      events: [
        "contract_amendment.approval_wanted",
        "contract_amendment.approval_over",
        "contract_amendment.assigned",
        "contract_amendment.deleted",
      ],
      uses: ["domains", "flows:answer"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem"] }, { actions: ["Query"], indexes: ["by_related", "by_time"] }],
      load: async () => (await import("../amendment/approval.listener.ts")).onApprovalChange,
    },
    "contract-renewals": {
      basis: { approved: [CONTRACT] },
      events: ["contract.notice_due"],
      uses: ["domains", "secrets:lookups"],
      table: [
        // The calendar entries in the extra index move with the term.
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "Query"] },
      ],
      load: async () => (await import("../renewal/renewal.listener.ts")).onNoticeDue,
    },
    "contract-renewals-ended": {
      basis: "release",
      events: ["contract.terminated"],
      table: [{ actions: ["GetItem", "PutItem", "ConditionCheckItem"] }],
      load: async () => (await import("../renewal/termination.listener.ts")).onContractTerminated,
    },
    "contract-renewal-mails": {
      basis: "release",
      events: ["contract.renewal_told"],
      uses: ["mail", "secrets:lookups"],
      table: [{ actions: ["GetItem", "BatchGetItem"] }, { actions: ["UpdateItem"], keyspace: "throttle" }],
      load: async () => (await import("../renewal/mail.ts")).onRenewalNotified,
    },
    "contract-approvals": {
      basis: "release",
      events: ["contract.approval_wanted", "contract.approval_over", "contract.assigned", "contract.deleted"],
      uses: ["domains", "flows:answer"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem"] }, { actions: ["Query"], indexes: ["by_related", "by_time"] }],
      load: async () => (await import("./approval.listener.ts")).onApprovalChange,
    },
    "contract-signatures": {
      basis: "release",
      events: ["contract.status_changed", "contract.assigned", "contract.deleted"],
      uses: ["domains"],
      table: [{ actions: ["GetItem", "PutItem", "DeleteItem"] }],
      load: async () => (await import("../contract-file/contract-signable.ts")).onSigningEnded,
    },
    "contract-amendment-signatures": {
      basis: "release",
      events: ["contract_amendment.status_changed", "contract_amendment.deleted"],
      uses: ["domains"],
      table: [{ actions: ["GetItem", "PutItem", "DeleteItem"] }],
      load: async () => (await import("../contract-file/amendment-signable.ts")).onSigningEnded,
    },
  },
  notifications: {
    contract_renewal_due: {
      events: ["contract_renewal.proposed"],
      load: async () => (await import("../renewal/renewal.notifications.ts")).proposed,
    },
    contract_renewed: {
      events: ["contract_renewal.planned"],
      load: async () => (await import("../renewal/renewal.notifications.ts")).planned,
    },
    contract_approved: {
      events: ["contract.approved"],
      load: async () => (await import("./contract.notifications.ts")).approved,
    },
    contract_signed: { events: ["contract.signed"], load: async () => (await import("./contract.notifications.ts")).signed },
    contract_active: { events: ["contract.activated"], load: async () => (await import("./contract.notifications.ts")).active },
    contract_expired: { events: ["contract.expired"], load: async () => (await import("./contract.notifications.ts")).expired },
    contract_terminated: {
      events: ["contract.terminated", "contract.termination_planned"],
      load: async () => (await import("./contract.notifications.ts")).terminated,
    },
    contract_amendment_moved: {
      events: amendmentEvents,
      load: async () => (await import("../amendment/amendment.notifications.ts")).ownerNotification,
    },
    contract_amendment_of_yours: {
      events: amendmentEvents,
      load: async () => (await import("../amendment/amendment.notifications.ts")).authorNotification,
    },
    contract_deliverables_due: {
      events: ["contract.deliverables_told"],
      load: async () => (await import("./contract.notifications.ts")).deliverablesDue,
    },
  },
});

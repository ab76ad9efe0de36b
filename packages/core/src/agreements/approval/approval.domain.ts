import { EMAIL_SEND } from "../../engagement/email-send/email-send.kind.ts";
import { WORKFLOW_ENROLLMENT } from "../../engagement/workflow/workflow.kind.ts";
import { domain } from "../../kernel/domain.ts";
import { CONTRACT, CONTRACT_AMENDMENT } from "../contract/contract.kind.ts";
import { PROPOSAL } from "../proposal/proposal.kind.ts";
import { QUOTE } from "../quote/quote.kind.ts";
import { APPROVAL, approvalGrants } from "./approval.kind.ts";

/** The search for an approver reads users, their absences and what they can see. */
const userLookup = [{ actions: ["GetItem", "BatchGetItem", "PutItem"] }, { actions: ["Query"], indexes: ["by_time"] }] as const;

export const approval = domain({
  name: "approval",
  kinds: [APPROVAL],
  grants: [approvalGrants],
  flows: {
    approval: {
      basis: { approved: [QUOTE, PROPOSAL, CONTRACT, CONTRACT_AMENDMENT, EMAIL_SEND, WORKFLOW_ENROLLMENT] },
      description: "Asks approvers, reminds them, escalates to a higher role, and expires approvals without an answer",
      machine: async () => (await import("./approval.asl.ts")).machine,
      steps: {
        ask: async () => (await import("./steps.ts")).ask,
        remind: async () => (await import("./steps.ts")).remind,
        escalate: async () => (await import("./steps.ts")).escalate,
        expire: async () => (await import("./steps.ts")).expire,
        conclude: async () => (await import("./steps.ts")).conclude,
      },
      uses: ["domains", "flows:answer"],
      table: userLookup,
    },
  },
  subscribers: {
    "approval-start": {
      basis: "release",
      events: ["approval.requested"],
      uses: ["flows:start"],
      table: [{ actions: ["GetItem"] }],
      load: async () => (await import("./reconciliation.ts")).onRequested,
    },
    "approval-watch": {
      basis: "release",
      events: ["approval.attention_due"],
      uses: ["domains", "flows:start", "flows:answer", "flows:read"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem"] }],
      load: async () => (await import("./reconciliation.ts")).onAttentionDue,
    },
    "approval-handover": {
      basis: "release",
      events: ["user.deactivated", "availability.created", "availability.updated", "approval.handover_due"],
      uses: ["domains"],
      table: [...userLookup, { actions: ["Query"], indexes: ["by_owner"] }],
      load: async () => (await import("./handover.ts")).onApproverAbsence,
    },
  },
  notifications: {
    approval_asked: {
      events: ["approval.asked", "approval.handed_over"],
      load: async () => (await import("./approval.notifications.ts")).requestNotification,
    },
    approval_reminded: {
      events: ["approval.reminded"],
      load: async () => (await import("./approval.notifications.ts")).reminderNotification,
    },
    approval_decided: {
      events: ["approval.approved", "approval.rejected", "approval.expired"],
      load: async () => (await import("./approval.notifications.ts")).decisionNotification,
    },
    approval_of_own_decided: {
      events: ["approval.answered_to_owner"],
      load: async () => (await import("./approval.notifications.ts")).ownerDecisionNotification,
    },
  },
});

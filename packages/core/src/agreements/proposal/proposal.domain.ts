import { domain } from "../../kernel/domain.ts";
import {
  PROPOSAL,
  PROPOSAL_ISSUE,
  PROPOSAL_SECTION,
  PROPOSAL_TEMPLATE,
  PROPOSAL_TEMPLATE_REVISION,
  proposalGrants,
  proposalTemplateGrants,
} from "./proposal.kind.ts";

export const proposal = domain({
  name: "proposal",
  kinds: [PROPOSAL, PROPOSAL_SECTION, PROPOSAL_ISSUE, PROPOSAL_TEMPLATE, PROPOSAL_TEMPLATE_REVISION],
  layouts: { proposal: async () => (await import("./proposal.layout.ts")).proposal },
  grants: [proposalGrants, proposalTemplateGrants],
  rules: { proposal_approval: async () => (await import("./approval-comparison.ts")).proposalApproval },
  exports: { proposals: { read: proposalGrants.read, load: async () => (await import("./proposal.ts")).listDefinition } },
  bulk: {
    proposal: {
      write: proposalGrants.write,
      remove: proposalGrants.delete,
      load: async () => (await import("./proposal.ts")).Proposal,
    },
    proposal_template: {
      write: proposalTemplateGrants.write,
      remove: proposalTemplateGrants.write,
      load: async () => (await import("./template.ts")).ProposalTemplate,
    },
  },
  features: {
    custom_fields: [PROPOSAL],
    activities: [PROPOSAL],
    notes: [PROPOSAL],
    comments: [PROPOSAL],
    attachments: [PROPOSAL],
    tags: [PROPOSAL],
  },
  approvables: { proposal: async () => (await import("./approval.ts")).approvable },
  shareables: { proposal: async () => (await import("./offerable.ts")).proposalOfferable },
  subscribers: {
    "proposal-expiry": {
      basis: "release",
      events: ["proposal.expiry_due"],
      table: [{ actions: ["GetItem", "PutItem"] }],
      load: async () => (await import("./expiry.ts")).onExpiry,
    },
    "proposal-approvals": {
      basis: "release",
      events: ["proposal.approval_over", "proposal.assigned", "proposal.deleted"],
      uses: ["domains", "flows:answer"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem"] }, { actions: ["Query"], indexes: ["by_related", "by_time"] }],
      load: async () => (await import("../approval/subject.listener.ts")).onSubjectChanged,
    },
  },
});

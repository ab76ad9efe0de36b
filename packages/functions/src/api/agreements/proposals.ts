import { SubmissionPreview } from "@crm/core/agreements/approval/submission-preview.ts";
import { ProposalAcceptance } from "@crm/core/agreements/proposal/acceptance.ts";
import { ProposalApprovals } from "@crm/core/agreements/proposal/approval.ts";
import { ProposalPdf } from "@crm/core/agreements/proposal/pdf.ts";
import { Proposals } from "@crm/core/agreements/proposal/proposal.entity.ts";
import { PROPOSAL, proposalGrants, proposalTemplateGrants } from "@crm/core/agreements/proposal/proposal.kind.ts";
import { Proposal } from "@crm/core/agreements/proposal/proposal.ts";
import { ProposalSending } from "@crm/core/agreements/proposal/sending.ts";
import { ProposalTemplates } from "@crm/core/agreements/proposal/template.entity.ts";
import { ProposalTemplate } from "@crm/core/agreements/proposal/template.ts";
import { ProposalVersions } from "@crm/core/agreements/proposal/versions.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { toFileVerb } from "../../http/file-response.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildActivityOperations } from "../shared/activity-operations.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { buildRevisionOperation } from "../shared/revision-operation.ts";
import { buildAnswerOperations, buildVersionOperations } from "./offer-operations.ts";

const tag = "Proposals";
const output = recordSchema("Proposal", Proposal.Info);
const section = Proposal.Section.meta({ id: "ProposalSection" });
const writeOptions = { tag, access: proposalGrants.write } as const;
const links = linksFor(Proposals);
const offerDeclaration = {
  noun: "Proposal",
  path: "/proposals",
  tag,
  read: proposalGrants.read,
  write: proposalGrants.write,
  output,
  links,
} as const;
const record = { ...writeOptions, output, kind: "record", links } as const;

const sections = [
  operation({
    name: "listProposalSections",
    method: "GET",
    path: "/proposals/{id}/sections",
    tag,
    access: proposalGrants.read,
    summary: "List the sections of a proposal",
    verb: Proposal.listSections,
    output: z.array(section),
  }),
  operation({
    name: "addProposalSection",
    method: "POST",
    path: "/proposals/{id}/sections",
    summary: "Add a section to a proposal",
    verb: Proposal.addSection,
    status: 201,
    ...record,
  }),
  operation({
    name: "reorderProposalSections",
    method: "POST",
    path: "/proposals/{id}/sections/reorder",
    summary: "Reorder the sections of a proposal",
    verb: Proposal.reorderSections,
    ...record,
  }),
  operation({
    name: "replaceProposalSection",
    method: "PUT",
    path: "/proposals/{id}/sections/{section_id}",
    summary: "Replace a section of a proposal",
    description: "Omitted fields are cleared; the position does not change.",
    verb: Proposal.replaceSection,
    output: section,
    ...writeOptions,
  }),
  operation({
    name: "removeProposalSection",
    method: "DELETE",
    path: "/proposals/{id}/sections/{section_id}",
    summary: "Remove a section from a proposal",
    verb: Proposal.removeSection,
    ...record,
  }),
] as const;

/** Operations that take a proposal from its draft to an agreement. */
const lifecycleOperations = [
  operation({
    name: "previewProposal",
    method: "GET",
    path: "/proposals/{id}/preview",
    tag,
    access: proposalGrants.read,
    summary: "Preview a proposal as its customer sees it",
    description: "Merge fields have values: the present ones for a draft, otherwise those of the submission.",
    verb: ProposalApprovals.preview,
    output: ProposalApprovals.Preview,
  }),
  operation({
    name: "submitProposal",
    method: "POST",
    path: "/proposals/{id}/submit",
    summary: "Submit a proposal for approval",
    description:
      "The proposal is APPROVED at once if the rule `proposal_approval` requires no approval, otherwise PENDING_APPROVAL.",
    verb: ProposalApprovals.submit,
    ...record,
  }),
  operation({
    name: "previewProposalSubmission",
    method: "GET",
    path: "/proposals/{id}/submission-preview",
    summary: "Preview the submission of a proposal",
    description: "Names the users who would be asked to approve the proposal, and the reasons. Writes nothing.",
    verb: ProposalApprovals.previewApproval,
    output: SubmissionPreview,
    ...writeOptions,
  }),
  operation({
    name: "withdrawProposal",
    method: "POST",
    path: "/proposals/{id}/withdraw",
    summary: "Withdraw a proposal to a draft",
    description: "Possible until the customer has it.",
    verb: ProposalApprovals.withdraw,
    ...record,
  }),
  ...buildAnswerOperations(
    offerDeclaration,
    { ...ProposalSending, ...ProposalAcceptance },
    {
      send: "Sends an approved proposal, with its quote, by email with a private link. A repeat sends the same link.",
      accept: "Also accepts its quote, unless that was accepted before.",
    },
  ),
  ...buildVersionOperations(offerDeclaration, ProposalVersions, toFileVerb(ProposalPdf.render)),
] as const;

const templateOptions = { tag: "Proposal templates", access: proposalTemplateGrants.read } as const;

const templates = [
  ...crud({
    noun: "ProposalTemplate",
    plural: "ProposalTemplates",
    tag: "Proposal templates",
    path: "/proposals/templates",
    read: proposalTemplateGrants.read,
    write: proposalTemplateGrants.write,
    remove: proposalTemplateGrants.write,
    domain: ProposalTemplate,
    output: recordSchema("ProposalTemplate", ProposalTemplate.Info),
    row: recordSchema("ProposalTemplateRow", ProposalTemplate.Row),
    links: linksFor(ProposalTemplates),
  }),
  operation({
    name: "previewProposalTemplate",
    method: "POST",
    path: "/proposals/templates/{id}/preview",
    summary: "Preview a proposal of a template",
    description: "Nothing is stored.",
    verb: ProposalTemplate.preview,
    output: ProposalTemplate.Preview,
    onlyReads: true,
    keyed: false,
    ...templateOptions,
  }),
  buildRevisionOperation("ProposalTemplate", ProposalTemplate, {
    path: "/proposals/templates",
    links: linksFrom({
      self: "/proposals/templates/{proposal_template_id}/revisions",
      template: "/proposals/templates/{proposal_template_id}",
    }),
    ...templateOptions,
  }),
] as const;

const operations = [
  ...buildFollowOperations("Proposal", PROPOSAL),
  ...crud({
    noun: "Proposal",
    plural: "Proposals",
    tag,
    path: "/proposals",
    read: proposalGrants.read,
    write: proposalGrants.write,
    remove: proposalGrants.delete,
    domain: Proposal,
    output,
    row: recordSchema("ProposalRow", Proposal.Row),
    links,
  }),
  ...sections,
  ...lifecycleOperations,
  ...templates,
  buildExportOperation("exportProposals", "proposals", tag, proposalGrants.read, Proposal.listDefinition),
  ...buildActivityOperations("Proposal", "/proposals", createRecordActivities(Proposals)),
] as const;

export const proposals = defineApiFunction(operations, {
  uses: [
    "secrets:links",
    "secrets:lookups",
    "fonts",
    "objects:documents:put",
    "objects:documents:get",
    "objects:attachments:get",
  ],
  // This much memory comes with one full processor, which limits how fast a document is drawn.
  memory: 1769,
});

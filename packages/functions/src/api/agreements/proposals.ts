import { ProposalAcceptance } from "@crm/core/agreements/proposal/acceptance.ts";
import { ProposalActivities } from "@crm/core/agreements/proposal/activities.ts";
import { ProposalApprovals } from "@crm/core/agreements/proposal/approval.ts";
import { ProposalPdf } from "@crm/core/agreements/proposal/pdf.ts";
import { Proposals } from "@crm/core/agreements/proposal/proposal.entity.ts";
import { proposalGrants, proposalTemplateGrants } from "@crm/core/agreements/proposal/proposal.kind.ts";
import { Proposal } from "@crm/core/agreements/proposal/proposal.ts";
import { ProposalSending } from "@crm/core/agreements/proposal/sending.ts";
import { ProposalTemplates } from "@crm/core/agreements/proposal/template.entity.ts";
import { ProposalTemplate } from "@crm/core/agreements/proposal/template.ts";
import { ProposalVersions } from "@crm/core/agreements/proposal/versions.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { storedFileResponse } from "../../http/file-response.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { buildActivityOperations } from "../shared/activity-operations.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { offerOutput } from "./share-link-output.ts";

const tag = "Proposals";
const output = recordSchema("Proposal", Proposal.Info);
const section = Proposal.Section.meta({ id: "ProposalSection" });
const writeOptions = { tag, access: proposalGrants.write } as const;
const links = linksFor(Proposals);
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
    summary: "Put the sections of a proposal in another order",
    verb: Proposal.reorderSections,
    ...record,
  }),
  operation({
    name: "replaceProposalSection",
    method: "PUT",
    path: "/proposals/{id}/sections/{section_id}",
    summary: "Replace a section of a proposal",
    description: "A field that is left out is cleared; its place stays.",
    verb: Proposal.replaceSection,
    output: section,
    ...writeOptions,
  }),
  operation({
    name: "removeProposalSection",
    method: "DELETE",
    path: "/proposals/{id}/sections/{section_id}",
    summary: "Take a section from a proposal",
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
    summary: "See what a proposal says to its customer",
    description: "With values in place of merge fields: of a draft those of now, else those of its submission.",
    verb: ProposalApprovals.preview,
    output: ProposalApprovals.Preview,
  }),
  operation({
    name: "submitProposal",
    method: "POST",
    path: "/proposals/{id}/submit",
    summary: "Submit a proposal for approval",
    description: "APPROVED at once where the rule `proposal_approval` asks nobody, else PENDING_APPROVAL.",
    verb: ProposalApprovals.submit,
    ...record,
  }),
  operation({
    name: "withdrawProposal",
    method: "POST",
    path: "/proposals/{id}/withdraw",
    summary: "Take a proposal back to a draft",
    description: "Before the customer has it.",
    verb: ProposalApprovals.withdraw,
    ...record,
  }),
  operation({
    name: "sendProposal",
    method: "POST",
    path: "/proposals/{id}/send",
    summary: "Send a proposal to the customer",
    description: "An approved one, by mail with a private link, and its quote with it; again, the same link.",
    verb: ProposalSending.send,
    ...record,
  }),
  operation({
    name: "readProposalOffer",
    method: "GET",
    path: "/proposals/{id}/offer",
    tag,
    access: proposalGrants.read,
    summary: "Read what was sent, seen and answered",
    verb: ProposalSending.readOffer,
    output: offerOutput,
  }),
  operation({
    name: "revokeProposalLinks",
    method: "POST",
    path: "/proposals/{id}/links/revoke",
    summary: "Make the links of a proposal void",
    description: "Sent again, it has another.",
    verb: ProposalSending.revoke,
    output: offerOutput,
    ...writeOptions,
  }),
  operation({
    name: "presentProposal",
    method: "POST",
    path: "/proposals/{id}/present",
    summary: "Say that a proposal was presented",
    verb: ProposalAcceptance.present,
    ...record,
  }),
  operation({
    name: "acceptProposal",
    method: "POST",
    path: "/proposals/{id}/accept",
    summary: "Accept a proposal for the customer",
    description: "With its quote, unless that was accepted before.",
    verb: ProposalAcceptance.accept,
    ...record,
  }),
  operation({
    name: "rejectProposal",
    method: "POST",
    path: "/proposals/{id}/reject",
    summary: "Reject a proposal for the customer",
    verb: ProposalAcceptance.reject,
    ...record,
  }),
  operation({
    name: "createProposalVersion",
    method: "POST",
    path: "/proposals/{id}/version",
    summary: "Make a new version of a proposal",
    description: "A DRAFT that takes the place of the latest version.",
    verb: ProposalVersions.create,
    status: 201,
    ...record,
  }),
  operation({
    name: "compareProposals",
    method: "GET",
    path: "/proposals/{id}/compare",
    tag,
    access: proposalGrants.read,
    summary: "Compare two versions of a proposal",
    verb: ProposalVersions.compare,
    output: ProposalVersions.Comparison.meta({ id: "ProposalComparison" }),
  }),
  operation({
    name: "getProposalPdf",
    method: "GET",
    path: "/proposals/{id}/pdf",
    tag,
    access: proposalGrants.read,
    summary: "Get a proposal as a PDF",
    description: "As its customer gets it. `ETag` is the SHA-256 of the file; one over 4 MB is a 303 to a link.",
    verb: fn(ProposalPdf.render.schema, async (input) =>
      storedFileResponse({ ...(await ProposalPdf.render(input)), content_type: "application/pdf" }),
    ),
    kind: "raw",
  }),
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
    summary: "See what a proposal of a template would say",
    description: "Nothing is stored.",
    verb: ProposalTemplate.preview,
    output: ProposalTemplate.Preview,
    onlyReads: true,
    keyed: false,
    ...templateOptions,
  }),
  operation({
    name: "listProposalTemplateRevisions",
    method: "GET",
    path: "/proposals/templates/{id}/revisions",
    summary: "List what a proposal template has said",
    verb: ProposalTemplate.listRevisions,
    output: rowSchema("ProposalTemplateRevision", ProposalTemplate.Revision),
    kind: "list",
    links: linksFrom({
      self: "/proposals/templates/{proposal_template_id}/revisions",
      template: "/proposals/templates/{proposal_template_id}",
    }),
    ...templateOptions,
  }),
] as const;

const operations = [
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
  buildExportOperation(
    "exportProposals",
    "proposals",
    tag,
    proposalGrants.read,
    Proposal.list.schema,
    async () => (await import("@crm/core/agreements/proposal/proposal.export.ts")).proposals,
  ),
  ...buildActivityOperations("Proposal", "/proposals", ProposalActivities),
] as const;

export const proposals = defineApiFunction(operations, {
  uses: ["fonts", "objects:documents:put", "objects:documents:get", "objects:attachments:get"],
  // This much memory comes with one full processor, which limits how fast a document is drawn.
  memory: 1769,
});

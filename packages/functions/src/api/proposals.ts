import { fn } from "@crm/core/kernel/fn.ts";
import { ProposalAcceptance } from "@crm/core/proposal/acceptance.ts";
import { ProposalActivities } from "@crm/core/proposal/activities.ts";
import { ProposalApprovals } from "@crm/core/proposal/approval.ts";
import { ProposalPdf } from "@crm/core/proposal/pdf.ts";
import { proposalGrants, proposalTemplateGrants } from "@crm/core/proposal/proposal.domain.ts";
import { Proposal } from "@crm/core/proposal/proposal.ts";
import { ProposalSending } from "@crm/core/proposal/sending.ts";
import { ProposalTemplates } from "@crm/core/proposal/template.entity.ts";
import { ProposalTemplate } from "@crm/core/proposal/template.ts";
import { ProposalVersions } from "@crm/core/proposal/versions.ts";
import * as z from "zod";
import { keptAnswer } from "../http/file.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf, rowOf } from "../http/operation.ts";
import { activitiesAt } from "./activities-at.ts";
import { crud } from "./crud.ts";
import { exporting } from "./files.ts";
import { linksOf, proposalLinks, proposalTemplateRevisionLinks } from "./links.ts";
import { offer } from "./sent.ts";

const tag = "Proposals";
const output = recordOf("Proposal", Proposal.Info);
const section = Proposal.Section.meta({ id: "ProposalSection" });
const changes = { tag, access: proposalGrants.write } as const;
const whole = { ...changes, output, kind: "record", links: proposalLinks } as const;

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
    ...whole,
  }),
  operation({
    name: "reorderProposalSections",
    method: "POST",
    path: "/proposals/{id}/sections/reorder",
    summary: "Put the sections of a proposal in another order",
    verb: Proposal.reorderSections,
    ...whole,
  }),
  operation({
    name: "replaceProposalSection",
    method: "PUT",
    path: "/proposals/{id}/sections/{section_id}",
    summary: "Replace a section of a proposal",
    description: "A field that is left out is cleared; its place stays.",
    verb: Proposal.replaceSection,
    output: section,
    ...changes,
  }),
  operation({
    name: "removeProposalSection",
    method: "DELETE",
    path: "/proposals/{id}/sections/{section_id}",
    summary: "Take a section from a proposal",
    verb: Proposal.removeSection,
    ...whole,
  }),
] as const;

/** The way of a proposal from a draft to what is agreed. */
const way = [
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
    ...whole,
  }),
  operation({
    name: "withdrawProposal",
    method: "POST",
    path: "/proposals/{id}/withdraw",
    summary: "Take a proposal back to a draft",
    description: "Before the customer has it.",
    verb: ProposalApprovals.withdraw,
    ...whole,
  }),
  operation({
    name: "sendProposal",
    method: "POST",
    path: "/proposals/{id}/send",
    summary: "Send a proposal to the customer",
    description: "An approved one, by mail with a private link, and its quote with it; again, the same link.",
    verb: ProposalSending.send,
    ...whole,
  }),
  operation({
    name: "readProposalOffer",
    method: "GET",
    path: "/proposals/{id}/offer",
    tag,
    access: proposalGrants.read,
    summary: "Read what was sent, seen and answered",
    verb: ProposalSending.sent,
    output: offer,
  }),
  operation({
    name: "revokeProposalLinks",
    method: "POST",
    path: "/proposals/{id}/links/revoke",
    summary: "Make the links of a proposal void",
    description: "Sent again, it has another.",
    verb: ProposalSending.revoke,
    output: offer,
    ...changes,
  }),
  operation({
    name: "presentProposal",
    method: "POST",
    path: "/proposals/{id}/present",
    summary: "Say that a proposal was presented",
    verb: ProposalAcceptance.present,
    ...whole,
  }),
  operation({
    name: "acceptProposal",
    method: "POST",
    path: "/proposals/{id}/accept",
    summary: "Accept a proposal for the customer",
    description: "With its quote, unless that was accepted before.",
    verb: ProposalAcceptance.accept,
    ...whole,
  }),
  operation({
    name: "rejectProposal",
    method: "POST",
    path: "/proposals/{id}/reject",
    summary: "Reject a proposal for the customer",
    verb: ProposalAcceptance.reject,
    ...whole,
  }),
  operation({
    name: "createProposalVersion",
    method: "POST",
    path: "/proposals/{id}/version",
    summary: "Make a new version of a proposal",
    description: "A DRAFT that takes the place of the latest version.",
    verb: ProposalVersions.create,
    status: 201,
    ...whole,
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
    verb: fn(ProposalPdf.file.schema, async (input) =>
      keptAnswer({ ...(await ProposalPdf.file(input)), content_type: "application/pdf" }),
    ),
    kind: "raw",
  }),
] as const;

const templating = { tag: "Proposal templates", access: proposalTemplateGrants.read } as const;

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
    output: recordOf("ProposalTemplate", ProposalTemplate.Info),
    row: recordOf("ProposalTemplateRow", ProposalTemplate.Row),
    links: linksOf(ProposalTemplates),
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
    ...templating,
  }),
  operation({
    name: "listProposalTemplateRevisions",
    method: "GET",
    path: "/proposals/templates/{id}/revisions",
    summary: "List what a proposal template has said",
    verb: ProposalTemplate.revisions,
    output: rowOf("ProposalTemplateRevision", ProposalTemplate.Revision),
    kind: "list",
    links: proposalTemplateRevisionLinks,
    ...templating,
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
    row: recordOf("ProposalRow", Proposal.Row),
    links: proposalLinks,
  }),
  ...sections,
  ...way,
  ...templates,
  exporting(
    "exportProposals",
    "proposals",
    tag,
    proposalGrants.read,
    Proposal.list.schema,
    async () => (await import("@crm/core/proposal/proposal.export.ts")).proposals,
  ),
  ...activitiesAt("Proposal", "/proposals", ProposalActivities),
] as const;

export const proposals = serves(operations, {
  uses: ["fonts", "objects:documents:put", "objects:documents:get", "objects:attachments:get"],
  // A document is drawn as fast as a whole processor does it.
  memory: 1769,
});

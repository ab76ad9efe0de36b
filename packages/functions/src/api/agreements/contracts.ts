import { SubmissionPreview } from "@crm/core/agreements/approval/submission-preview.ts";
import { ContractApprovals } from "@crm/core/agreements/contract/approval.ts";
import { Contracts } from "@crm/core/agreements/contract/contract.entity.ts";
import { CONTRACT, contractGrants } from "@crm/core/agreements/contract/contract.kind.ts";
import { Contract } from "@crm/core/agreements/contract/contract.ts";
import { ContractValues } from "@crm/core/agreements/contract/contract-value.ts";
import { Deliverables } from "@crm/core/agreements/contract/deliverable.ts";
import { ContractPlan } from "@crm/core/agreements/contract/instalments.ts";
import { Lifecycle } from "@crm/core/agreements/contract/lifecycle.ts";
import { Signature } from "@crm/core/agreements/contract/signature.ts";
import { ContractText } from "@crm/core/agreements/contract/text.ts";
import { ContractFile } from "@crm/core/agreements/contract-file/contract-document.ts";
import { Convert } from "@crm/core/commerce/order/conversion.schema.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { toFileVerb } from "../../http/file-response.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildActivityOperations } from "../shared/activity-operations.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor } from "../shared/links.ts";
import { contractAmendments } from "./contract-amendments.ts";
import { contractOutput, contractRenewals } from "./contract-renewals.ts";
import { contractTemplateOperations } from "./contract-templates.ts";

const tag = "Contracts";
const output = contractOutput;
const deliverable = Contract.Deliverable.meta({ id: "ContractDeliverable" });
const readOptions = { tag, access: contractGrants.read } as const;
const writeOptions = { tag, access: contractGrants.write } as const;
const record = { ...writeOptions, output, kind: "record", links: linksFor(Contracts) } as const;

/** Operations that take a contract from its draft to its end. */
const lifecycleOperations = [
  operation({
    name: "submitContract",
    method: "POST",
    path: "/contracts/{id}/submit",
    summary: "Submit a contract for approval",
    description:
      "The contract is APPROVED at once if the rule `contract_approval` requires no approval, otherwise UNDER_REVIEW or PENDING_APPROVAL.",
    verb: ContractApprovals.submit,
    ...record,
  }),
  operation({
    name: "previewContractSubmission",
    method: "GET",
    path: "/contracts/{id}/submission-preview",
    summary: "Preview the submission of a contract",
    description: "Names the users who would be asked to review and to approve the contract, and the reasons. Writes nothing.",
    verb: ContractApprovals.preview,
    output: SubmissionPreview,
    ...writeOptions,
  }),
  operation({
    name: "withdrawContract",
    method: "POST",
    path: "/contracts/{id}/withdraw",
    summary: "Withdraw a contract that is not in force",
    description: "The contract becomes a DRAFT again, unless both sides have signed it.",
    verb: ContractApprovals.withdraw,
    ...record,
  }),
  operation({
    name: "signContract",
    method: "POST",
    path: "/contracts/{id}/sign",
    summary: "Sign a contract",
    description:
      "Records a signature on paper; the customer's needs the signed file and the permission `contract:record_signature`. With a provider or " +
      "signers, or for the customer without a file, it starts a signature request.",
    verb: Signature.sign,
    ...record,
  }),
  operation({
    name: "activateContract",
    method: "POST",
    path: "/contracts/{id}/activate",
    summary: "Activate a contract",
    description: "Possible once it is signed and its first day has come; this also happens automatically.",
    dialog: {
      title: "Activate contract",
      effect: "The contract is in force from now on.",
      done: "{record} was activated.",
    },
    verb: Lifecycle.activate,
    ...record,
  }),
  operation({
    name: "convertContract",
    method: "POST",
    path: "/contracts/{id}/convert",
    summary: "Convert a contract to an order",
    description: "An approved contract, once: a second request returns 409 with the order.",
    verb: fn(Convert, async (input) => (await import("@crm/core/commerce/order/conversion.ts")).convertContract(input)),
    ...record,
  }),
  operation({
    name: "terminateContract",
    method: "POST",
    path: "/contracts/{id}/terminate",
    summary: "Terminate a contract",
    description: "Immediately, or with effect from a later day.",
    dialog: {
      title: "Terminate contract",
      effect: "The contract ends at once, or on the day that you choose.",
      done: "{record} was terminated.",
    },
    verb: Lifecycle.terminate,
    ...record,
    access: contractGrants.terminate,
  }),
  operation({
    name: "withdrawContractTermination",
    method: "POST",
    path: "/contracts/{id}/termination/withdraw",
    summary: "Withdraw the termination of a contract",
    description: "Possible until the termination takes effect.",
    verb: Lifecycle.withdrawTermination,
    ...record,
    access: contractGrants.terminate,
  }),
  operation({
    name: "getContractPlan",
    method: "GET",
    path: "/contracts/{id}/plan",
    summary: "Read the payment plan of a contract",
    verb: ContractPlan.read,
    output: ContractPlan.Info.meta({ id: "ContractPlan" }),
    ...readOptions,
  }),
  operation({
    name: "getContractText",
    method: "GET",
    path: "/contracts/{id}/text",
    summary: "Read the terms of a contract",
    verb: ContractText.read,
    output: ContractText.Info.meta({ id: "ContractText" }),
    ...readOptions,
  }),
  operation({
    name: "setContractText",
    method: "PUT",
    path: "/contracts/{id}/text",
    summary: "Replace the terms of a contract",
    description: "Replaces all terms. A submitted contract becomes a DRAFT again; a contract with a signature cannot be changed.",
    verb: ContractText.setTerms,
    output: ContractText.Info.meta({ id: "ContractText" }),
    ...writeOptions,
  }),
  operation({
    name: "generateContractText",
    method: "POST",
    path: "/contracts/{id}/text/generate",
    summary: "Generate the terms of a contract from its template",
    description: "From the present values of the contract. Replaces all existing terms.",
    verb: ContractText.generate,
    output: ContractText.Info.meta({ id: "ContractText" }),
    ...writeOptions,
  }),
  operation({
    name: "getContractPdf",
    method: "GET",
    path: "/contracts/{id}/pdf",
    ...readOptions,
    summary: "Get a contract as a PDF",
    description:
      "The complete contract: parties, terms, deliverables, payment plan, signatures. `ETag` is its SHA-256; a file over 4 MB returns 303 with a link.",
    verb: toFileVerb(ContractFile.render),
    kind: "raw",
  }),
] as const;

const deliverables = [
  operation({
    name: "listContractDeliverables",
    method: "GET",
    path: "/contracts/{id}/deliverables",
    summary: "List the deliverables of a contract",
    verb: Deliverables.list,
    output: z.array(deliverable),
    ...readOptions,
  }),
  operation({
    name: "addContractDeliverable",
    method: "POST",
    path: "/contracts/{id}/deliverables",
    summary: "Add a deliverable to a contract",
    description: "Deliverables are part of the agreed content.",
    verb: Deliverables.add,
    status: 201,
    output: deliverable,
    ...writeOptions,
  }),
  operation({
    name: "updateContractDeliverable",
    method: "PATCH",
    path: "/contracts/{id}/deliverables/{deliverable_id}",
    summary: "Change a deliverable of a contract, or its status",
    description: "The status can change from the contract's first day on; the content is fixed after the submission.",
    verb: Deliverables.update,
    output: deliverable,
    ...writeOptions,
  }),
  operation({
    name: "removeContractDeliverable",
    method: "DELETE",
    path: "/contracts/{id}/deliverables/{deliverable_id}",
    summary: "Remove a deliverable from a contract",
    verb: Deliverables.remove,
    ...writeOptions,
  }),
] as const;

const operations = [
  operation({
    name: "getContractStats",
    method: "GET",
    path: "/contracts/stats",
    summary: "Count contracts and their values by status",
    description: "By currency, for the contracts that the caller can see; read from counters.",
    verb: ContractValues.read,
    output: ContractValues.Info.meta({ id: "ContractStats" }),
    ...readOptions,
  }),
  ...buildFollowOperations("Contract", CONTRACT),
  ...crud({
    noun: "Contract",
    plural: "Contracts",
    tag,
    path: "/contracts",
    read: contractGrants.read,
    write: contractGrants.write,
    remove: contractGrants.delete,
    domain: Contract,
    output,
    row: recordSchema("ContractRow", Contract.Row),
    links: linksFor(Contracts),
  }),
  ...lifecycleOperations,
  ...deliverables,
  ...contractAmendments,
  ...contractRenewals,
  buildExportOperation("exportContracts", "contracts", tag, contractGrants.read, Contract.listDefinition),
  ...buildActivityOperations("Contract", "/contracts", createRecordActivities(Contracts)),
  ...contractTemplateOperations,
] as const;

export const contracts = defineApiFunction(operations, {
  uses: [
    "secrets:links",
    "secrets:lookups",
    "domains",
    "flows:answer",
    "fonts",
    "sms_sender",
    "objects:documents:put",
    "objects:documents:get",
    "objects:attachments:get",
  ],
  // This much memory comes with one full processor, which limits how fast a document is drawn.
  memory: 1769,
});

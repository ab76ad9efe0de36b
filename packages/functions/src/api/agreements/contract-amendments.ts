import { Amendment } from "@crm/core/agreements/amendment/amendment.ts";
import { AmendmentFile } from "@crm/core/agreements/amendment/document.ts";
import { AmendmentSending } from "@crm/core/agreements/amendment/sending.ts";
import { AmendmentSignature } from "@crm/core/agreements/amendment/signature.ts";
import { AmendmentWorkflow } from "@crm/core/agreements/amendment/workflow.ts";
import { approvalGrants } from "@crm/core/agreements/approval/approval.kind.ts";
import { SubmissionPreview } from "@crm/core/agreements/approval/submission-preview.ts";
import { contractGrants } from "@crm/core/agreements/contract/contract.kind.ts";
import { toFileVerb } from "../../http/file-response.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { linksFrom } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { offerOutput, sendDialog, sendPreviewOptions } from "./share-link-output.ts";

const tag = "Contracts";
const path = "/contracts/{id}/amendments";
const recordPath = `${path}/{amendmentId}` as const;
const output = recordSchema("ContractAmendment", Amendment.Info);
const row = rowSchema("ContractAmendmentRow", Amendment.Row);
const links = linksFrom({
  self: "/contracts/{contract_id}/amendments/{id}",
  contract: "/contracts/{contract_id}",
  owner: "/users/{owner_id}",
});
const readOptions = { tag, access: contractGrants.read } as const;
const record = {
  tag,
  access: contractGrants.write,
  output,
  kind: "record",
  links,
  writes: "amendmentId",
} as const;

/** Operations on amendments of contracts, in the `contracts` function. */
export const contractAmendments = [
  ...buildListOperations({
    name: "listAmendments",
    path: "/contracts/amendments",
    summary: "List the amendments of all contracts",
    description: "The amendments of the contracts that the caller can see. `owner` is the owner of the contract.",
    verb: Amendment.listAll,
    output: row,
    links,
    ...readOptions,
  }),
  buildExportOperation(
    "exportAmendments",
    "amendments",
    tag,
    contractGrants.read,
    Amendment.listDefinition,
    "/contracts/amendments",
  ),
  operation({
    name: "listContractAmendments",
    method: "GET",
    path,
    summary: "List the amendments of a contract",
    verb: Amendment.list,
    output: row,
    kind: "list",
    links,
    ...readOptions,
  }),
  operation({
    name: "createContractAmendment",
    method: "POST",
    path,
    summary: "Create an amendment of a contract",
    description:
      "The contract must be signed or in force. The amendment stores its changes next to the contract's values at that time.",
    verb: Amendment.create,
    status: 201,
    ...record,
    writes: "id",
  }),
  operation({
    name: "getContractAmendment",
    method: "GET",
    path: recordPath,
    summary: "Read an amendment",
    verb: Amendment.get,
    ...record,
    access: contractGrants.read,
  }),
  operation({
    name: "replaceContractAmendment",
    method: "PUT",
    path: recordPath,
    summary: "Replace an amendment",
    description: "Omitted fields are cleared. The amendment is rebuilt, and becomes a DRAFT again.",
    verb: Amendment.replace,
    ...record,
  }),
  operation({
    name: "updateContractAmendment",
    method: "PATCH",
    path: recordPath,
    summary: "Change fields of an amendment",
    description:
      "Changes only the named fields; `null` clears one. The amendment is rebuilt and becomes a DRAFT again, unless only `notes` change.",
    verb: Amendment.update,
    ...record,
  }),
  operation({
    name: "deleteContractAmendment",
    method: "DELETE",
    path: recordPath,
    summary: "Delete an amendment",
    description: "Only a DRAFT, rejected or withdrawn amendment can be deleted.",
    verb: Amendment.remove,
    ...record,
  }),
  operation({
    name: "refreshContractAmendment",
    method: "POST",
    path: `${recordPath}/refresh`,
    summary: "Rebuild an amendment",
    description: "Rebuilds the same changes from the present contract, which may have changed since.",
    verb: Amendment.refresh,
    ...record,
  }),
  operation({
    name: "submitContractAmendment",
    method: "POST",
    path: `${recordPath}/submit`,
    summary: "Submit an amendment",
    description:
      "Starts the first required step: legal review or approval, as the rule `contract_amendment_approval` decides, " +
      "then the customer, then the signers.",
    verb: AmendmentWorkflow.submit,
    ...record,
  }),
  operation({
    name: "previewContractAmendmentSubmission",
    method: "GET",
    path: `${recordPath}/submission-preview`,
    summary: "Preview the submission of an amendment",
    description: "Names the users who would be asked to review and to approve the amendment, and the reasons. Writes nothing.",
    verb: AmendmentWorkflow.preview,
    output: SubmissionPreview,
    tag,
    access: contractGrants.write,
  }),
  operation({
    name: "approveContractAmendment",
    method: "POST",
    path: `${recordPath}/approve`,
    summary: "Approve an amendment",
    description: "Decides the caller's own approval or, with `from: customer`, records the customer's consent with its proof.",
    verb: AmendmentWorkflow.approve,
    ...record,
    access: approvalGrants.decide,
  }),
  operation({
    name: "rejectContractAmendment",
    method: "POST",
    path: `${recordPath}/reject`,
    summary: "Reject an amendment",
    description: "Decides the caller's own approval or, with `from: customer`, records the customer's refusal.",
    verb: AmendmentWorkflow.reject,
    ...record,
    access: approvalGrants.decide,
  }),
  operation({
    name: "withdrawContractAmendment",
    method: "POST",
    path: `${recordPath}/withdraw`,
    summary: "Withdraw an amendment",
    description: "Possible until both sides have signed it.",
    verb: AmendmentWorkflow.withdraw,
    ...record,
  }),
  operation({
    name: "signContractAmendment",
    method: "POST",
    path: `${recordPath}/sign`,
    summary: "Sign an amendment",
    description:
      "Records a signature on paper; the customer's needs the signed file and the permission `contract:record_signature`. With a provider or " +
      "signers, or for the customer without a file, it starts a signature request. After the second signature the amendment is binding and takes " +
      "effect on its effective date.",
    verb: AmendmentSignature.sign,
    ...record,
  }),
  operation({
    name: "sendContractAmendment",
    method: "POST",
    path: `${recordPath}/send`,
    summary: "Send an amendment to the customer",
    description:
      "By email, with a private link to a page where the customer can accept, decline or ask. A repeat sends the same link.",
    verb: AmendmentSending.send,
    dialog: sendDialog,
    ...record,
  }),
  operation({
    name: "previewContractAmendmentSending",
    path: `${recordPath}/send-preview`,
    summary: "Preview the sending of an amendment",
    verb: AmendmentSending.previewSending,
    ...sendPreviewOptions,
    tag,
    access: contractGrants.write,
  }),
  operation({
    name: "readContractAmendmentOffer",
    method: "GET",
    path: `${recordPath}/offer`,
    summary: "Read what was sent, seen and answered for an amendment",
    verb: AmendmentSending.readOffer,
    output: offerOutput,
    ...readOptions,
  }),
  operation({
    name: "revokeContractAmendmentLinks",
    method: "POST",
    path: `${recordPath}/links/revoke`,
    summary: "Revoke the links to an amendment",
    description: "All links that were sent stop working; sending again creates a new one.",
    verb: AmendmentSending.revoke,
    output: offerOutput,
    tag,
    access: contractGrants.write,
  }),
  operation({
    name: "getContractAmendmentDocument",
    method: "GET",
    path: `${recordPath}/document`,
    summary: "Get an amendment as a PDF",
    description:
      "The contract's values before and after the amendment, and the signatures. While it is being signed, the file has exactly the signed bytes, in " +
      "the language in which they are signed. `ETag` is the SHA-256 of the file.",
    verb: toFileVerb(AmendmentFile.render),
    kind: "raw",
    ...readOptions,
  }),
] as const;

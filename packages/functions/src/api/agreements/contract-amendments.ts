import { Amendment } from "@crm/core/agreements/amendment/amendment.ts";
import { AmendmentFile } from "@crm/core/agreements/amendment/document.ts";
import { AmendmentSending } from "@crm/core/agreements/amendment/sending.ts";
import { AmendmentSignature } from "@crm/core/agreements/amendment/signature.ts";
import { AmendmentWorkflow } from "@crm/core/agreements/amendment/workflow.ts";
import { approvalGrants } from "@crm/core/agreements/approval/approval.kind.ts";
import { contractGrants } from "@crm/core/agreements/contract/contract.kind.ts";
import { toFileVerb } from "../../http/file-response.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";
import { offerOutput } from "./share-link-output.ts";

const tag = "Contracts";
const path = "/contracts/{id}/amendments";
const recordPath = `${path}/{amendmentId}` as const;
const output = recordSchema("ContractAmendment", Amendment.Info);
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
  operation({
    name: "listContractAmendments",
    method: "GET",
    path,
    summary: "List the amendments of a contract",
    verb: Amendment.list,
    output: rowSchema("ContractAmendmentRow", Amendment.Row),
    kind: "list",
    links,
    ...readOptions,
  }),
  operation({
    name: "createContractAmendment",
    method: "POST",
    path,
    summary: "Draw an amendment of a contract",
    description: "Of a contract that is signed or in force. It says what it changes beside what the contract says then.",
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
    description: "A field that is left out is cleared. It is drawn again, and a DRAFT again.",
    verb: Amendment.replace,
    ...record,
  }),
  operation({
    name: "updateContractAmendment",
    method: "PATCH",
    path: recordPath,
    summary: "Change fields of an amendment",
    description: "Only the fields named; `null` clears one. It is drawn again, and a DRAFT again, unless `notes` alone change.",
    verb: Amendment.update,
    ...record,
  }),
  operation({
    name: "deleteContractAmendment",
    method: "DELETE",
    path: recordPath,
    summary: "Delete an amendment",
    description: "A DRAFT, or one that was rejected or withdrawn.",
    verb: Amendment.remove,
    ...record,
  }),
  operation({
    name: "refreshContractAmendment",
    method: "POST",
    path: `${recordPath}/refresh`,
    summary: "Draw an amendment again",
    description: "As it is, from what the contract says now: another change of the contract may have come between.",
    verb: Amendment.refresh,
    ...record,
  }),
  operation({
    name: "submitContractAmendment",
    method: "POST",
    path: `${recordPath}/submit`,
    summary: "Submit an amendment",
    description:
      "To the first who is asked: the rule `contract_amendment_approval` says whether that is legal review or approval in the house; " +
      "then the customer, then those who sign.",
    verb: AmendmentWorkflow.submit,
    ...record,
  }),
  operation({
    name: "approveContractAmendment",
    method: "POST",
    path: `${recordPath}/approve`,
    summary: "Agree to an amendment",
    description: "By whoever is asked in the house; or, with `from: customer`, what the customer said, with what proves it.",
    verb: AmendmentWorkflow.approve,
    ...record,
    access: approvalGrants.decide,
  }),
  operation({
    name: "rejectContractAmendment",
    method: "POST",
    path: `${recordPath}/reject`,
    summary: "Refuse an amendment",
    description: "By whoever is asked in the house; or, with `from: customer`, what the customer said.",
    verb: AmendmentWorkflow.reject,
    ...record,
    access: approvalGrants.decide,
  }),
  operation({
    name: "withdrawContractAmendment",
    method: "POST",
    path: `${recordPath}/withdraw`,
    summary: "Withdraw an amendment",
    description: "Until both sides have signed it.",
    verb: AmendmentWorkflow.withdraw,
    ...record,
  }),
  operation({
    name: "signContractAmendment",
    method: "POST",
    path: `${recordPath}/sign`,
    summary: "Sign an amendment",
    description:
      "Writes down a signature on paper: of the customer with the signed file and the right `contract:record_signature`. With a provider or " +
      "signers, or of the customer without a file, it starts a signature request. With the second signature it binds both sides, and takes " +
      "effect on its day.",
    verb: AmendmentSignature.sign,
    ...record,
  }),
  operation({
    name: "sendContractAmendment",
    method: "POST",
    path: `${recordPath}/send`,
    summary: "Send an amendment to the customer",
    description: "By mail, with a private link to a page where they agree to it, decline it, or ask. Again, with the same link.",
    verb: AmendmentSending.send,
    ...record,
  }),
  operation({
    name: "readContractAmendmentOffer",
    method: "GET",
    path: `${recordPath}/offer`,
    summary: "Read what was sent of an amendment, seen and answered",
    verb: AmendmentSending.readOffer,
    output: offerOutput,
    ...readOptions,
  }),
  operation({
    name: "revokeContractAmendmentLinks",
    method: "POST",
    path: `${recordPath}/links/revoke`,
    summary: "Make links to an amendment void",
    description: "No link that was sent leads to it; sent again it has another.",
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
      "What the contract said beside what it becomes, and the signatures. While it is being signed it has the bytes that are signed, in " +
      "their language. `ETag` is the SHA-256 of the file.",
    verb: toFileVerb(AmendmentFile.render),
    kind: "raw",
    ...readOptions,
  }),
] as const;

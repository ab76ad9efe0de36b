import { approvalGrants } from "@crm/core/approval/approval.domain.ts";
import { Amendment } from "@crm/core/contract/amendment/amendment.ts";
import { AmendmentCourse } from "@crm/core/contract/amendment/course.ts";
import { AmendmentFile } from "@crm/core/contract/amendment/document.ts";
import { AmendmentSending } from "@crm/core/contract/amendment/sending.ts";
import { AmendmentSignature } from "@crm/core/contract/amendment/signature.ts";
import { contractGrants } from "@crm/core/contract/contract.domain.ts";
import { fn } from "@crm/core/kernel/fn.ts";
import { keptAnswer } from "../http/file.ts";
import { operation, recordOf, rowOf } from "../http/operation.ts";
import { contractAmendmentLinks } from "./links.ts";
import { offer } from "./sent.ts";

const tag = "Contracts";
const path = "/contracts/{id}/amendments";
const one = `${path}/{amendmentId}` as const;
const output = recordOf("ContractAmendment", Amendment.Info);
const reads = { tag, access: contractGrants.read } as const;
const whole = {
  tag,
  access: contractGrants.write,
  output,
  kind: "record",
  links: contractAmendmentLinks,
  writes: "amendmentId",
} as const;

/** Amendments of contracts, which the function of contracts serves. */
export const contractAmendments = [
  operation({
    name: "listContractAmendments",
    method: "GET",
    path,
    summary: "List the amendments of a contract",
    verb: Amendment.list,
    output: rowOf("ContractAmendmentRow", Amendment.Row),
    kind: "list",
    links: contractAmendmentLinks,
    ...reads,
  }),
  operation({
    name: "createContractAmendment",
    method: "POST",
    path,
    summary: "Draw an amendment of a contract",
    description: "Of a contract that is signed or in force. It says what it changes beside what the contract says then.",
    verb: Amendment.create,
    status: 201,
    ...whole,
    writes: "id",
  }),
  operation({
    name: "getContractAmendment",
    method: "GET",
    path: one,
    summary: "Read an amendment",
    verb: Amendment.get,
    ...whole,
    access: contractGrants.read,
  }),
  operation({
    name: "replaceContractAmendment",
    method: "PUT",
    path: one,
    summary: "Replace an amendment",
    description: "A field that is left out is cleared. It is drawn again, and a DRAFT again.",
    verb: Amendment.replace,
    ...whole,
  }),
  operation({
    name: "updateContractAmendment",
    method: "PATCH",
    path: one,
    summary: "Change fields of an amendment",
    description: "Only the fields named; `null` clears one. It is drawn again, and a DRAFT again, unless `notes` alone change.",
    verb: Amendment.update,
    ...whole,
  }),
  operation({
    name: "deleteContractAmendment",
    method: "DELETE",
    path: one,
    summary: "Delete an amendment",
    description: "A DRAFT, or one that was rejected or withdrawn.",
    verb: Amendment.remove,
    ...whole,
  }),
  operation({
    name: "refreshContractAmendment",
    method: "POST",
    path: `${one}/refresh`,
    summary: "Draw an amendment again",
    description: "As it is, from what the contract says now: another change of the contract may have come between.",
    verb: Amendment.refresh,
    ...whole,
  }),
  operation({
    name: "submitContractAmendment",
    method: "POST",
    path: `${one}/submit`,
    summary: "Submit an amendment",
    description:
      "To the first who is asked: the rule `contract_amendment_approval` says whether that is legal review or approval in the house; " +
      "then the customer, then those who sign.",
    verb: AmendmentCourse.submit,
    ...whole,
  }),
  operation({
    name: "approveContractAmendment",
    method: "POST",
    path: `${one}/approve`,
    summary: "Agree to an amendment",
    description: "By whoever is asked in the house; or, with `from: customer`, what the customer said, with what proves it.",
    verb: AmendmentCourse.approve,
    ...whole,
    access: approvalGrants.decide,
  }),
  operation({
    name: "rejectContractAmendment",
    method: "POST",
    path: `${one}/reject`,
    summary: "Refuse an amendment",
    description: "By whoever is asked in the house; or, with `from: customer`, what the customer said.",
    verb: AmendmentCourse.reject,
    ...whole,
    access: approvalGrants.decide,
  }),
  operation({
    name: "withdrawContractAmendment",
    method: "POST",
    path: `${one}/withdraw`,
    summary: "Withdraw an amendment",
    description: "Until both sides have signed it.",
    verb: AmendmentCourse.withdraw,
    ...whole,
  }),
  operation({
    name: "signContractAmendment",
    method: "POST",
    path: `${one}/sign`,
    summary: "Sign an amendment",
    description:
      "Writes down a signature on paper: of the customer with the signed file and the right `contract:record_signature`. With a provider or " +
      "signers, or of the customer without a file, it starts a signature request. With the second signature it binds both sides, and takes " +
      "effect on its day.",
    verb: AmendmentSignature.sign,
    ...whole,
  }),
  operation({
    name: "sendContractAmendment",
    method: "POST",
    path: `${one}/send`,
    summary: "Send an amendment to the customer",
    description: "By mail, with a private link to a page where they agree to it, decline it, or ask. Again, with the same link.",
    verb: AmendmentSending.send,
    ...whole,
  }),
  operation({
    name: "readContractAmendmentOffer",
    method: "GET",
    path: `${one}/offer`,
    summary: "Read what was sent of an amendment, seen and answered",
    verb: AmendmentSending.sent,
    output: offer,
    ...reads,
  }),
  operation({
    name: "revokeContractAmendmentLinks",
    method: "POST",
    path: `${one}/links/revoke`,
    summary: "Make links to an amendment void",
    description: "No link that was sent leads to it; sent again it has another.",
    verb: AmendmentSending.revoke,
    output: offer,
    tag,
    access: contractGrants.write,
  }),
  operation({
    name: "getContractAmendmentDocument",
    method: "GET",
    path: `${one}/document`,
    summary: "Get an amendment as a PDF",
    description:
      "What the contract said beside what it becomes, and the signatures. While it is being signed it has the bytes that are signed, in " +
      "their language. `ETag` is the SHA-256 of the file.",
    verb: fn(AmendmentFile.file.schema, async (input) =>
      keptAnswer({ ...(await AmendmentFile.file(input)), content_type: "application/pdf" }),
    ),
    kind: "raw",
    ...reads,
  }),
] as const;

import { SignatureRequest } from "@crm/core/agreements/signature/request.ts";
import { signatureGrants } from "@crm/core/agreements/signature/signature.kind.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { toFileVerb } from "../../http/file-response.ts";
import { operation, rowSchema } from "../../http/operation.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { signatureRequestLinks, signatureRequestOutput } from "./signature-request-output.ts";

const record = { tag: "Signatures", output: signatureRequestOutput, kind: "record", links: signatureRequestLinks } as const;
const recordWriteOptions = { ...record, method: "POST", access: signatureGrants.write } as const;

const operations = [
  ...buildListOperations({
    ...record,
    name: "listSignatureRequests",
    path: "/signature-requests",
    access: signatureGrants.read,
    summary: "List requests for signatures",
    verb: SignatureRequest.list,
    output: rowSchema("SignatureRequestRow", SignatureRequest.Row),
  }),
  operation({
    ...record,
    name: "getSignatureRequest",
    method: "GET",
    path: "/signature-requests/{id}",
    access: signatureGrants.read,
    summary: "Read a request for signatures",
    verb: SignatureRequest.get,
  }),
  operation({
    ...recordWriteOptions,
    name: "remindSignatureRequest",
    path: "/signature-requests/{id}/remind",
    summary: "Remind those who have still to sign",
    description: "Whose turn it is; once an hour.",
    verb: SignatureRequest.remind,
  }),
  operation({
    ...recordWriteOptions,
    name: "voidSignatureRequest",
    path: "/signature-requests/{id}/void",
    summary: "Take a request for signatures back",
    verb: SignatureRequest.void,
  }),
  operation({
    ...recordWriteOptions,
    name: "reassignSigner",
    path: "/signature-requests/{id}/signers/{signer_id}/reassign",
    summary: "Let somebody else sign in the place of a signer",
    description: "The link of the former signer leads nowhere from then on.",
    verb: SignatureRequest.reassign,
  }),
  operation({
    name: "getSignatureDocument",
    method: "GET",
    path: "/signature-requests/{id}/document",
    tag: "Signatures",
    access: signatureGrants.read,
    summary: "Get what is signed",
    description:
      "The very bytes, as they were when the request began. `ETag` is the SHA-256 of the file; one over 4 MB is a 303 to a link.",
    verb: toFileVerb(SignatureRequest.readDocument),
    kind: "raw",
  }),
  operation({
    name: "getSignatureCertificate",
    method: "GET",
    path: "/signature-requests/{id}/certificate",
    tag: "Signatures",
    access: signatureGrants.read,
    summary: "Get the certificate of signatures",
    description:
      "Of one that is complete: all that happened, with hashes that anybody can verify; with `format=provider` the certificate that its provider has made. One over 4 MB is a 303 to a link.",
    verb: toFileVerb(SignatureRequest.readCertificate),
    kind: "raw",
  }),
] as const;

export const signatures = defineApiFunction(operations, { uses: ["domains", "sms_sender", "objects:documents:get"] });

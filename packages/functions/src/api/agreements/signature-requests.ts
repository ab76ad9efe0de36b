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
    summary: "List signature requests",
    verb: SignatureRequest.list,
    output: rowSchema("SignatureRequestRow", SignatureRequest.Row),
  }),
  operation({
    ...record,
    name: "getSignatureRequest",
    method: "GET",
    path: "/signature-requests/{id}",
    access: signatureGrants.read,
    summary: "Read a signature request",
    verb: SignatureRequest.get,
  }),
  operation({
    ...recordWriteOptions,
    name: "remindSignatureRequest",
    path: "/signature-requests/{id}/remind",
    summary: "Remind the signers of a request",
    description: "Only the signers who can sign now, and at most once an hour.",
    verb: SignatureRequest.remind,
  }),
  operation({
    ...recordWriteOptions,
    name: "voidSignatureRequest",
    path: "/signature-requests/{id}/void",
    summary: "Void a signature request",
    verb: SignatureRequest.void,
  }),
  operation({
    ...recordWriteOptions,
    name: "reassignSigner",
    path: "/signature-requests/{id}/signers/{signer_id}/reassign",
    summary: "Replace a signer by another person",
    description: "The link of the former signer stops working.",
    verb: SignatureRequest.reassign,
  }),
  operation({
    name: "getSignatureDocument",
    method: "GET",
    path: "/signature-requests/{id}/document",
    tag: "Signatures",
    access: signatureGrants.read,
    summary: "Get the document of a signature request",
    description:
      "The exact bytes as of the start of the request. `ETag` is the SHA-256 of the file; a file over 4 MB returns 303 with a link.",
    verb: toFileVerb(SignatureRequest.readDocument),
    kind: "raw",
  }),
  operation({
    name: "getSignatureCertificate",
    method: "GET",
    path: "/signature-requests/{id}/certificate",
    tag: "Signatures",
    access: signatureGrants.read,
    summary: "Get the certificate of a signature request",
    description:
      "For a completed request: all events, with hashes that anyone can verify. `format=provider` returns the certificate of the provider. A file over 4 MB returns 303 with a link.",
    verb: toFileVerb(SignatureRequest.readCertificate),
    kind: "raw",
  }),
] as const;

export const signatures = defineApiFunction(operations, {
  uses: ["secrets:lookups", "domains", "sms_sender", "objects:documents:get"],
});

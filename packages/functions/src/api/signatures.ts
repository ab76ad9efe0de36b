import { fn } from "@crm/core/kernel/fn.ts";
import { SignatureRequest } from "@crm/core/signature/request.ts";
import { signatureGrants } from "@crm/core/signature/signature.domain.ts";
import { keptAnswer } from "../http/file.ts";
import { serves } from "../http/function.ts";
import { operation, rowOf } from "../http/operation.ts";
import { listing } from "./listing.ts";
import { signatureRequest, signatureRequestLinks } from "./signed.ts";

const one = { tag: "Signatures", output: signatureRequest, kind: "record", links: signatureRequestLinks } as const;
const changes = { ...one, method: "POST", access: signatureGrants.write } as const;

const operations = [
  ...listing({
    ...one,
    name: "listSignatureRequests",
    path: "/signature-requests",
    access: signatureGrants.read,
    summary: "List requests for signatures",
    verb: SignatureRequest.list,
    output: rowOf("SignatureRequestRow", SignatureRequest.Row),
  }),
  operation({
    ...one,
    name: "getSignatureRequest",
    method: "GET",
    path: "/signature-requests/{id}",
    access: signatureGrants.read,
    summary: "Read a request for signatures",
    verb: SignatureRequest.get,
  }),
  operation({
    ...changes,
    name: "remindSignatureRequest",
    path: "/signature-requests/{id}/remind",
    summary: "Remind those who have still to sign",
    description: "Whose turn it is; once an hour.",
    verb: SignatureRequest.remind,
  }),
  operation({
    ...changes,
    name: "voidSignatureRequest",
    path: "/signature-requests/{id}/void",
    summary: "Take a request for signatures back",
    verb: SignatureRequest.void,
  }),
  operation({
    ...changes,
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
    verb: fn(SignatureRequest.document.schema, async (input) => keptAnswer(await SignatureRequest.document(input))),
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
    verb: fn(SignatureRequest.certificate.schema, async (input) => keptAnswer(await SignatureRequest.certificate(input))),
    kind: "raw",
  }),
] as const;

export const signatures = serves(operations, { uses: ["domains", "sms_sender", "objects:documents:get"] });

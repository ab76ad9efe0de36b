import { SignatureRequest } from "@crm/core/agreements/signature/request.ts";
import { SignatureRequests } from "@crm/core/agreements/signature/signature.entity.ts";
import { type LinkedRecord, recordSchema } from "../../http/operation.ts";
import { linksFor, recordLink } from "../shared/links.ts";

/** A request for signatures on a document of any kind. */
export const signatureRequestOutput = recordSchema("SignatureRequest", SignatureRequest.Info);

const recordLinks = linksFor(SignatureRequests);

export const signatureRequestLinks = (request: LinkedRecord) => ({
  ...recordLinks(request),
  ...recordLink("subject", request.subject_id),
});

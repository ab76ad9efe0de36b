import { SignatureRequest } from "@crm/core/signature/request.ts";
import { SignatureRequests } from "@crm/core/signature/signature.entity.ts";
import { type Linked, recordOf } from "../http/operation.ts";
import { linksOf, subjectLinks } from "./links.ts";

/** A request for signatures, of whatever kind what is signed is. */
export const signatureRequest = recordOf("SignatureRequest", SignatureRequest.Info);

const named = linksOf(SignatureRequests);

export const signatureRequestLinks = (request: Linked) => ({ ...named(request), ...subjectLinks(request) });

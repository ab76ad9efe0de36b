import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import type { Operation } from "../../http/operation.ts";
import { pageOperation } from "../../http/page-operation.ts";

/**
 * The pages behind links in mails to signers. They have their own function, so that public traffic takes no capacity from users.
 */
const load = () => import("../../pages/signing.ts");

/** Errors are shown in the reader's language. */
const refusal: Operation["refusal"] = async (failure, request) =>
  (await import("../../pages/link-failure.ts")).linkFailurePage(failure, request);

const textField = z.string().default("");
const Link = z.object({ token: textField });

const SigningForm = Link.extend({
  act: oneOf(["code", "enter", "sign", "decline"]),
  code: textField,
  name: textField,
  consent: textField,
  drawing: textField,
  document_hash: textField,
  reason: textField,
});

const operations = [
  pageOperation({
    name: "signingPage",
    method: "GET",
    refusal,
    path: "/s/{token}",
    summary: "Signing page, linked from emails to signers",
    verb: fn(Link, async ({ token }) => (await load()).show(token)),
  }),
  pageOperation({
    name: "sendSigningPage",
    method: "POST",
    refusal,
    path: "/s/{token}",
    summary: "Request a code, enter it, sign, or decline",
    verb: fn(SigningForm, async (sent) => (await load()).submit(sent)),
    largestBody: 64 * 1024,
  }),
  pageOperation({
    name: "signingDocument",
    method: "GET",
    refusal,
    path: "/s/{token}/document",
    summary: "PDF of the document to be signed",
    verb: fn(Link, async ({ token }) => (await load()).document(token)),
  }),
  pageOperation({
    name: "signingCertificate",
    method: "GET",
    refusal,
    path: "/s/{token}/certificate",
    summary: "PDF of the certificate of all signing events",
    verb: fn(Link, async ({ token }) => (await load()).certificate(token)),
  }),
] as const;

/** Signed documents can be of any kind, so the function needs all domains. */
export const signing = defineApiFunction(operations, {
  uses: ["secrets:links", "domains", "objects:documents:put", "objects:documents:get", "objects:attachments:get"],
});

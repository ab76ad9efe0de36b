import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import type { Operation } from "../../http/operation.ts";
import { pageOperation } from "../../http/page-operation.ts";

/** Where links to those who sign lead. A function of its own: what strangers ask takes no room from those who work. */
const load = () => import("../../pages/signing.ts");

/** What goes wrong is said in the language of who reads it. */
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
    summary: "Where mails to those who sign lead: what is to be signed",
    verb: fn(Link, async ({ token }) => (await load()).show(token)),
  }),
  pageOperation({
    name: "sendSigningPage",
    method: "POST",
    refusal,
    path: "/s/{token}",
    summary: "Have a code sent, enter it, sign, or decline to",
    verb: fn(SigningForm, async (sent) => (await load()).submit(sent)),
    largestBody: 64 * 1024,
  }),
  pageOperation({
    name: "signingDocument",
    method: "GET",
    refusal,
    path: "/s/{token}/document",
    summary: "What is signed, as a PDF",
    verb: fn(Link, async ({ token }) => (await load()).document(token)),
  }),
  pageOperation({
    name: "signingCertificate",
    method: "GET",
    refusal,
    path: "/s/{token}/certificate",
    summary: "What happened until everybody had signed, as a PDF",
    verb: fn(Link, async ({ token }) => (await load()).certificate(token)),
  }),
] as const;

/** What is signed is of any kind. */
export const signing = defineApiFunction(operations, {
  uses: ["domains", "objects:documents:put", "objects:documents:get", "objects:attachments:get"],
});

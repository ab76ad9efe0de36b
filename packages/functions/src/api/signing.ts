import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { serves } from "../http/function.ts";
import type { Operation } from "../http/operation.ts";
import { page } from "../http/page.ts";

/** Where links to those who sign lead. A function of its own: what strangers ask takes no room from those who work. */
const load = () => import("../pages/signing.ts");

/** What goes wrong is said in the language of who reads it. */
const refusal: Operation["refusal"] = async (failure, request) =>
  (await import("../pages/offer-failure.ts")).offerFailurePage(failure, request);

const typed = z.string().default("");
const Named = z.object({ token: typed });

const Sent = Named.extend({
  act: oneOf(["code", "enter", "sign", "decline"]),
  code: typed,
  name: typed,
  consent: typed,
  drawing: typed,
  document_hash: typed,
  reason: typed,
});

const operations = [
  page({
    name: "signingPage",
    method: "GET",
    refusal,
    path: "/s/{token}",
    summary: "Where mails to those who sign lead: what is to be signed",
    verb: fn(Named, async ({ token }) => (await load()).show(token)),
  }),
  page({
    name: "sendSigningPage",
    method: "POST",
    refusal,
    path: "/s/{token}",
    summary: "Have a code sent, enter it, sign, or decline to",
    verb: fn(Sent, async (sent) => (await load()).act(sent)),
    largestBody: 64 * 1024,
  }),
  page({
    name: "signingDocument",
    method: "GET",
    refusal,
    path: "/s/{token}/document",
    summary: "What is signed, as a PDF",
    verb: fn(Named, async ({ token }) => (await load()).document(token)),
  }),
  page({
    name: "signingCertificate",
    method: "GET",
    refusal,
    path: "/s/{token}/certificate",
    summary: "What happened until everybody had signed, as a PDF",
    verb: fn(Named, async ({ token }) => (await load()).certificate(token)),
  }),
] as const;

/** What is signed is of any kind. */
export const signing = serves(operations, {
  uses: ["domains", "objects:documents:put", "objects:documents:get", "objects:attachments:get"],
});

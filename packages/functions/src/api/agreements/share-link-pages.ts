import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import type { Operation } from "../../http/operation.ts";
import { pageOperation } from "../../http/page-operation.ts";

/**
 * The pages behind links in mails to customers. They have their own function, so that public traffic takes no capacity from
 * users.
 */
const load = () => import("../../pages/share-link.ts");

/** Errors are shown in the reader's language. */
const refusal: Operation["refusal"] = async (failure, request) =>
  (await import("../../pages/link-failure.ts")).linkFailurePage(failure, request);

const token = z.string().default("");
const textField = z.string().default("");

const OfferForm = z.object({
  token,
  act: oneOf(["accept", "total", "reject", "ask", "request"]),
  name: textField,
  consent: textField,
  // A browser sends one ticked box as a single value, and sends nothing if no box is ticked.
  chosen: z.preprocess((value) => [value ?? []].flat(), z.array(z.string())),
  shown: textField,
  reason: textField,
  question: textField,
  request_id: textField,
  type: textField,
  details: textField,
  item: z.preprocess((value) => [value ?? []].flat(), z.array(z.string()).max(100)),
  quantity: z.preprocess((value) => [value ?? []].flat(), z.array(z.string()).max(100)),
});

const operations = [
  pageOperation({
    name: "offerPage",
    method: "GET",
    refusal,
    path: "/q/{token}",
    summary: "Page of an offer, linked from emails to customers",
    verb: fn(
      z.object({ token, preview: textField.describe("Set by users of the tenant, whose views do not count") }),
      async (query) => (await load()).show(query),
    ),
  }),
  pageOperation({
    name: "answerOfferPage",
    method: "POST",
    refusal,
    path: "/q/{token}",
    summary: "Accept or reject an offer, or ask a question",
    verb: fn(OfferForm, async (sent) => (await load()).submit(sent)),
    largestBody: 64 * 1024,
  }),
  pageOperation({
    name: "offerPdf",
    method: "GET",
    refusal,
    path: "/q/{token}/pdf",
    summary: "PDF of an offer",
    verb: fn(z.object({ token }), async (query) => (await load()).pdf(query.token)),
  }),
  pageOperation({
    name: "seeOfferPage",
    method: "GET",
    refusal,
    path: "/q/{token}/seen.gif",
    summary: "Record a view of an offer, by a tracking pixel",
    verb: fn(z.object({ token, at: textField, mark: textField }), async (query) => (await load()).recordView(query)),
  }),
] as const;

/** Offers can be of any kind, so the function needs all domains. */
export const offers = defineApiFunction(operations, {
  uses: ["secrets:links", "domains", "fonts", "objects:documents:put", "objects:documents:get", "objects:attachments:get"],
  // A long document takes a processor for a third of a second.
  memory: 1769,
});

import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import type { Operation } from "../../http/operation.ts";
import { pageOperation } from "../../http/page-operation.ts";

/** Where links of mails to customers lead. A function of its own: what strangers ask takes no room from those who work. */
const load = () => import("../../pages/share-link.ts");

/** What goes wrong is said in the language of who reads it. */
const refusal: Operation["refusal"] = async (failure, request) =>
  (await import("../../pages/link-failure.ts")).linkFailurePage(failure, request);

const token = z.string().default("");
const textField = z.string().default("");

const OfferForm = z.object({
  token,
  act: oneOf(["accept", "total", "reject", "ask"]),
  name: textField,
  consent: textField,
  // One box comes as one value, and none does not come at all.
  chosen: z.preprocess((given) => [given ?? []].flat(), z.array(z.string())),
  shown: textField,
  reason: textField,
  question: textField,
  request_id: textField,
});

const operations = [
  pageOperation({
    name: "offerPage",
    method: "GET",
    refusal,
    path: "/q/{token}",
    summary: "Where mails to customers lead: what is offered to them",
    verb: fn(z.object({ token }), async (asked) => (await load()).show(asked.token)),
  }),
  pageOperation({
    name: "answerOfferPage",
    method: "POST",
    refusal,
    path: "/q/{token}",
    summary: "Accept or reject what is offered, or ask",
    verb: fn(OfferForm, async (sent) => (await load()).submit(sent)),
    largestBody: 64 * 1024,
  }),
  pageOperation({
    name: "offerPdf",
    method: "GET",
    refusal,
    path: "/q/{token}/pdf",
    summary: "What is offered, as a PDF",
    verb: fn(z.object({ token }), async (asked) => (await load()).pdf(asked.token)),
  }),
  pageOperation({
    name: "seeOfferPage",
    method: "GET",
    refusal,
    path: "/q/{token}/seen.gif",
    summary: "Tell that somebody looks at what is offered, by a picture in the page",
    verb: fn(z.object({ token, at: textField, mark: textField }), async (asked) => (await load()).recordView(asked)),
  }),
] as const;

/** What is offered is of any kind. */
export const offers = defineApiFunction(operations, {
  uses: ["domains", "fonts", "objects:documents:put", "objects:documents:get", "objects:attachments:get"],
  // A long document takes a processor for a third of a second.
  memory: 1769,
});

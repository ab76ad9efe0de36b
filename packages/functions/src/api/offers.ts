import { fn } from "@crm/core/kernel/fn.ts";
import { oneOf } from "@crm/core/kernel/schema.ts";
import * as z from "zod";
import { serves } from "../http/function.ts";
import type { Operation } from "../http/operation.ts";
import { page } from "../http/page.ts";

/** Where links of mails to customers lead. A function of its own: what strangers ask takes no room from those who work. */
const load = () => import("../pages/offer.ts");

/** What goes wrong is said in the language of who reads it. */
const refusal: Operation["refusal"] = async (failure, request) =>
  (await import("../pages/offer-failure.ts")).offerFailurePage(failure, request);

const token = z.string().default("");
const typed = z.string().default("");

const Sent = z.object({
  token,
  act: oneOf(["accept", "total", "reject", "ask"]),
  name: typed,
  consent: typed,
  // One box comes as one value, and none does not come at all.
  chosen: z.preprocess((given) => [given ?? []].flat(), z.array(z.string())),
  shown: typed,
  reason: typed,
  question: typed,
  request_id: typed,
});

const operations = [
  page({
    name: "offerPage",
    method: "GET",
    refusal,
    path: "/q/{token}",
    summary: "Where mails to customers lead: what is offered to them",
    verb: fn(z.object({ token }), async (asked) => (await load()).show(asked.token)),
  }),
  page({
    name: "answerOfferPage",
    method: "POST",
    refusal,
    path: "/q/{token}",
    summary: "Accept or reject what is offered, or ask",
    verb: fn(Sent, async (sent) => (await load()).act(sent)),
    largestBody: 64 * 1024,
  }),
  page({
    name: "offerPdf",
    method: "GET",
    refusal,
    path: "/q/{token}/pdf",
    summary: "What is offered, as a PDF",
    verb: fn(z.object({ token }), async (asked) => (await load()).pdf(asked.token)),
  }),
  page({
    name: "seeOfferPage",
    method: "GET",
    refusal,
    path: "/q/{token}/seen.gif",
    summary: "Tell that somebody looks at what is offered, by a picture in the page",
    verb: fn(z.object({ token, at: typed, mark: typed }), async (asked) => (await load()).seen(asked)),
  }),
] as const;

/** What is offered is of any kind. */
export const offers = serves(operations, {
  uses: ["domains", "fonts", "objects:documents:put", "objects:documents:get", "objects:attachments:get"],
  // A long document takes a processor for a third of a second.
  memory: 1769,
});

import type { App } from "@crm/local/app.ts";
import { type DomainFactory, findOperation, parseData, sendAs, type World } from "../../invariants/registry/operation-input.ts";
import { createMailToken } from "../../people/suppression/factory.ts";
import { createQuoteAfter } from "../quote/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    showMailPoint: async (app, world) => ({ token: await createMailToken(app, world, "o") }),
    offerPage: async (app, world) => ({ token: await createOfferToken(app, world) }),
    answerOfferPage: async (app, world) => ({ token: await createOfferToken(app, world), act: "reject", reason: "Too late" }),
    offerPdf: async (app, world) => ({ token: await createOfferToken(app, world) }),
    seeOfferPage: async (app, world) => ({ token: await createOfferToken(app, world) }),
  },
};

async function createOfferToken(app: App, world: World): Promise<string> {
  const { id } = await createQuoteAfter(app, world, "submitQuote", "sendQuote");
  const { id: offer } = parseData(await sendAs(app, world.tenant.token, findOperation("readQuoteOffer"), { id })) as {
    id: string;
  };
  await app.settle();
  const links = app.mail.sent().flatMap(({ text }) => text.match(/http\S+/g) ?? []);
  return links.findLast((link) => link.includes(offer))?.split("/q/")[1] ?? "";
}

import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestJson, requestText } from "../../platform/import/support.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { type Client, createOpportunity, createQuote, listIds, readRejection } from "./support.ts";

/**
 * What colleagues can read of a quote and a proposal through every operation: one who owned the opportunity and the customer and gave both
 * away, and one who received them and sees neither the customer nor the opportunity.
 */

let app: App;
let tenant: Tenant;
let giver: TestUser;
let taker: TestUser;
const ids = {} as Record<"customer" | "opportunity" | "quote" | "proposal", string>;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  giver = await addUser(app, tenant, "SALES_REP");
  taker = await addUser(app, tenant, "SALES_REP");
  const opportunity = await createOpportunity(giver.client, { name: "Harbour fleet" });
  Object.assign(ids, { opportunity: opportunity.id, customer: opportunity.customer_id });
  const quote = await createQuote(giver.client, { opportunity_id: opportunity.id, name: "Quokkaboat", tags: ["quokka"] });
  const proposalInput = { quote_id: quote.id, name: "Quokkapaper", sections: [{ text: "Words" }] };
  const { data: proposal } = await giver.client.createProposal(proposalInput);
  Object.assign(ids, { quote: quote.id, proposal: proposal.id });
  for (const related_to_id of [quote.id, proposal.id]) await giver.client.createNote({ related_to_id, content: "Quokkanote" });
  await giver.client.submitQuote({ id: quote.id });
  await tenant.admin.updateQuote({ id: quote.id, owner_id: taker.id });
  await tenant.admin.updateProposal({ id: proposal.id, owner_id: taker.id });
  await app.settle();
});
afterAll(() => app.stop());

/** Every list that could contain the records, by its filter. */
const lists = (as: Client) => ({
  quotes: () => as.listQuotes({}),
  "quotes by customer": () => as.listQuotes({ customer: ids.customer }),
  "quotes by opportunity": () => as.listQuotes({ opportunity: ids.opportunity }),
  "quotes by series": () => as.listQuotes({ series: ids.quote }),
  "quotes by words": () => as.listQuotes({ search: "Quokkaboat" }),
  proposals: () => as.listProposals({}),
  "proposals by customer": () => as.listProposals({ customer: ids.customer }),
  "proposals by quote": () => as.listProposals({ quote: ids.quote }),
  "proposals by words": () => as.listProposals({ search: "Quokkapaper" }),
  notes: () => as.listNotes({ search: "Quokkanote" }),
});

const exportFile = async ({ token }: TestUser, path: string): Promise<string> => {
  const { data } = await requestJson(app, token, "POST", `${path}/export`, { format: "csv" });
  await app.settle();
  return (await requestText(app, token, "GET", `/exports/${data.export_id}/file`)).body;
};

describe("a user who reassigned a quote and a proposal", () => {
  it("finds them in no list, count, search or export, although they own the customer and the opportunity", async () => {
    for (const [name, ask] of Object.entries(lists(giver.client))) {
      const { data, meta } = await ask();
      expect([name, data, meta.total]).toEqual([name, [], 0]);
    }
    const { data, meta } = await giver.client.listOpportunityQuotes({ id: ids.opportunity });
    expect([data, meta.total]).toEqual([[], 0]);
    expect(JSON.stringify((await giver.client.search({ q: "Quokka" })).data)).not.toContain("Quokka");
    for (const path of ["/quotes", "/proposals"]) expect(await exportFile(giver, path)).not.toContain("Quokka");
  });

  it("cannot read them or the records that name them", async () => {
    const { client: as } = giver;
    const requests = [
      () => as.getQuote({ id: ids.quote }),
      () => as.listQuoteLines({ id: ids.quote }),
      () => as.compareQuotes({ id: ids.quote, with: ids.quote }),
      () => as.readQuoteOffer({ id: ids.quote }),
      () => as.createQuoteVersion({ id: ids.quote }),
      () => as.getProposal({ id: ids.proposal }),
      () => as.readProposalOffer({ id: ids.proposal }),
      () => as.createProposalVersion({ id: ids.proposal }),
    ];
    for (const ask of requests) expect(await readRejection(ask())).toEqual([404, []]);
    for (const path of [`/quotes/${ids.quote}/pdf`, `/proposals/${ids.proposal}/pdf`])
      expect((await requestText(app, giver.token, "GET", path)).status).toBe(404);
    expect(await readRejection(as.createProposal({ quote_id: ids.quote, customer_id: ids.customer }))).toEqual([
      400,
      ["quote_id"],
    ]);
    for (const path of [`/customers/${ids.customer}/360`, `/opportunities/${ids.opportunity}`, "/notifications", "/tags"]) {
      const { status, body } = await requestText(app, giver.token, "GET", path);
      expect([path, status]).toEqual([path, 200]);
      expect(body).not.toMatch(/quokka/i);
    }
  });
});

describe("the new owner of a quote and a proposal", () => {
  it("finds them everywhere, but not their customer and opportunity", async () => {
    for (const [name, ask] of Object.entries(lists(taker.client)).filter(([name]) => !/customer|opportunity/.test(name)))
      expect([name, (await ask()).data.length]).toEqual([name, name === "notes" ? 2 : 1]);
    const { data: quote } = await taker.client.getQuote({ id: ids.quote });
    expect(quote).toMatchObject({ customer_id: ids.customer, opportunity_id: ids.opportunity, status: "APPROVED" });
    expect(await readRejection(taker.client.getCustomer({ id: ids.customer }))).toEqual([404, []]);
    expect(await readRejection(taker.client.listOpportunityQuotes({ id: ids.opportunity }))).toEqual([404, []]);
    const matchesJson = JSON.stringify((await taker.client.search({ q: "Harbour" })).data);
    expect(matchesJson).not.toContain(ids.opportunity);
    const expandedResponse = await requestText(app, taker.token, "GET", `/quotes/${ids.quote}?expand=customer_id,opportunity_id`);
    expect(expandedResponse.body).not.toContain("Harbour fleet");
  });

  it("creates versions of them, and deletes only a version of their own", async () => {
    const { data: version } = await taker.client.createQuoteVersion({ id: ids.quote });
    await app.settle();
    expect(listIds(await taker.client.listQuotes({ series: ids.quote })).sort()).toEqual([ids.quote, version.id].sort());
    expect((await giver.client.listQuotes({})).meta.total).toBe(0);
    await taker.client.deleteQuote({ id: version.id });
  });
});

import { approvable } from "@crm/core/agreements/proposal/approval.ts";
import { proposalOfferable } from "@crm/core/agreements/proposal/offerable.ts";
import { Proposal } from "@crm/core/agreements/proposal/proposal.ts";
import { loadIssue, requireSameQuote } from "@crm/core/agreements/proposal/proposal-quote.ts";
import { Quote } from "@crm/core/agreements/quote/quote.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, deliverToSubscriber, recordPublishedEvents, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { interleave } from "../../support/interleaving.ts";
import { partOf } from "../../support/part-of.ts";
import { createCustomer, createOpportunity, createQuote, line, readRejection } from "../quote/support.ts";
import { createPresentedProposal, createProposal, sendProposal, textSection } from "./support.ts";

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  admin = tenant.admin;
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant.id, "test"), () => Tenants.runWithSettings(work));
const accept = (id: string, more: object = {}) => admin.acceptProposal({ id, ...more });
const get = async (id: string) => (await admin.getProposal({ id })).data;
const readQuote = async (id: string) => (await admin.getQuote({ id })).data;
const listOpportunityDeals = async (opportunity: string) => {
  await app.settle();
  return (await admin.listDeals({ opportunity })).data;
};

/** Sends the customer a proposal that has a quote of an opportunity. */
async function presentProposalWithQuote(more: Record<string, unknown> = {}, proposalFields: Record<string, unknown> = {}) {
  const opportunity = await createOpportunity(admin);
  const quote = await createQuote(admin, { opportunity_id: opportunity.id, ...more });
  await admin.submitQuote({ id: quote.id });
  const proposal = await createPresentedProposal(admin, {
    quote_id: quote.id,
    sections: [textSection, { section_type: "QUOTE_LINES" }],
    ...proposalFields,
  });
  return { opportunity, quote, proposal };
}

describe("an acceptance of a proposal", () => {
  it("also accepts its quote once, with all effects of that", async () => {
    const { opportunity, quote, proposal } = await presentProposalWithQuote();
    const events = recordPublishedEvents(app);
    expect((await accept(proposal.id)).data).toMatchObject({
      ...{ status: "ACCEPTED", quote_accepted: "WITH_IT", accepted_date: expect.any(String), signed_by: null },
    });
    expect(await readQuote(quote.id)).toMatchObject({ status: "ACCEPTED", deal_id: expect.any(String) });
    expect((await admin.getOpportunity({ id: opportunity.id })).data).toMatchObject({ is_won: true, amount: "100.00" });
    expect(await listOpportunityDeals(opportunity.id)).toHaveLength(1);
    const recordEvents = events.filter(({ record_id }) => record_id === proposal.id || record_id === quote.id);
    for (const type of ["proposal.accepted", "quote.accepted"])
      expect(recordEvents.filter((event) => event.type === type)).toHaveLength(1);
    expect(await readRejection(accept(proposal.id))).toEqual([409, ["status"]]);
    expect(await readRejection(admin.deleteProposal({ id: proposal.id }))).toEqual([409, []]);
  });

  it("of a proposal without a quote closes nothing", async () => {
    const opportunity = await createOpportunity(admin);
    const { id } = await createPresentedProposal(admin, { opportunity_id: opportunity.id });
    expect(await readRejection(accept(id, { chosen: ["qli_000000000000000000"] }))).toEqual([400, ["chosen[0]"]]);
    expect((await accept(id)).data).toMatchObject({ status: "ACCEPTED", quote_accepted: null });
    expect((await admin.getOpportunity({ id: opportunity.id })).data.is_closed).toBe(false);
    expect(await listOpportunityDeals(opportunity.id)).toEqual([]);
  });

  it("succeeds if the quote was accepted before, and records that", async () => {
    const { opportunity, quote, proposal } = await presentProposalWithQuote();
    await admin.presentQuote({ id: quote.id });
    await admin.acceptQuote({ id: quote.id });
    expect(await readRejection(accept(proposal.id, { chosen: [] }))).toEqual([409, ["chosen"]]);
    expect((await accept(proposal.id)).data).toMatchObject({ status: "ACCEPTED", quote_accepted: "BEFORE" });
    expect(await listOpportunityDeals(opportunity.id)).toHaveLength(1);
  });

  it("creates one deal in concurrent acceptances of the proposal and its quote", async () => {
    for (let turn = 0; turn < 4; turn++) {
      const { opportunity, quote, proposal } = await presentProposalWithQuote();
      const answers = await Promise.all([
        readRejection(accept(proposal.id)),
        readRejection(accept(proposal.id)),
        readRejection(admin.acceptQuote({ id: quote.id })),
      ]);
      expect(answers.slice(0, 2).filter((answer) => answer === "went through")).toHaveLength(1);
      const { status, quote_accepted } = await get(proposal.id);
      expect([status, quote_accepted]).toEqual(["ACCEPTED", answers[2] === "went through" ? "BEFORE" : "WITH_IT"]);
      expect((await readQuote(quote.id)).status).toBe("ACCEPTED");
      expect(await listOpportunityDeals(opportunity.id)).toHaveLength(1);
    }
  });

  it("uses the acceptance of its quote that happens meanwhile", async () => {
    const { opportunity, quote, proposal } = await presentProposalWithQuote();
    // Accept the quote just after the conversion read that the opportunity has no deal yet.
    const isTarget = (command: object) => JSON.stringify(command).includes(`DEALSOF#${opportunity.id}`);
    const work = () => admin.acceptQuote({ id: quote.id });
    const { data } = await interleave(app, { isTarget, work, at: "after" }, () => accept(proposal.id));
    expect(data).toMatchObject({ status: "ACCEPTED", quote_accepted: "BEFORE" });
    expect(await listOpportunityDeals(opportunity.id)).toHaveLength(1);
  });

  it("repeated with the same idempotency key returns the same response", async () => {
    const { opportunity, proposal } = await presentProposalWithQuote();
    const options = { idempotencyKey: `accept-${proposal.id}` };
    const answers = await Promise.all([1, 2].map(() => admin.acceptProposal({ id: proposal.id }, options)));
    expect(answers.map(({ data }) => data.version)).toEqual([5, 5]);
    expect(await listOpportunityDeals(opportunity.id)).toHaveLength(1);
  });

  it("includes the named optional lines, and shows the accepted content", async () => {
    const { quote, proposal } = await presentProposalWithQuote({
      line_items: [line, { ...line, optional: true, unit_price: "40.00" }],
    });
    const offer = await runInTenant(() => proposalOfferable.read(proposal.id));
    expect(offer).toMatchObject({ state: "open", owner_id: tenant.userId, options: [{ amount: "€40.00", chosen: false }] });
    const wished = await runInTenant(() =>
      proposalOfferable.read(proposal.id, { language: "de", chosen: offer?.options[0]?.ids ?? [] }),
    );
    expect(wished).toMatchObject({ options: [{ chosen: true, amount: expect.stringContaining("40,00") }] });
    expect(JSON.stringify(wished?.document.blocks)).toContain("140,00");
    const [option] = offer?.options ?? [];
    await runInTenant(() => proposalOfferable.accept(proposal.id, { name: "Ada Lovelace", chosen: option?.ids ?? [] }));
    expect(await get(proposal.id)).toMatchObject({ status: "ACCEPTED", signed_by: "Ada Lovelace" });
    expect(await readQuote(quote.id)).toMatchObject({ net_amount: "140.00", signed_by: "Ada Lovelace" });
    const agreed = await runInTenant(() => proposalOfferable.read(proposal.id));
    expect(agreed).toMatchObject({ state: "accepted", options: [{ chosen: true }] });
    expect(JSON.stringify(agreed?.document.blocks)).toContain("140.00");
  });

  it("requires a signature if the proposal or its quote does", async () => {
    for (const more of [[{ requires_signature: true }], [{}, { requires_signature: true }]]) {
      const { proposal } = await presentProposalWithQuote(...more);
      expect(await readRejection(accept(proposal.id))).toEqual([400, ["signed_by"]]);
      expect((await accept(proposal.id, { signed_by: "Ada" })).data).toMatchObject({ signed_by: "Ada" });
    }
  });

  it("is rejected if the quote cannot be accepted", async () => {
    const replaced = await presentProposalWithQuote();
    await admin.createQuoteVersion({ id: replaced.quote.id });
    expect(await readRejection(accept(replaced.proposal.id))).toEqual([409, ["quote_id"]]);
    expect((await get(replaced.proposal.id)).status).toBe("PRESENTED");
    const rejected = await presentProposalWithQuote();
    await admin.rejectQuote({ id: rejected.quote.id, reason: "Too dear" });
    expect(await readRejection(accept(rejected.proposal.id))).toEqual([409, ["quote_id"]]);
  });
});

describe("a customer who was merged into another", () => {
  const mergeCustomer = async (merged_id: string) => {
    const id = await createCustomer(admin);
    await admin.mergeCustomers({ id, merged_id });
    await app.settle();
    return id;
  };

  it("accepts an offer sent before the merge", async () => {
    const { proposal, quote } = await presentProposalWithQuote();
    const into = await mergeCustomer(proposal.customer_id);
    expect((await get(proposal.id)).customer_id).toBe(into);
    expect((await accept(proposal.id)).data).toMatchObject({ status: "ACCEPTED", quote_accepted: "WITH_IT" });
    expect(await readQuote(quote.id)).toMatchObject({ status: "ACCEPTED", customer_id: into });
  });

  it("counts as one customer while only one of proposal and quote has been repointed", async () => {
    const { proposal, quote } = await presentProposalWithQuote();
    await mergeCustomer(proposal.customer_id);
    const half = async () => {
      const [now, movedQuote] = [await Proposal.read(proposal.id), await Quote.read(quote.id)];
      await requireSameQuote({ ...now, customer_id: proposal.customer_id }, await loadIssue(now), movedQuote);
    };
    await expect(runInTenant(half)).resolves.toBeUndefined();
  });

  it("accepts an offer submitted between a merge and its undo", async () => {
    const quote = await createQuote(admin);
    await admin.submitQuote({ id: quote.id });
    const { id } = await createProposal(admin, { quote_id: quote.id });
    const into = await mergeCustomer(quote.customer_id);
    await admin.submitProposal({ id });
    await admin.unmergeCustomers({ id: into, merged_id: quote.customer_id });
    await app.settle();
    await sendProposal(admin, id);
    expect((await accept(id)).data).toMatchObject({ status: "ACCEPTED", customer_id: quote.customer_id });
  });

  it("accepts an offer when the contact was merged", async () => {
    const { id: customer_id } = (await admin.createCustomer({ name: "Pier" })).data;
    const contact = async (last_name: string) => (await admin.createContact({ last_name, customer_id })).data.id;
    const [merged_id, id] = [await contact("Buyer"), await contact("Koper")];
    const quote = await createQuote(admin, { customer_id, contact_id: merged_id });
    await admin.submitQuote({ id: quote.id });
    const proposal = await createPresentedProposal(admin, { quote_id: quote.id, contact_id: merged_id });
    await admin.mergeContacts({ id, merged_id });
    await app.settle();
    expect((await readQuote(quote.id)).contact_id).toBe(id);
    expect((await accept(proposal.id)).data.status).toBe("ACCEPTED");
  });

  it("is distinct from a customer that the quote was moved to", async () => {
    const quote = await createQuote(admin);
    await admin.submitQuote({ id: quote.id });
    const { id } = await createProposal(admin, { quote_id: quote.id });
    await admin.submitProposal({ id });
    await admin.updateQuote({ id: quote.id, customer_id: await createCustomer(admin) });
    await admin.submitQuote({ id: quote.id });
    expect(await readRejection(sendProposal(admin, id))).toEqual([409, ["quote_id"]]);
  });
});

describe("the offer that the customer reads", () => {
  it("is available after the approval, shows its state, and is marked as viewed once", async () => {
    const read = (id: string) => runInTenant(() => proposalOfferable.read(id));
    const draft = await createProposal(admin);
    expect(await read(draft.id)).toBeUndefined();
    const { proposal } = await presentProposalWithQuote();
    expect(await read(proposal.id)).toMatchObject({ state: "open", day: proposal.expiration_date });
    await runInTenant(() => proposalOfferable.onViewed(proposal.id));
    expect((await get(proposal.id)).status).toBe("PRESENTED");
    const { data: next } = await admin.createProposalVersion({ id: proposal.id });
    expect(await read(proposal.id)).toMatchObject({ state: "replaced" });
    expect(await readRejection(runInTenant(() => proposalOfferable.accept(proposal.id, { name: "Ada" })))).toEqual([
      undefined,
      ["is_primary"],
    ]);
    await admin.submitProposal({ id: next.id });
    await sendProposal(admin, next.id);
    await runInTenant(() => proposalOfferable.reject(next.id, "Too dear"));
    expect(await read(next.id)).toMatchObject({ state: "rejected" });
    await admin.deleteProposal({ id: next.id });
    expect(await read(next.id)).toBeUndefined();
  });

  it("contains customer-facing content only", async () => {
    const { proposal } = await presentProposalWithQuote(
      { notes: "QUOTE-NOTE", tags: ["QUOTE-TAG"] },
      { notes: "OWN-NOTE", tags: ["OWN-TAG"] },
    );
    const json = JSON.stringify(await runInTenant(() => proposalOfferable.read(proposal.id)));
    expect(json).toContain("Boats since 1912.");
    for (const hidden of ["QUOTE-NOTE", "QUOTE-TAG", "OWN-NOTE", "OWN-TAG", "list_price", "proposal_approval"])
      expect(json).not.toContain(hidden);
  });
});

describe("a version of a proposal", () => {
  it("starts with the content of the latest version, and becomes the primary one", async () => {
    const { quote, proposal: first } = await presentProposalWithQuote();
    const { data: second } = await admin.createProposalVersion({ id: first.id });
    expect(second).toMatchObject({
      ...{ proposal_number: `${first.proposal_number}-2`, version_number: 2, previous_version_id: first.id, series_id: first.id },
      ...{ status: "DRAFT", is_primary: true, presented_at: null, approval: null, quote_id: quote.id, sections: first.sections },
    });
    expect(await readRejection(accept(first.id))).toEqual([409, ["is_primary"]]);
    const [why, prices] = first.sections.map(({ id }) => id);
    await admin.replaceProposalSection({ id: second.id, section_id: String(why), ...textSection, text: "Since 1913." });
    await admin.removeProposalSection({ id: second.id, section_id: String(prices) });
    await admin.addProposalSection({ id: second.id, heading: "Terms" });
    const { data } = await admin.compareProposals({ id: first.id, with: second.id });
    expect(data.differences.map(({ field }) => field)).toEqual(["status"]);
    expect(data.sections).toMatchObject([
      { section_id: why, change: "CHANGED", differences: [{ field: "text", from: textSection.text, to: "Since 1913." }] },
      { change: "ADDED", heading: "Terms" },
      { section_id: prices, change: "REMOVED" },
    ]);
    const outcomes = await Promise.all([1, 2].map(() => readRejection(admin.createProposalVersion({ id: second.id }))));
    expect(outcomes.filter((outcome) => outcome === "went through")).toHaveLength(1);
    expect(outcomes).toContainEqual([409, ["is_primary"]]);
  });

  it("that is deleted makes the previous one primary again", async () => {
    const first = await createPresentedProposal(admin);
    const { data: second } = await admin.createProposalVersion({ id: first.id });
    expect(await readRejection(admin.deleteProposal({ id: first.id }))).toEqual([409, []]);
    await admin.deleteProposal({ id: second.id });
    const { data: third } = await admin.createProposalVersion({ id: first.id });
    expect(third.proposal_number).toBe(`${first.proposal_number}-3`);
    expect(await readRejection(admin.restoreProposal({ id: second.id }))).toEqual([409, []]);
  });
});

describe("the answer to an approval of a proposal", () => {
  it("decides once, and only in its own round", async () => {
    const freshTenant = await signUp(app);
    await addUser(app, freshTenant, "DIRECTOR");
    const runAsTenant = <T>(work: () => Promise<T>) => runIn(systemContext(app.ports, freshTenant.id, "test"), work);
    const levels = [{ name: "Manager", every: true, approvers: ["MANAGER"] }];
    const { data: rule } = await freshTenant.admin.createRuleVersion({
      kind: "proposal_approval",
      definition: { approved_quote: false, levels },
    });
    await freshTenant.admin.publishRuleVersion({ kind: "proposal_approval", id: rule.id });
    app.setClock({ advance: 20_000 });
    const quote = await createQuote(freshTenant.admin);
    const { id } = await createProposal(freshTenant.admin, { quote_id: quote.id });
    const decide = (...args: Parameters<typeof approvable.conclude>) => runAsTenant(() => approvable.conclude(...args));
    const now = async () => (await freshTenant.admin.getProposal({ id })).data;
    const events = recordPublishedEvents(app);
    expect((await freshTenant.admin.submitProposal({ id })).data).toMatchObject({
      status: "PENDING_APPROVAL",
      approval: {
        level: "Manager",
        approvers: ["MANAGER"],
        reasons: ["Every proposal requires approval"],
        outcome: null,
        round: 1,
        rule: { number: 1 },
      },
    });
    await app.settle();
    expect(events.filter(({ type, record_id }) => type === "proposal.approval_requested" && record_id === id)).toHaveLength(1);
    expect(await readRejection(freshTenant.admin.createProposalVersion({ id }))).toEqual([409, ["status"]]);
    expect(await decide(id, 1, "REJECTED", "Too much", [])).toBe(true);
    expect(await now()).toMatchObject({ status: "DRAFT", approval: { outcome: "REJECTED", comment: "Too much" } });
    await freshTenant.admin.submitProposal({ id });
    expect(await decide(id, 1, "APPROVED", null, [])).toBe(false);
    expect(await decide(id, 2, "APPROVED", null, [])).toBe(true);
    expect(await now()).toMatchObject({ status: "APPROVED", approval: { outcome: "APPROVED" } });
    expect(await decide(id, 2, "EXPIRED", null, [])).toBe(false);
    // Its quote is still a draft, so the proposal cannot be sent.
    expect(await readRejection(sendProposal(freshTenant.admin, id))).toEqual([409, ["quote_id"]]);
    await freshTenant.admin.withdrawProposal({ id });
    expect(await decide(id, 2, "APPROVED", null, [])).toBe(false);
    expect((await now()).status).toBe("DRAFT");
  });
});

describe("the expiry clock of a proposal", () => {
  it("has no further effect when delivered twice and late", async () => {
    const { id, expires_at } = await createPresentedProposal(admin);
    await accept(id);
    const due = { id: "evt_1", type: "proposal.expiry_due", record_id: id, tenant_id: tenant.id, due_at: expires_at };
    for (let time = 0; time < 2; time++) await deliverToSubscriber(app, "proposal-expiry", partOf(due));
    expect((await get(id)).status).toBe("ACCEPTED");
  });
});

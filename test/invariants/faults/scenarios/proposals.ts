import { expect } from "vitest";
import { addUser } from "../../../support/app.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

/** Proposals: operations that write more than one record, and their follow-up work. */

const sections = [{ text: "Boats since 1912." }, { section_type: "QUOTE_LINES" }];
const signerInput = { signed_by: "Ada" };

/** Seconds after which a proposal without an explicit date has expired. */
const MONTH_SECONDS = 32 * 24 * 60 * 60;

interface Subject {
  id: string;
  quote: string;
  opportunity: string;
}

/** A draft with an approved quote. */
async function createDraft({ crm }: Fixture): Promise<Subject> {
  const { data: customer } = await crm.createCustomer({ name: "Struck" });
  const opportunityInput = { name: "Struck", customer_id: customer.id, currency: "EUR" };
  const { data: opportunity } = await crm.createOpportunity(opportunityInput);
  const line = { description: "Hull", quantity: "1", unit_price: "100.00" };
  const { data: quote } = await crm.createQuote({ opportunity_id: opportunity.id, line_items: [line] });
  await crm.submitQuote({ id: quote.id });
  const { data } = await crm.createProposal({ quote_id: quote.id, sections });
  return { id: data.id, quote: quote.id, opportunity: opportunity.id };
}

async function submitDraft(scene: Fixture): Promise<Subject> {
  const subject = await createDraft(scene);
  await scene.crm.submitProposal({ id: subject.id });
  return subject;
}

async function sendDraft(scene: Fixture): Promise<Subject> {
  const subject = await submitDraft(scene);
  await scene.crm.sendProposal({ id: subject.id, to: "buyer@mail.example" });
  return subject;
}

const get = async ({ crm }: Fixture, id: string) => (await crm.getProposal({ id })).data;
const listVersions = async ({ crm }: Fixture, series: string) => (await crm.listProposals({ series })).data;

const submit = defineScenario<Subject>({
  name: "submitProposal",
  covers: { operations: ["submitProposal", "createProposal"] },
  prepare: createDraft,
  ask: ({ crm }, { id }, options) => crm.submitProposal({ id }, options),
  async check(scene, { id }) {
    expect(await get(scene, id)).toMatchObject({ status: "APPROVED", version: 2, approval: { round: 1 } });
  },
});

const send = defineScenario<Subject>({
  name: "sendProposal",
  covers: { operations: ["sendProposal"] },
  prepare: submitDraft,
  ask: ({ crm }, { id }, options) => crm.sendProposal({ id, to: "buyer@mail.example" }, options),
  async check(scene, { id, quote }) {
    expect(await get(scene, id)).toMatchObject({ status: "SENT" });
    expect((await scene.crm.getQuote({ id: quote })).data).toMatchObject({ status: "SENT" });
  },
});

const accept = defineScenario<Subject>({
  name: "acceptProposal",
  covers: { operations: ["acceptProposal"] },
  prepare: sendDraft,
  ask: ({ crm }, { id }, options) => crm.acceptProposal({ id, ...signerInput }, options),
  async check(scene, { id, quote: quoteId, opportunity }) {
    const { crm } = scene;
    expect(await get(scene, id)).toMatchObject({ status: "ACCEPTED", quote_accepted: "WITH_IT", signed_by: "Ada" });
    const { data: quote } = await crm.getQuote({ id: quoteId });
    expect(quote).toMatchObject({ status: "ACCEPTED", signed_by: "Ada" });
    expect((await crm.getOpportunity({ id: opportunity })).data).toMatchObject({ is_won: true, amount: "100.00" });
    const { data: deals } = await crm.listDeals({ opportunity });
    expect(deals.map((deal) => deal.id)).toEqual([quote.deal_id]);
  },
});

const version = defineScenario<Subject>({
  name: "createProposalVersion",
  covers: { operations: ["createProposalVersion"] },
  prepare: sendDraft,
  ask: ({ crm }, { id }, options) => crm.createProposalVersion({ id }, options),
  async check(scene, { id }) {
    const versions = await listVersions(scene, id);
    expect(versions.map(({ version_number, is_primary }) => [version_number, is_primary])).toEqual([
      [2, true],
      [1, false],
    ]);
  },
});

const remove = defineScenario<{ id: string; version: string }>({
  name: "deleteProposal",
  covers: { operations: ["deleteProposal"] },
  async prepare(scene) {
    const { id } = await sendDraft(scene);
    return { id, version: (await scene.crm.createProposalVersion({ id })).data.id };
  },
  ask: ({ crm }, { version: latest }, options) => crm.deleteProposal({ id: latest }, options),
  async check(scene, { id, version: latest }) {
    expect(await listVersions(scene, id)).toMatchObject([{ id, is_primary: true }]);
    await expect(get(scene, latest)).rejects.toMatchObject({ status: 404 });
  },
});

/** Requires an approval for every proposal. */
async function requireApproval({ system: line, tenant, crm }: Fixture): Promise<void> {
  await addUser(line.app, tenant, "DIRECTOR");
  const definition = { approved_quote: false, levels: [{ name: "All", every: true, approvers: ["DIRECTOR"] }] };
  const { data } = await crm.createRuleVersion({ kind: "proposal_approval", definition });
  await crm.publishRuleVersion({ kind: "proposal_approval", id: data.id });
  await line.advance(LEASE_SECONDS);
}

const withdraw = defineScenario<Subject>({
  name: "withdrawProposal",
  covers: { operations: ["withdrawProposal"], subscribers: ["proposal-approvals"] },
  open: requireApproval,
  prepare: submitDraft,
  ask: ({ crm }, { id }, options) => crm.withdrawProposal({ id }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  countsWrite: (name) => ["request", "flow", "proposal-approvals"].includes(name) || name.startsWith("approval-"),
  async check(scene, { id }) {
    expect(await get(scene, id)).toMatchObject({ status: "DRAFT", approval: null });
    const { data } = await scene.crm.listApprovals({ subject: id });
    expect(data.map(({ status }) => status)).toEqual(["cancelled"]);
  },
});

const expiry = defineScenario<Subject>({
  name: "a proposal that is over",
  covers: { subscribers: ["proposal-expiry"], due: ["proposal"] },
  prepare: sendDraft,
  proceed: ({ system: line }) => line.advance(MONTH_SECONDS),
  countsWrite: (name) => name === "proposal-expiry",
  async check(scene, { id }) {
    expect(await get(scene, id)).toMatchObject({ status: "EXPIRED" });
  },
});

export const scenarios = [submit, send, accept, version, remove, withdraw, expiry];

import { Approvals } from "@crm/core/agreements/approval/approval.entity.ts";
import { onAttentionDue, onRequested } from "@crm/core/agreements/approval/reconciliation.ts";
import { escalate, expire, remind } from "@crm/core/agreements/approval/steps.ts";
import { onOfferEvent } from "@crm/core/agreements/share-link/mail.ts";
import { Offers } from "@crm/core/agreements/share-link/offer.entity.ts";
import { onReminder } from "@crm/core/agreements/share-link/reminder.ts";
import { OfferToken } from "@crm/core/agreements/share-link/token.ts";
import type { FlowStep } from "@crm/core/kernel/domain.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import type { App } from "@crm/local/app.ts";
import { createSubmittedQuote, createTeam, type Team } from "../../agreements/approval/support.ts";
import { createProposal } from "../../agreements/proposal/support.ts";
import { createOpportunity, createQuote } from "../../agreements/quote/support.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import type { Tenant } from "../../support/app.ts";
import type { UnitMeter } from "../../support/request-units.ts";
import {
  buildEvent,
  type CostRows,
  loadRecord,
  type MeasuredWorld,
  measureSteps,
  runAsSystem,
  SUBJECT_COUNT,
} from "./measured-steps.ts";

/** The cost of approval, sending and the customer's answer: rows of docs/access-patterns.md. */
export async function measureAgreements(app: App, tenant: Tenant, { measured, least }: Meters, result: CostRows): Promise<void> {
  const team = await createTeam(app, tenant);
  const world: AgreementWorld = { app, tenant, team, measured, result };
  await measureApprovals(world);
  result["list 5 approvals that the caller has to decide, with the total"] = await least(() =>
    team.manager.client.listApprovals({ mine: true, status: "pending" }),
  );
  await measureShareLinks(world);
  await measureInvoices(world);
  await measureProposals(world);
}

interface Meters {
  measured: UnitMeter;
  least: UnitMeter;
}

interface AgreementWorld extends MeasuredWorld {
  team: Team;
}

async function measureApprovals(world: AgreementWorld): Promise<void> {
  const { app, team } = world;
  const { rep, manager, director } = team;
  interface Round {
    quote: string;
    approval: string;
    heard?: DomainEvent;
  }
  const draft = async (): Promise<Round> => ({
    quote: (await createQuote(rep.client, { discount_percent: "15" })).id,
    approval: "",
  });
  const submit = async (round: Round) => {
    const { data } = await rep.client.submitQuote({ id: round.quote });
    round.approval = data.approval?.approvals[0]?.id ?? "";
  };
  /** Runs the state machine and its steps as far as possible. */
  const machine = () => app.flows.settle();
  const begin = async ({ approval }: Round) => {
    await runAsSystem(world, () => onRequested({ record_id: approval }));
    await machine();
  };
  const startRound = async (): Promise<Round> => {
    const { id, approval } = await createSubmittedQuote(rep, "15");
    const round = { quote: id, approval: approval?.approvals[0]?.id ?? "" };
    await begin(round);
    return round;
  };
  const step = (work: FlowStep) => (round: Round) =>
    runAsSystem(world, () => work({ approval_id: round.approval }, { name: "", token: undefined }));
  await measureSteps(world, draft, [
    ["submit a quote with approvers", submit],
    ["a machine begins, and asks for an approval", begin],
    ["read an approval", ({ approval: id }) => manager.client.getApproval({ id })],
    ["approve what one was asked for", ({ approval: id }) => manager.client.approveApproval({ id })],
    ["a machine hears of the last approval, and concludes", machine],
    [
      undefined,
      async (round) => {
        const approval = await loadRecord(world, Approvals, round.approval);
        round.heard = buildEvent("approval.attention_due", approval, approval.attention_at);
      },
    ],
    [
      "look after an approval that was decided",
      ({ heard: event }) => runAsSystem(world, async () => event && onAttentionDue(event)),
    ],
  ]);
  await measureSteps(world, startRound, [
    ["delegate an approval", ({ approval: id }) => manager.client.delegateApproval({ id, to: director.id })],
    ["reject what one was asked for", ({ approval: id }) => director.client.rejectApproval({ id, comment: "Too much" })],
    ["a machine hears of a refusal, and concludes", machine],
  ]);
  await measureSteps(world, startRound, [
    ["remind of an approval", step(remind)],
    ["escalate an approval", step(escalate)],
    ["an approval expires", step(expire)],
  ]);
  for (let nth = 0; nth < SUBJECT_COUNT; nth++) await startRound();
}

async function measureShareLinks(world: AgreementWorld): Promise<void> {
  const { app, team, tenant } = world;
  interface Sent {
    id: string;
    offer: string;
    token: string;
    page: string;
    event?: DomainEvent;
  }
  let viewCount = 20;
  const sent = async (): Promise<Sent> => {
    const { id: opportunity_id } = await createOpportunity(team.rep.client);
    const { id } = await createQuote(team.rep.client, { opportunity_id });
    await team.rep.client.submitQuote({ id });
    await team.rep.client.sendQuote({ id, to: "buyer@mail.example" });
    const { data } = await team.rep.client.readQuoteOffer({ id });
    const offer = await loadRecord(world, Offers, data.id);
    const sentQuote = { id, offer: offer.id, token: await runAsSystem(world, () => OfferToken.build(offer)), page: "" };
    // Rate limit leases cover several requests of a link, so each offer pays for one at another step and the minimum is free of them.
    for (let looks = 0; looks < viewCount; looks++) await look(sentQuote);
    viewCount++;
    return sentQuote;
  };
  /** A request of a customer, who has only the token in the link. */
  const visit = async (name: string, input: Record<string, unknown>): Promise<string> => {
    const { status, body } = await callOperation(app, undefined, name, input);
    if (status >= 300) throw new Error(`${name}: ${status} ${body.slice(0, 300)}`);
    return body;
  };
  const extractMatch = (page: string, pattern: RegExp): string => pattern.exec(page)?.[1] ?? "";
  const look = async (sentQuote: Sent) => {
    sentQuote.page = await visit("offerPage", { token: sentQuote.token });
  };
  const see = ({ token, page }: Sent) =>
    visit("seeOfferPage", { token, at: extractMatch(page, /\?at=(\w+)/), mark: extractMatch(page, /mark=([\w-]+)/) });
  const answer =
    (fields: object) =>
    ({ token, page }: Sent) =>
      visit("answerOfferPage", { token, shown: extractMatch(page, /name="shown" value="([^"]*)"/), ...fields });
  const prepareEvent = (type: string, due: boolean) => async (sentQuote: Sent) => {
    const offer = await loadRecord(world, Offers, sentQuote.offer);
    sentQuote.event = buildEvent(type, offer, due ? offer.reminder_at : null);
  };
  const runListener =
    (listener: (event: DomainEvent) => Promise<void>) =>
    ({ event }: Sent) =>
      runAsSystem(world, async () => event && listener({ ...event, tenant_id: tenant.id }), ["throttle"]);
  const ask = { act: "ask", name: "Ann Buyer", question: "By when?", request_id: "once" };
  await measureSteps(world, sent, [
    [undefined, prepareEvent("offer.sent", false)],
    ["the mail of a quote that was sent", runListener(onOfferEvent)],
    ["a customer opens the page of a quote", look],
    ["a customer's first view of a quote is counted", see],
    ["a customer looks again within half an hour", see],
    ["a customer takes the PDF of a quote, drawn before", async ({ token }) => visit("offerPdf", { token })],
    ["a customer asks about a quote", answer(ask)],
    [undefined, prepareEvent("offer.reminder_due", true)],
    ["remind of a quote that waits for an answer", runListener(onReminder)],
    [undefined, look],
    ["a customer accepts a quote of an opportunity", answer({ act: "accept", name: "Ann Buyer", consent: "yes" })],
  ]);
  await measureSteps(world, sent, [
    ["read the recipients of a quote and their responses", ({ id }) => team.rep.client.readQuoteOffer({ id })],
    ["a customer rejects a quote", answer({ act: "reject", reason: "Too late" })],
    ["make the links of a quote void", ({ id }) => team.rep.client.revokeQuoteLinks({ id })],
  ]);
}

/** An invoice of an order, partly paid, with one credit note that was shared too. */
async function measureInvoices(world: AgreementWorld): Promise<void> {
  const { app, tenant } = world;
  const { admin } = tenant;
  interface SentInvoice {
    id: string;
    token: string;
  }
  const readToken = async (id: string): Promise<string> => {
    const offer = await loadRecord(world, Offers, (await admin.readInvoiceOffer({ id })).data.id);
    return runAsSystem(world, () => OfferToken.build(offer));
  };
  let viewCount = 20;
  const look = async ({ token }: SentInvoice) => {
    const { status, body } = await callOperation(app, undefined, "offerPage", { token });
    if (status !== 200) throw new Error(`offerPage: ${status} ${body.slice(0, 300)}`);
  };
  const issued = async (): Promise<SentInvoice> => {
    const { data: customer } = await admin.createCustomer({ name: "Paying" });
    const line_items = [{ name: "Hull", quantity: "1", unit_price: "100.00" }];
    const { data: order } = await admin.createOrder({ customer_id: customer.id, line_items, status: "CONFIRMED" });
    const { id } = (await admin.createOrderInvoice({ id: order.id })).data;
    await admin.issueInvoice({ id });
    await admin.createOrderPayment({ id: order.id, amount: "10.00" });
    const { data: note } = await admin.creditInvoice({ id, amount: "20.00", reason: "Late" });
    await admin.sendInvoice({ id: note.id, to: "books@mail.example" });
    return { id, token: "" };
  };
  await measureSteps(world, issued, [
    ["send an invoice", ({ id }) => admin.sendInvoice({ id, to: "books@mail.example" })],
    [
      undefined,
      async (invoice) => {
        invoice.token = await readToken(invoice.id);
        // Leases of the rate limit cover several requests, so each invoice pays for one at another step.
        for (let looks = 0; looks < viewCount; looks++) await look(invoice);
        viewCount++;
      },
    ],
    ["a customer opens the page of an invoice with a payment and a credit note", look],
  ]);
}

async function measureProposals(world: AgreementWorld): Promise<void> {
  const { client: as } = world.team.rep;
  interface Offered {
    quote_id: string;
    id: string;
  }
  const approved = async (): Promise<Offered> => {
    const { id: opportunity_id } = await createOpportunity(as);
    const { id } = await createQuote(as, { opportunity_id });
    await as.submitQuote({ id });
    return { quote_id: id, id: "" };
  };
  const create = async (proposal: Offered) => {
    proposal.id = (await createProposal(as, { quote_id: proposal.quote_id, sections })).id;
  };
  const sections = [{ text: "Dear {{customer.name}}" }, { section_type: "QUOTE_LINES" }];
  await measureSteps(world, approved, [
    ["create a proposal of a quote", create],
    ["submit a proposal without approvers", ({ id }) => as.submitProposal({ id })],
    ["send a proposal with its quote", ({ id }) => as.sendProposal({ id, to: "buyer@mail.example" })],
    ["present a proposal", ({ id }) => as.presentProposal({ id })],
    ["accept a proposal with its quote, of an opportunity", ({ id }) => as.acceptProposal({ id })],
  ]);
  await measureSteps(world, approved, [
    [undefined, create],
    ["make a new version of a proposal", ({ id }) => as.createProposalVersion({ id })],
  ]);
}

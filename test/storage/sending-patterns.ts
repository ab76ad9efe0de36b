import { Approvals } from "@crm/core/approval/approval.entity.ts";
import { escalate, expire, remind } from "@crm/core/approval/steps.ts";
import { onAttention, onRequested } from "@crm/core/approval/watch.ts";
import type { FlowStep } from "@crm/core/kernel/domain.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { tell } from "@crm/core/offer/mail.ts";
import { Offers } from "@crm/core/offer/offer.entity.ts";
import { onReminder } from "@crm/core/offer/reminder.ts";
import { OfferToken } from "@crm/core/offer/token.ts";
import type { App } from "@crm/local/app.ts";
import { submittedBy, type Team, teamOf } from "../approval/support.ts";
import type { Measured } from "../cost.ts";
import { call } from "../export/files.ts";
import { proposalOf } from "../proposal/support.ts";
import { opportunityOf, quoteOf } from "../quote/support.ts";
import type { Tenant } from "../support.ts";
import { asSystem, EACH, eventOf, loaded, type Rows, type World, way } from "./way.ts";

/** What it costs to have something approved, to send it, and to hear the customer's answer: rows of docs/access-patterns.md. */
export async function sendingPatterns(app: App, tenant: Tenant, { measured, least }: Measuring, result: Rows): Promise<void> {
  const team = await teamOf(app, tenant);
  const world: Sending = { app, tenant, team, measured, result };
  await approvalPatterns(world);
  result["list 5 approvals that the caller has to decide, with the total"] = await least(() =>
    team.manager.as.listApprovals({ mine: true, status: "pending" }),
  );
  await offerPatterns(world);
  await proposalPatterns(world);
}

interface Measuring {
  measured: Measured;
  least: Measured;
}

interface Sending extends World {
  team: Team;
}

async function approvalPatterns(world: Sending): Promise<void> {
  const { app, team } = world;
  const { rep, manager, director } = team;
  interface Round {
    quote: string;
    approval: string;
    heard?: DomainEvent;
  }
  const draft = async (): Promise<Round> => ({
    quote: (await quoteOf(rep.as, { discount_percent: "15" })).id,
    approval: "",
  });
  const submit = async (round: Round) => {
    const { data } = await rep.as.submitQuote({ id: round.quote });
    round.approval = data.approval?.approvals[0]?.id ?? "";
  };
  /** The machine goes on as far as it can, with all that its steps do. */
  const machine = () => app.flows.settle();
  const begin = async ({ approval }: Round) => {
    await asSystem(world, () => onRequested({ record_id: approval }));
    await machine();
  };
  const asked = async (): Promise<Round> => {
    const { id, approval } = await submittedBy(rep, "15");
    const round = { quote: id, approval: approval?.approvals[0]?.id ?? "" };
    await begin(round);
    return round;
  };
  const step = (work: FlowStep) => (round: Round) =>
    asSystem(world, () => work({ approval_id: round.approval }, { name: "", token: undefined }));
  await way(world, draft, [
    ["submit a quote for which somebody is asked", submit],
    ["a machine begins, and asks for an approval", begin],
    ["read an approval", ({ approval: id }) => manager.as.getApproval({ id })],
    ["approve what one was asked for", ({ approval: id }) => manager.as.approveApproval({ id })],
    ["a machine hears of the last approval, and concludes", machine],
    [
      undefined,
      async (round) => {
        const approval = await loaded(world, Approvals, round.approval);
        round.heard = eventOf("approval.attention_due", approval, approval.attention_at);
      },
    ],
    ["look after an approval that was decided", ({ heard }) => asSystem(world, async () => heard && onAttention(heard))],
  ]);
  await way(world, asked, [
    ["delegate an approval", ({ approval: id }) => manager.as.delegateApproval({ id, to: director.id })],
    ["reject what one was asked for", ({ approval: id }) => director.as.rejectApproval({ id, comment: "Too much" })],
    ["a machine hears of a refusal, and concludes", machine],
  ]);
  await way(world, asked, [
    ["remind of an approval", step(remind)],
    ["ask somebody above for an approval", step(escalate)],
    ["an approval expires", step(expire)],
  ]);
  for (let nth = 0; nth < EACH; nth++) await asked();
}

async function offerPatterns(world: Sending): Promise<void> {
  const { app, team, tenant } = world;
  interface Sent {
    id: string;
    offer: string;
    token: string;
    page: string;
    event?: DomainEvent;
  }
  let ahead = 20;
  const sent = async (): Promise<Sent> => {
    const { id: opportunity_id } = await opportunityOf(team.rep.as);
    const { id } = await quoteOf(team.rep.as, { opportunity_id });
    await team.rep.as.submitQuote({ id });
    await team.rep.as.sendQuote({ id, to: "buyer@mail.example" });
    const { data } = await team.rep.as.readQuoteOffer({ id });
    const offer = await loaded(world, Offers, data.id);
    const one = { id, offer: offer.id, token: await asSystem(world, () => OfferToken.of(offer)), page: "" };
    // Requests by a link are leased by some: of each step on other ones, so that the least has none.
    for (let looks = 0; looks < ahead; looks++) await look(one);
    ahead++;
    return one;
  };
  /** As a customer who has no token but that of the link. */
  const visit = async (name: string, input: Record<string, unknown>): Promise<string> => {
    const { status, body } = await call(app, undefined, name, input);
    if (status >= 300) throw new Error(`${name}: ${status} ${body.slice(0, 300)}`);
    return body;
  };
  const within = (page: string, found: RegExp): string => found.exec(page)?.[1] ?? "";
  const look = async (one: Sent) => {
    one.page = await visit("offerPage", { token: one.token });
  };
  const see = ({ token, page }: Sent) =>
    visit("seeOfferPage", { token, at: within(page, /\?at=(\w+)/), mark: within(page, /mark=([\w-]+)/) });
  const answer =
    (said: object) =>
    ({ token, page }: Sent) =>
      visit("answerOfferPage", { token, shown: within(page, /name="shown" value="([^"]*)"/), ...said });
  const told = (type: string, due: boolean) => async (one: Sent) => {
    const offer = await loaded(world, Offers, one.offer);
    one.event = eventOf(type, offer, due ? offer.reminder_at : null);
  };
  const hear =
    (listener: (event: DomainEvent) => Promise<void>) =>
    ({ event }: Sent) =>
      asSystem(world, async () => event && listener({ ...event, tenant_id: tenant.id }), ["throttle"]);
  const ask = { act: "ask", name: "Ann Buyer", question: "By when?", request_id: "once" };
  await way(world, sent, [
    [undefined, told("offer.sent", false)],
    ["the mail of a quote that was sent", hear(tell)],
    ["a customer opens the page of a quote", look],
    ["a customer's first view of a quote is counted", see],
    ["a customer looks again within half an hour", see],
    ["a customer takes the PDF of a quote, drawn before", async ({ token }) => visit("offerPdf", { token })],
    ["a customer asks about a quote", answer(ask)],
    [undefined, told("offer.reminder_due", true)],
    ["remind of a quote that waits for an answer", hear(onReminder)],
    [undefined, look],
    ["a customer accepts a quote of an opportunity", answer({ act: "accept", name: "Ann Buyer", consent: "yes" })],
  ]);
  await way(world, sent, [
    ["read to whom a quote was sent, and what they answered", ({ id }) => team.rep.as.readQuoteOffer({ id })],
    ["a customer rejects a quote", answer({ act: "reject", reason: "Too late" })],
    ["make the links of a quote void", ({ id }) => team.rep.as.revokeQuoteLinks({ id })],
  ]);
}

async function proposalPatterns(world: Sending): Promise<void> {
  const { as } = world.team.rep;
  interface Offered {
    quote_id: string;
    id: string;
  }
  const approved = async (): Promise<Offered> => {
    const { id: opportunity_id } = await opportunityOf(as);
    const { id } = await quoteOf(as, { opportunity_id });
    await as.submitQuote({ id });
    return { quote_id: id, id: "" };
  };
  const create = async (one: Offered) => {
    one.id = (await proposalOf(as, { quote_id: one.quote_id, sections })).id;
  };
  const sections = [{ text: "Dear {{customer.name}}" }, { section_type: "QUOTE_LINES" }];
  await way(world, approved, [
    ["create a proposal of a quote", create],
    ["submit a proposal that nobody is asked for", ({ id }) => as.submitProposal({ id })],
    ["send a proposal with its quote", ({ id }) => as.sendProposal({ id, to: "buyer@mail.example" })],
    ["present a proposal", ({ id }) => as.presentProposal({ id })],
    ["accept a proposal with its quote, of an opportunity", ({ id }) => as.acceptProposal({ id })],
  ]);
  await way(world, approved, [
    [undefined, create],
    ["make a new version of a proposal", ({ id }) => as.createProposalVersion({ id })],
  ]);
}

import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { acceptAmendment, amendmentParams, createAmendment, readAmendment } from "../../../agreements/amendment/support.ts";
import { createActiveContract, createApprovedContract, createContract } from "../../../agreements/contract/support.ts";
import { createProposal, textSection } from "../../../agreements/proposal/support.ts";
import { type Client, createCustomer, createQuote, line } from "../../../agreements/quote/support.ts";
import { readHiddenField, requestPage } from "../../../agreements/share-link/support.ts";
import { findSigningLink, newMailbox, SignerBrowser } from "../../../agreements/signature/support.ts";
import { findMailLink } from "../../../functions/pages/support.ts";
import { type Scenario, scenario, type World } from "../scenario.ts";

/** Records of a sales representative that a DIRECTOR has to approve, and what customers read and sign by links. */

interface Subject {
  readonly id: string;
  /** The contract of an amendment. */
  readonly contract_id: string;
}

/** How records of a kind are written and approved. A text of the record says whose version it is. */
interface AgreementKind {
  readonly record: "quote" | "proposal" | "contract" | "contract_amendment";
  /** The rule that asks a DIRECTOR for every record. */
  readonly rule: object;
  create(world: World, as: Client, more?: object): Promise<Subject>;
  update(as: Client, subject: Subject): Promise<unknown>;
  submit(as: Client, subject: Subject): Promise<unknown>;
  /** Returns the text, and whether it was approved and accepted by the customer. */
  read(as: Client, subject: Subject): Promise<{ text: string | null | undefined; isApproved: boolean; isAccepted: boolean }>;
}

/** A kind that the customer sees by a link. */
interface OfferKind extends AgreementKind {
  send(as: Client, subject: Subject, to: string): Promise<unknown>;
  /** Returns the record that can be changed after it was sent: the next version, or the record itself. */
  revise(as: Client, subject: Subject): Promise<Subject>;
}

const everyRecord = { name: "Every", every: true, approvers: ["DIRECTOR"] };
const toSubject = ({ id }: { id: string }): Subject => ({ id, contract_id: id });
const lineFor = (description: string, unit_price: string) => ({ ...line, description, unit_price });
const approvedStatuses = ["APPROVED", "SENT", "VIEWED", "ACCEPTED"];

const quotes: OfferKind = {
  record: "quote",
  rule: { levels: [{ name: "Every", discount_from: "1", approvers: ["DIRECTOR"] }] },
  create: async (_, as, more) =>
    toSubject(await createQuote(as, { discount_percent: "5", line_items: [lineFor("approved", "100.00")], ...more })),
  update: (as, { id }) => as.updateQuote({ id, line_items: [lineFor("edited", "1.00")] }),
  submit: (as, { id }) => as.submitQuote({ id }),
  read: async (as, { id }) => {
    const { line_items, status } = (await as.getQuote({ id })).data;
    return {
      ...{ text: line_items[0]?.description, isApproved: approvedStatuses.includes(status), isAccepted: status === "ACCEPTED" },
    };
  },
  send: (as, { id }, to) => as.sendQuote({ id, to }),
  revise: async (as, { id }) => toSubject((await as.createQuoteVersion({ id })).data),
};

const proposals: OfferKind = {
  record: "proposal",
  rule: { approved_quote: false, levels: [everyRecord] },
  create: async (_, as) => toSubject(await createProposal(as, { sections: [{ ...textSection, text: "approved" }] })),
  update: (as, { id }) => as.updateProposal({ id, sections: [{ ...textSection, text: "edited" }] }),
  submit: (as, { id }) => as.submitProposal({ id }),
  read: async (as, { id }) => {
    const { sections, status } = (await as.getProposal({ id })).data;
    return { text: sections[0]?.text, isApproved: approvedStatuses.includes(status), isAccepted: status === "ACCEPTED" };
  },
  send: (as, { id }, to) => as.sendProposal({ id, to }),
  revise: async (as, { id }) => toSubject((await as.createProposalVersion({ id })).data),
};

const contracts: AgreementKind = {
  record: "contract",
  rule: { legal_review: null, levels: [everyRecord] },
  create: async (_, as) => toSubject(await createContract(as, { description: "approved" })),
  update: (as, { id }) => as.updateContract({ id, description: "edited" }),
  submit: (as, { id }) => as.submitContract({ id }),
  read: async (as, { id }) => {
    const { description, status } = (await as.getContract({ id })).data;
    return { text: description, isApproved: status === "APPROVED", isAccepted: false };
  },
};

const amendments: OfferKind = {
  record: "contract_amendment",
  rule: { legal_review: { approvers: ["DIRECTOR"] }, levels: [everyRecord] },
  create: async (world, as) => {
    const { id: owner_id } = await world.findUser("SALES_REP");
    const { id, end_date } = await createActiveContract(world.app, world.tenant, world.admin, { owner_id });
    const terms = { title: "approved", value_delta: "1.00", effective_date: end_date, requires_signature: false };
    return createAmendment(as, id, terms);
  },
  update: (as, subject) => as.updateContractAmendment({ ...amendmentParams(subject), title: "edited", value_delta: "9.00" }),
  submit: (as, subject) => as.submitContractAmendment(amendmentParams(subject)),
  read: async (as, subject) => {
    const { title, status, customer_answer } = await readAmendment(as, subject);
    const isAccepted = customer_answer?.decision === "APPROVED";
    return { text: title, isApproved: isAccepted || status === "CUSTOMER_APPROVAL", isAccepted };
  },
  send: (as, subject, to) => as.sendContractAmendment({ ...amendmentParams(subject), to }),
  revise: async (_, subject) => subject,
};

async function publishRule({ admin }: World, kind: string, definition: object): Promise<void> {
  const { data } = await allowAnyInput(admin).createRuleVersion({ kind, definition });
  await admin.publishRuleVersion({ kind, id: data.id });
}

/** Approves as the DIRECTOR who is asked for the record, if one is. */
async function approveAsked(world: World, { id: subject }: Subject): Promise<void> {
  await world.app.settle();
  const { client } = await world.findUser("DIRECTOR");
  const { data } = await client.listApprovals({ subject, status: "pending", mine: true });
  for (const { id } of data) await client.approveApproval({ id });
  await world.app.settle();
}

/** Creates a record of the SALES_REP and submits it. */
async function createSubmitted(world: World, kind: AgreementKind, more?: object): Promise<Subject> {
  await world.findUser("DIRECTOR");
  await publishRule(world, `${kind.record}_approval`, kind.rule);
  const { client } = await world.findUser("SALES_REP");
  const subject = await kind.create(world, client, more);
  await kind.submit(client, subject);
  return subject;
}

const toResult = (text: string | null | undefined): "approved" | "edited" | "nothing" =>
  text === "approved" || text === "edited" ? text : "nothing";

const changedWhileApproverIsAsked = (kind: AgreementKind): Scenario =>
  scenario<Subject>({
    ...{ authority: "approval", record: kind.record, change: "a record that waits for its approver", role: "SALES_REP" },
    approve: (world) => createSubmitted(world, kind),
    edit: (_, subject, editor) => [kind.update(editor, subject)],
    approveAgain: ({ admin }, subject) => kind.submit(admin, subject),
    run: async (world, subject) => {
      await approveAsked(world, subject);
      const { text, isApproved } = await kind.read(world.admin, subject);
      return isApproved ? toResult(text) : "nothing";
    },
  });

/** A record that a customer can accept. `versions` are changed and sent again. */
interface Offered {
  readonly to: string;
  readonly versions: Subject[];
}

/** Changes, approves and sends the record again as the administrator. */
async function offerAgain(
  world: World,
  kind: OfferKind,
  { versions }: Offered,
  send: (as: Client, subject: Subject) => Promise<unknown>,
): Promise<void> {
  const { admin } = world;
  const next = await kind.revise(admin, versions[0] as Subject);
  versions.push(next);
  await kind.update(admin, next);
  await kind.submit(admin, next);
  await approveAsked(world, next);
  await send(admin, next);
}

/** Returns the text of the version that the customer has accepted. */
async function readAccepted({ admin }: World, kind: OfferKind, { versions }: Offered) {
  const found = await Promise.all(versions.map((version) => kind.read(admin, version)));
  return toResult(found.find(({ isAccepted }) => isAccepted)?.text);
}

const changedAfterSending = (kind: OfferKind): Scenario =>
  scenario<Offered>({
    ...{ authority: "offer_link", record: kind.record, change: "a record that its customer has a link to", role: "SALES_REP" },
    approve: async (world) => {
      const subject = await createSubmitted(world, kind);
      await approveAsked(world, subject);
      const to = newMailbox();
      await kind.send((await world.findUser("SALES_REP")).client, subject, to);
      await findMailLink(world.app, to, "/q/");
      return { to, versions: [subject] };
    },
    edit: (_, { versions }, editor) => versions.map((version) => kind.update(editor, version)),
    approveAgain: (world, offered) => offerAgain(world, kind, offered, (as, subject) => kind.send(as, subject, offered.to)),
    run: async (world, offered) => {
      const link = await findMailLink(world.app, offered.to, "/q/");
      const page = await requestPage(world.app, link);
      if (!page.body.includes('name="shown"')) return "nothing";
      const form = { act: "accept", name: "Åsa Köper", consent: "yes", shown: readHiddenField(page, "shown") };
      await requestPage(world.app, link, {}, form);
      return readAccepted(world, kind, offered);
    },
  });

/** The page of an order shows it as it is: only users who may change the order decide what the customer reads. */
const changedOrder = scenario<{ id: string; to: string }>({
  ...{ authority: "offer_link", record: "order", change: "an order that its customer has a link to", role: "SALES_REP" },
  approve: async ({ admin, tenant }) => {
    const customer_id = await createCustomer(admin);
    const items = { status: "CONFIRMED", line_items: [{ name: "approved", quantity: "1", unit_price: "100.00" }] };
    const { id } = (await admin.createOrder({ customer_id, owner_id: tenant.userId, ...items })).data;
    const to = newMailbox();
    await admin.sendOrder({ id, to });
    return { id, to };
  },
  edit: (_, { id }, editor) => {
    const line_items = [{ name: "edited", quantity: "1", unit_price: "1.00" }];
    return [editor.reviseOrder({ id, reason: "Cheaper", line_items })];
  },
  run: async ({ app }, { to }) => {
    const { body } = await requestPage(app, await findMailLink(app, to, "/q/"));
    return (["edited", "approved"] as const).find((text) => body.includes(text)) ?? "nothing";
  },
});

/** Issues an invoice with a text, and sends it. */
async function sendInvoice(admin: Client, customer_id: string, to: string, text: string): Promise<string> {
  const items = { status: "CONFIRMED", line_items: [{ name: "Kayak", quantity: "1", unit_price: "100.00" }] };
  const { data: order } = await admin.createOrder({ customer_id, ...items });
  const { id } = (await admin.createOrderInvoice({ id: order.id, text })).data;
  await admin.issueInvoice({ id });
  await admin.sendInvoice({ id, to });
  return id;
}

/** An issued invoice cannot change: its page shows what was issued. To change it, an administrator sends another invoice. */
const changedInvoice = scenario<{ id: string; to: string }>({
  ...{ authority: "offer_link", record: "invoice", change: "an invoice that its customer has a link to", role: "SALES_REP" },
  approve: async ({ admin }) => {
    const to = newMailbox();
    return { id: await sendInvoice(admin, await createCustomer(admin), to, "approved"), to };
  },
  edit: (_, { id }, editor) => [editor.updateInvoice({ id, text: "edited" })],
  approveAgain: async ({ admin }, { to }) => sendInvoice(admin, await createCustomer(admin), to, "edited"),
  run: async ({ app }, { to }) => {
    const { body } = await requestPage(app, await findMailLink(app, to, "/q/"));
    return (["edited", "approved"] as const).find((text) => body.includes(text)) ?? "nothing";
  },
});

const requestSignature = (as: Client, { id }: Subject, email: string): Promise<unknown> =>
  as.requestQuoteSignature({ id, signers: [{ name: "Åsa Köper", email }] });

const changedBeforeSignature = scenario<Offered>({
  ...{ authority: "signature_link", record: "signature_request", change: "the quote that is signed", role: "SALES_REP" },
  approve: async (world) => {
    const subject = await createSubmitted(world, quotes, { requires_signature: true });
    await approveAsked(world, subject);
    const to = newMailbox();
    await requestSignature((await world.findUser("SALES_REP")).client, subject, to);
    return { to, versions: [subject] };
  },
  edit: (_, { versions }, editor) => versions.map((version) => quotes.update(editor, version)),
  approveAgain: (world, offered) =>
    offerAgain(world, quotes, offered, (as, subject) => requestSignature(as, subject, offered.to)),
  run: async (world, offered) => {
    const link = await findSigningLink(world.app, offered.to);
    await new SignerBrowser(world.app).sign(link, offered.to, "Åsa Köper");
    return readAccepted(world, quotes, offered);
  },
});

const DAY_SECONDS = 86_400;

/** A contract of few days that renews itself at a value for which the rule asks no approver. */
interface ShortContract extends Subject {
  readonly end_date: string;
}

const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_SECONDS * 1000).toISOString().slice(0, 10);

async function createShortContract(
  world: World,
  create: (terms: Record<string, unknown>) => Promise<{ id: string; end_date: string }>,
  firstDay: number,
): Promise<ShortContract> {
  const { admin } = world;
  await world.findUser("DIRECTOR");
  const large = { name: "Large", contract_value_from: [{ currency: "EUR", amount: "50000.00" }], approvers: ["DIRECTOR"] };
  await publishRule(world, "contract_approval", { legal_review: null, levels: [large] });
  const customer_id = await createCustomer(admin);
  const today = (await admin.getCustomer({ id: customer_id })).data.created_at.slice(0, 10);
  const days = { start_date: addDays(today, firstDay), end_date: addDays(today, firstDay + 2), renewal_notice_days: 1 };
  const { id: owner_id } = await world.findUser("SALES_REP");
  const { id, end_date } = await create({ customer_id, owner_id, contract_value: "100.00", auto_renew: true, ...days });
  return { id, contract_id: id, end_date };
}

async function readNextTerm(world: World, { id }: Subject): Promise<"approved" | "edited" | "nothing"> {
  world.app.setClock({ advance: 4 * DAY_SECONDS * 1000 });
  for (let sweep = 0; sweep < 3; sweep++) {
    await world.app.settle();
    world.app.setClock({ advance: 61_000 });
  }
  await world.letPass(61);
  const { term_number, contract_value } = (await world.admin.getContract({ id })).data;
  if (term_number === 1) return "nothing";
  return contract_value === "100.00" ? "approved" : "edited";
}

const changedRenewal = (change: string, parts: Pick<Scenario<ShortContract>, "approve" | "approveAgain">): Scenario =>
  scenario<ShortContract>({
    ...{ authority: "contract-renewals", record: "contract", change, role: "SALES_REP" },
    edit: (_, { id }, editor) => [
      editor.updateContract({ id, renewal_value: "90000.00" }),
      editor.renewContract({ id, contract_value: "90000.00" }),
    ],
    run: readNextTerm,
    ...parts,
  });

const renewals: readonly Scenario[] = [
  changedRenewal("the value of the next term of a contract in force", {
    approve: (world) =>
      createShortContract(world, (terms) => createActiveContract(world.app, world.tenant, world.admin, terms), 0),
    approveAgain: async (world, { id, end_date }) => {
      const { app, tenant, admin } = world;
      const terms = { contract_value: "90000.00", effective_date: addDays(end_date, 1), requires_signature: false };
      const amendment = await createAmendment(admin, id, terms);
      await admin.submitContractAmendment(amendmentParams(amendment));
      await approveAsked(world, amendment);
      await acceptAmendment(app, tenant, admin, amendment);
    },
  }),
  changedRenewal("the value of the next term of a contract that no party has signed", {
    approve: (world) =>
      createShortContract(world, (terms) => createApprovedContract(world.admin, { requires_signature: false, ...terms }), 1),
    approveAgain: async (world, subject) => {
      await world.admin.submitContract({ id: subject.id });
      await approveAsked(world, subject);
    },
  }),
];

export const agreementScenarios: readonly Scenario[] = [
  ...[quotes, proposals, contracts, amendments].map(changedWhileApproverIsAsked),
  ...[quotes, proposals, amendments].map(changedAfterSending),
  changedOrder,
  changedInvoice,
  changedBeforeSignature,
  ...renewals,
];

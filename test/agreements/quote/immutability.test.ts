import { createHash } from "node:crypto";
import { onExpiry as onProposalExpiry } from "@crm/core/agreements/proposal/expiry.ts";
import { onExpiry as onQuoteExpiry } from "@crm/core/agreements/quote/expiry.ts";
import { agreedFields } from "@crm/core/agreements/quote/quote.ts";
import { computeDigest } from "@crm/core/agreements/share-link/offer.rules.ts";
import { loadOfferable } from "@crm/core/agreements/share-link/offerable.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { WireResponse } from "@crm/functions/derive/client.ts";
import { type Operation, pathParameterNames } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findMailLink } from "../../functions/pages/support.ts";
import { type Input, inputFor, makeWorld, sendAs, type World } from "../../invariants/registry/world.ts";
import { addUser, startTestApp } from "../../support/app.ts";
import { selectSample } from "../../support/sample.ts";
import { attachPicture } from "../proposal/support.ts";
import { readHiddenField } from "../share-link/support.ts";

/**
 * Content sent to a customer is immutable. Each registered operation that writes is applied to quotes and proposals in each status, or to the
 * records behind them. Afterwards the customer's page, the PDF and the agreed content are unchanged, or the operation was rejected.
 */

let app: App;
let world: World;
beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, "STAYS");
});
afterAll(() => app.stop());

const kinds = ["quote", "proposal"] as const;
type OfferedKind = (typeof kinds)[number];
const states = ["APPROVED", "SENT", "ACCEPTED", "EXPIRED"] as const;
type State = (typeof states)[number];

/** A sent offer: a quote, or a proposal with its quote. */
interface SentOffer {
  kind: OfferedKind;
  id: string;
  quote: string;
  /** The records that the offer was made from, by collection path. */
  parts: Readonly<Record<string, string>>;
}

const sendOperation = async (name: string, input: Input): Promise<WireResponse> => {
  const operation = operations.find((each) => each.name === name);
  return operation ? sendAs(app, world.tenant.token, operation, input) : expect.fail(`No operation ${name}`);
};

const runInTenant = <T>(work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, world.tenant.id, "test"), () => Tenants.runWithSettings(work));

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

let recordCount = 0;

/** Creates every record that an offer can be made from, by collection path, so that tests can change each of them. */
async function createParts(): Promise<SentOffer["parts"]> {
  const { admin } = world.tenant;
  const n = ++recordCount;
  const customerInput = { name: `Fjord ${n}`, billing_street: `Quay ${n}`, billing_postal_code: "9000" };
  const { id: customer_id } = (await admin.createCustomer(customerInput)).data;
  const buyer = { first_name: "Ann", last_name: `Buyer${n}`, customer_id, email: `ann${n}@mail.example` };
  const { data: contact } = await admin.createContact(buyer);
  const hull = { name: `Hull ${n}`, unit_price: "100.00", currency: "EUR", description: "Of steel" };
  const { id: product_id } = (await admin.createProduct(hull)).data;
  const { id: book } = (await admin.createPriceBook({ name: `Book ${n}`, currency: "EUR" })).data;
  await admin.createPriceBookEntry({ id: book, product_id, unit_price: "90.00" });
  const ruleInput = { name: `Rule ${n}`, effect: "PERCENT", percent: "5", product_ids: [product_id] };
  const { id: rule } = (await admin.createPricingRule(ruleInput)).data;
  const terms = { payment_terms: "Net 30", delivery_terms: "By sea" };
  const { id: template } = (await admin.createQuoteTemplate({ name: `Template ${n}`, ...terms })).data;
  const sections = [
    { heading: "For {{customer.name}}", text: "Dear {{contact.first_name}}, about {{opportunity.name}} and {{quote.number}}" },
    { section_type: "QUOTE_LINES", heading: "Lines" },
  ];
  const { id: words } = (await admin.createProposalTemplate({ name: `Template ${n}`, sections })).data;
  const owner = await addUser(app, world.tenant, "SALES_REP", { first_name: `Otto${n}` });
  return {
    ...{ "/customers": customer_id, "/contacts": contact.id, "/persons": String(contact.personal_key_id), "/users": owner.id },
    ...{ "/products": product_id, "/price-books": book, "/quotes/pricing-rules": rule },
    ...{ "/quotes/templates": template, "/proposals/templates": words },
  };
}

async function createDraft(kind: OfferedKind, parts: SentOffer["parts"]): Promise<SentOffer> {
  const { admin } = world.tenant;
  const parties = { customer_id: parts["/customers"], contact_id: parts["/contacts"], owner_id: parts["/users"] };
  const fleet = { name: `Fleet ${++recordCount}`, currency: "EUR", ...parties };
  const { id: opportunity_id } = (await admin.createOpportunity(fleet)).data;
  const line_items = [
    { product_id: parts["/products"], quantity: "3", tax_percent: "19", discount_percent: "2.5" },
    { description: "Crew training", unit_price: "10.00", optional: true },
  ];
  const commonFields = { ...parties, opportunity_id, expiration_date: "2099-12-31" };
  const templateFields = { template_id: parts["/quotes/templates"], price_book_id: parts["/price-books"] };
  const quoted = { ...commonFields, ...templateFields, currency: "EUR", discount_percent: "3", line_items };
  const { id: quote } = (await admin.createQuote(quoted)).data;
  await admin.submitQuote({ id: quote });
  const sold = { ...parts, "/opportunities": opportunity_id };
  if (kind === "quote") return { kind, id: quote, quote, parts: sold };
  const proposalInput = { ...commonFields, quote_id: quote, template_id: parts["/proposals/templates"] };
  const { id } = (await admin.createProposal(proposalInput)).data;
  const picture = await attachPicture(app, world.tenant, admin, id);
  await admin.addProposalSection({ id, section_type: "PICTURE", attachment_id: picture, alt_text: "A boat" });
  return { kind, id, quote, parts: { ...sold, "/attachments": picture } };
}

/** Builds the name of an operation of the offer's kind: `submitQuote`. */
const operationName = (verb: string, { kind }: Pick<SentOffer, "kind">, more = ""): string =>
  `${verb}${kind === "quote" ? "Quote" : "Proposal"}${more}`;

async function callOperation(name: string, input: Input): Promise<Record<string, unknown>> {
  const { status, body } = await sendOperation(name, input);
  if (status >= 300) expect.fail(`${name}: ${status} ${body.slice(0, 300)}`);
  return JSON.parse(body).data;
}

/** Accepts the offer on its page as the customer does: with a name and the first option shown. */
async function acceptOnPage(sent: SentOffer): Promise<void> {
  const token = (await findMailLink(app, `buyer-${sent.id}@mail.example`, "/q/")).split("/q/")[1] ?? "";
  const chosenIds = [/name="chosen" value="([^"]+)"/.exec((await sendOperation("offerPage", { token })).body)?.[1]];
  const page = await sendOperation("answerOfferPage", { token, act: "total", chosen: chosenIds });
  const answer = {
    token,
    act: "accept",
    name: "Ann Buyer",
    consent: "yes",
    chosen: chosenIds,
    shown: readHiddenField(page, "shown"),
  };
  expect((await sendOperation("answerOfferPage", answer)).status).toBe(200);
}

async function bringToState(sent: SentOffer, state: State): Promise<void> {
  const { id } = sent;
  if (sent.kind === "proposal") await callOperation("submitProposal", { id });
  if (state === "APPROVED") return;
  await callOperation(operationName("send", sent), { id, to: `buyer-${id}@mail.example` });
  if (state === "ACCEPTED") await acceptOnPage(sent);
  if (state === "EXPIRED") {
    const { expires_at } = await callOperation(operationName("get", sent), { id });
    const event = { id, type: "", tenant_id: "", record_id: id, version: 1, actor_id: "", request_id: "", at: "", changed: [] };
    const onExpiry = sent.kind === "quote" ? onQuoteExpiry : onProposalExpiry;
    await runInTenant(() => onExpiry({ ...event, due_at: String(expires_at) }));
  }
}

async function createOfferInState(kind: OfferedKind, state: State, parts: SentOffer["parts"]): Promise<SentOffer> {
  const sent = await createDraft(kind, parts);
  await bringToState(sent, state);
  await app.settle();
  expect((await callOperation(operationName("get", sent), { id: sent.id })).status).toBe(state);
  return sent;
}

/** A merge of customers or contacts changes who a record refers to; the offered content never changes. */
const immutableFields: readonly string[] = [
  ...agreedFields.filter((field) => field !== "customer_id" && field !== "contact_id"),
  ...["quote_number", "subtotal", "discount_amount", "net_amount", "tax_amount", "total_amount", "expires_at"],
  ...["proposal_number", "proposal_date", "sections"],
];
const acceptanceFields = ["accepted_date", "signed_by", "signed_date", "deal_id", "quote_accepted"];

interface OfferSnapshot {
  status: unknown;
  fields: Record<string, unknown>;
  document: unknown;
  options: unknown;
  pdf: string;
  answer: unknown;
}

/** What the customer can read and download, and what was agreed. */
async function readSnapshot(sent: SentOffer): Promise<OfferSnapshot> {
  const { kind, id } = sent;
  const offer = await runInTenant(async () => (await loadOfferable(kind)).read(id, { language: "en" }));
  if (!offer) expect.fail(`${kind} ${id} is not shown any more`);
  const record = await callOperation(operationName("get", sent), { id });
  const file = await sendOperation(operationName("get", sent, "Pdf"), { id });
  expect(file.status).toBe(200);
  const { answer } = JSON.parse((await sendOperation(operationName("read", sent, "Offer"), { id })).body).data ?? {};
  const { document, options } = offer;
  // The content that the evidence says was accepted is the content shown.
  if (answer?.outcome === "ACCEPTED") expect(computeDigest({ document, options })).toBe(answer.document_hash);
  const fields = record.status === "ACCEPTED" ? [...immutableFields, ...acceptanceFields] : immutableFields;
  const values = Object.fromEntries(fields.map((field) => [field, record[field]]));
  return { status: record.status, fields: values, document, options, pdf: `${file.headers.etag} ${sha256(file.body)}`, answer };
}

/** The offer is unchanged. An approved offer was not sent yet, so it may also be a draft again that needs approval. */
async function expectUnchanged(sent: SentOffer, before: OfferSnapshot, why: string): Promise<void> {
  const { status } = await callOperation(operationName("get", sent), { id: sent.id });
  if (before.status === "APPROVED" && status === "DRAFT") return;
  const after = await readSnapshot(sent);
  // An acceptance adds fields, so only the earlier ones are compared.
  const values = Object.fromEntries(Object.keys(before.fields).map((field) => [field, after.fields[field]]));
  expect({ ...after, fields: values, status: before.status, answer: before.answer && after.answer }, why).toEqual(before);
}

const formatOutcome = ({ status, body }: WireResponse): string => (status < 300 ? "done" : `${status} ${body.slice(0, 300)}`);

const isWrite = ({ method, onlyReads, access, path }: Operation): boolean =>
  method !== "GET" && !onlyReads && (access !== "public" || path.startsWith("/q/"));

const collectionPath = ({ path }: Operation): string => path.split("/{id}")[0] ?? "";
const isWriteBelow = (path: string) => (operation: Operation) =>
  isWrite(operation) && collectionPath(operation) === path && operation.path.includes("{id}");

/** Builds a valid input that refers only to this offer: its parties stay the same, and lines and sections are its own. */
async function buildInputOn(sent: SentOffer, operation: Operation): Promise<Input> {
  const input = await inputFor(app, world, operation);
  const { "/customers": customer_id, "/contacts": contact_id, "/opportunities": opportunity_id } = sent.parts;
  const parties = "customer_id" in input ? { customer_id, contact_id, opportunity_id } : {};
  return { ...input, ...parties, ...(await buildPartInput(sent, operation)), id: sent.id };
}

async function buildPartInput(sent: SentOffer, operation: Operation): Promise<Input> {
  const record = (await callOperation(operationName("get", sent), { id: sent.id })) as Record<string, { id: string }[]>;
  const ids = (record.line_items ?? record.sections ?? []).map(({ id }) => id);
  const parameters = pathParameterNames(operation.path);
  if (parameters.includes("line_id")) return { line_id: ids[0] };
  if (parameters.includes("section_id")) return { section_id: ids[0] };
  return operation.name === "reorderProposalSections" ? { section_ids: [...ids].reverse() } : {};
}

/** The statuses of a valid request that is not allowed. */
const REJECTION_STATUSES = [409, 422];

describe.each(kinds)("a %s", (kind) => {
  let parts: SentOffer["parts"];
  beforeAll(async () => {
    parts = await createParts();
  });
  // A deleted record is restored afterwards.
  const writes = operations.filter(isWriteBelow(`/${kind}s`)).filter(({ name }) => name !== operationName("restore", { kind }));
  describe.each(states)("that is %s and its immutability under each write operation", (state) => {
    let sent: SentOffer | undefined;
    let before: OfferSnapshot;
    const done = selectSample(writes, { name: (operation) => `${state} ${operation.name}`, kind: () => kind });
    it.each(done.map((operation) => [operation.name, operation] as const))("%s", async (name, operation) => {
      if (!sent) {
        sent = await createOfferInState(kind, state, parts);
        before = await readSnapshot(sent);
      }
      const offer = sent;
      const answer = await sendAs(app, world.tenant.token, operation, await buildInputOn(offer, operation));
      expect([operation.status, ...REJECTION_STATUSES], formatOutcome(answer)).toContain(answer.status);
      if (answer.status < 300) {
        sent = undefined;
        if (name === operationName("delete", offer)) await callOperation(operationName("restore", offer), { id: offer.id });
        await app.settle();
      }
      await expectUnchanged(offer, before, formatOutcome(answer));
    });
  });
});

/** Offers of one customer made from the same records: an accepted quote, a sent proposal and its quote. */
interface SentOffers {
  offers: readonly { sent: SentOffer; before: OfferSnapshot }[];
  parts: SentOffer["parts"];
}

async function createSentOffers(): Promise<SentOffers> {
  const parts = await createParts();
  const [accepted, proposal] = [
    await createOfferInState("quote", "ACCEPTED", parts),
    await createOfferInState("proposal", "SENT", parts),
  ];
  const offers: SentOffers["offers"][number][] = [];
  for (const sent of [accepted, proposal, { ...proposal, kind: "quote", id: proposal.quote } as const])
    offers.push({ sent, before: await readSnapshot(sent) });
  return { offers: offers, parts: { ...accepted.parts, ...proposal.parts } };
}

/** A world in which generated inputs refer to these offers. */
const aimWorldAt = ({ offers: [accepted, proposal] }: SentOffers): World => {
  const { ids, values } = world.seeds;
  const offerIds = { quote: String(accepted?.sent.id), proposal: String(proposal?.sent.id) };
  const related = { related_to_type: "quote", related_to_id: offerIds.quote };
  return { ...world, seeds: { ...world.seeds, ids: { ...ids, ...offerIds }, values: { ...values, ...related } } };
};

const renameInput = { name: "Another name" };

/** Inputs where a generated one would be rejected, such as a customer as its own parent. Merges remove our record. */
const inputsByOperation: Readonly<Record<string, (parts: SentOffer["parts"]) => Promise<Input>>> = {
  replaceCustomer: async (parts) => ({ id: parts["/customers"], ...renameInput, status: "ACTIVE" }),
  updateProduct: async (parts) => ({ id: parts["/products"], ...renameInput, unit_price: "1.00" }),
  replaceProduct: async (parts) => ({ id: parts["/products"], ...renameInput, unit_price: "2.00", currency: "EUR" }),
  mergeCustomers: async (parts) => ({ id: (await createParts())["/customers"], merged_id: parts["/customers"] }),
  mergeContacts: async (parts) => {
    // The other contact must belong to the customer that this contact has by now.
    const { customer_id } = await callOperation("getContact", { id: parts["/contacts"] });
    const contactInput = { first_name: "Anna", last_name: "Koper", customer_id };
    return { id: (await callOperation("createContact", contactInput)).id, merged_id: parts["/contacts"] };
  },
  mergePersons: async (parts) => ({ id: (await createParts())["/persons"], merged_id: parts["/persons"] }),
};

/** A record that was deleted or merged away cannot be changed any more. */
const removesRecord = (name: string): boolean => /^(delete|merge)/.test(name);

describe("sent offers after writes to the records that they were made from", () => {
  const parts = ["Customer", "Contact", "Person", "User", "Opportunity", "Product", "PriceBook", "PricingRule"];
  const templates = ["QuoteTemplate", "ProposalTemplate"];
  const changes = new Set([...parts, ...templates].flatMap((noun) => [`update${noun}`, `replace${noun}`]));
  const otherOperations = selectSample(
    operations.filter(
      (operation) =>
        isWrite(operation) &&
        operation.tag !== "Sign-in" &&
        operation.access !== "public" &&
        !kinds.some((kind) => isWriteBelow(`/${kind}s`)(operation)),
    ),
    {
      name: ({ name }) => name,
      // Every change to the source records is tested; of the operations that remove one, and of all others, a sample.
      kind: ({ name }) => (changes.has(name) || name in inputsByOperation ? name : String(removesRecord(name))),
    },
  );
  let all: SentOffers | undefined;
  /** The operations applied to the source records or to records that refer to them. */
  const done = new Set<string>();

  /** Applies the operation; true if it changed our records. */
  async function act({ parts: offerParts, ...rest }: SentOffers, operation: Operation): Promise<boolean> {
    const { name, path } = operation;
    const id =
      path.endsWith("/restore") || !pathParameterNames(path).includes("id") ? undefined : offerParts[collectionPath(operation)];
    const fixedInput = await inputsByOperation[name]?.(offerParts);
    const input = fixedInput ?? {
      ...(await inputFor(app, aimWorldAt({ parts: offerParts, ...rest }), operation)),
      ...(id === undefined ? {} : { id }),
    };
    const answer = await sendAs(app, world.tenant.token, operation, input);
    const message = `${name}: ${formatOutcome(answer)}`;
    if (fixedInput) expect(answer.status, message).toBe(operation.status);
    expect(answer.status, message).toBeLessThan(500);
    const isDone = answer.status < 300 && (fixedInput !== undefined || id !== undefined);
    if (isDone) done.add(name);
    return isDone;
  }

  async function expectAllStay({ offers: sentOffers }: SentOffers, names: readonly string[]): Promise<void> {
    await app.settle();
    for (const { sent, before } of sentOffers) await expectUnchanged(sent, before, `${sent.kind} behind ${names.join(", ")}`);
  }

  it.each([...Map.groupBy(otherOperations, ({ tag }) => tag)])("to %s", async (_, tagged) => {
    let names: string[] = [];
    // Changes come first: another operation may close a record to them.
    for (const operation of tagged.toSorted((a, b) => Number(changes.has(b.name)) - Number(changes.has(a.name)))) {
      all ??= await createSentOffers();
      const isDone = await act(all, operation);
      names.push(operation.name);
      if (!isDone || !removesRecord(operation.name)) continue;
      await expectAllStay(all, names);
      names = [];
      all = undefined;
    }
    if (all) await expectAllStay(all, names);
  });

  it("covers changes of every kind of record that they were made from", () => {
    expect([...Object.keys(inputsByOperation), ...changes].filter((name) => !done.has(name))).toEqual([]);
  });
});

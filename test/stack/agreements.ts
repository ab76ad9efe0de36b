import type { App } from "@crm/local/app.ts";
import { controls } from "@crm/local/controls.ts";
import { agreed, amendmentOf, at, houseOf, signed as signedAmendment, unasked } from "../amendment/support.ts";
import { again, approved, inForce, lived } from "../contracts/support.ts";
import { accepting, visit } from "../offer/support.ts";
import { linkTo } from "../pages/support.ts";
import { approvedQuote, asked, Browser, codeIn, formOf, linkOf, mailbox, signedKinds } from "../signature/support.ts";
import { signUp, type Tenant } from "../support.ts";

/** What becomes of agreements by themselves, from a submission to the end: for the test of what functions are allowed. */

const DAY = 86_400_000;
const dayAfter = (now: number, days: number): string => new Date(now + days * DAY).toISOString().slice(0, 10);

export async function agreements(app: App, now: () => number): Promise<void> {
  await lived(app, await signUp(app));
  await amended(app, now);
  await renewed(app, now);
  await texted(app);
  await signedElsewhere(app, now);
}

/** The sweep comes each minute, and finds of each record what is due next. */
async function pass(app: App, days: number): Promise<void> {
  for (const ms of [days * DAY, 61_000, 61_000]) {
    app.setClock({ advance: ms });
    await app.settle();
  }
}

async function amended(app: App, now: () => number): Promise<void> {
  const tenant = await signUp(app);
  const { admin } = tenant;
  const { rep, director } = await houseOf(app, tenant);
  const running = async () => {
    const { id } = await inForce(app, tenant, admin, { contract_value: "1200.00" });
    await admin.updateContract({ id, owner_id: rep.id } as never);
    return id;
  };
  const drawn = async (id: string, more: object = {}) =>
    amendmentOf(rep.as, id, { value_delta: "100", effective_date: dayAfter(now(), 10), ...more });
  const [reviewed, given, dropped] = [await running(), await running(), await running()];
  const [first, second, third] = [
    await drawn(reviewed, { requires_legal_review: true }),
    await drawn(given),
    await drawn(dropped, { requires_legal_review: true }),
  ];
  for (const each of [first, second, third]) await rep.as.submitContractAmendment(at(each));
  await app.settle();
  await director.as.approveContractAmendment(at(first));
  await app.settle();
  await rep.as.withdrawContractAmendment(at(third));
  // Who is asked now is not whoever it belongs to.
  await admin.updateContract({ id: given, owner_id: director.id } as never);
  await app.settle();
  const definition = { legal_review: { approvers: ["DIRECTOR"] }, levels: [], days_back: 60 };
  const { data: rule } = await admin.createRuleVersion({ kind: "contract_amendment_approval", definition } as never);
  await admin.publishRuleVersion({ kind: "contract_amendment_approval", id: rule.id } as never);
  const plain = await running();
  const agreed = await drawn(plain, { requires_customer_approval: false, effective_date: dayAfter(now(), 2) });
  await rep.as.submitContractAmendment(at(agreed));
  await signedAmendment(app, tenant, admin, agreed);
  await answeredElsewhere(app, tenant, { contract: plain, effective_date: dayAfter(now(), 0), end_date: dayAfter(now(), 500) });
  await admin.terminateContract({ id: dropped, reason: "Moved" });
  await admin.terminateContract({ id: reviewed, reason: "Moved" });
  await pass(app, 3);
}

/** By a request on our own page, and by the customer on the page of a link: what changes deliverables is compared with what has changed them. */
async function answeredElsewhere(
  app: App,
  { admin }: Tenant,
  { contract, effective_date, end_date }: { contract: string; effective_date: string; end_date: string },
): Promise<void> {
  const ready = async (more: object) => {
    const drawn = await amendmentOf(admin, contract, { effective_date, ...more });
    await admin.submitContractAmendment(at(drawn));
    return drawn;
  };
  const scope = { amendment_type: "SCOPE", deliverables: { added: [{ name: "A report" }] } };
  const askedOf = async (amendment: Awaited<ReturnType<typeof ready>>) => {
    const [buyer, seller] = [mailbox(), mailbox()];
    const signers = [
      { name: "Ann Buyer", email: buyer },
      { name: "Sam Seller", email: seller, party: "company" },
    ];
    await admin.signContractAmendment({ ...at(amendment), party: "customer", signers } as never);
    return [buyer, seller];
  };
  const signs = async (email: string) => new Browser(app).sign(await linkOf(app, email), email, "Ann Buyer");
  const [buyer = "", seller = ""] = await askedOf(await ready({ ...scope, requires_customer_approval: false }));
  await signs(buyer);
  await signs(seller);
  const withdrawn = await ready({ value_delta: "5", requires_customer_approval: false });
  await askedOf(withdrawn);
  await admin.withdrawContractAmendment(at(withdrawn));
  await app.settle();
  const declined = await ready({ value_delta: "5", requires_customer_approval: false });
  const [none = ""] = await askedOf(declined);
  const page = new Browser(app);
  await page.enter(await linkOf(app, none), none);
  await page.send(await linkOf(app, none), { act: "decline", reason: "Too dear" });
  const sent = await ready({ amendment_type: "TERM", end_date, requires_signature: false });
  const to = mailbox();
  await admin.sendContractAmendment({ ...at(sent), to } as never);
  const link = await linkTo(app, to, "/q/");
  await visit(app, link, {}, await accepting(app, link));
}

async function renewed(app: App, now: () => number): Promise<void> {
  const tenant = await signUp(app);
  const { admin } = tenant;
  const { data: person } = await admin.createCustomer({
    ...{ name: "Ann Private", customer_type: "individual", email: "ann.private@mail.example" },
  } as never);
  const days = { start_date: dayAfter(now(), -1), end_date: dayAfter(now(), 40), renewal_notice_days: 30 };
  const one = (more: object) => inForce(app, tenant, admin, { contract_value: "100.00", ...days, ...more });
  await one({ auto_renew: true });
  await one({});
  await one({ auto_renew: true, auto_renew_agreed: true, customer_id: person.id });
  const { id: ended } = await one({ auto_renew: true });
  await pass(app, 12);
  await again(app, tenant);
  await tenant.admin.terminateContract({ id: ended, reason: "Moved" });
  await pass(app, 31);
}

/** Drawn on our own page, by codes that go to telephones: of a quote, and of a contract whose signer is another by then. */
async function texted(app: App): Promise<void> {
  const tenant = await signUp(app);
  const { admin } = tenant;
  await unasked(tenant);
  const somebody = (phone: string) => ({ name: "Tel Caller", email: mailbox(), phone, code_by: "sms" });
  const [own, former, heir] = [somebody("+12025550143"), somebody("+12025550144"), somebody("+12025550145")];
  await asked(admin, [own]);
  const { data } = await admin.getSignatureRequest({ id: await signedKinds.contract(admin, [former]) });
  const signer_id = data.signers[0]?.id ?? "";
  await admin.reassignSigner({ id: data.id, signer_id, ...heir } as never);
  for (const { email, phone } of [own, heir]) {
    const [browser, link] = [new Browser(app), await linkOf(app, email)];
    await browser.send(link, { act: "code" });
    const page = await browser.send(link, { act: "enter", code: await codeIn(app, phone) });
    await browser.send(link, { ...formOf(page, "Tel Caller"), drawing: "10.20-12.25" });
  }
  await app.settle();
}

async function signedElsewhere(app: App, now: () => number): Promise<void> {
  const tenant: Tenant = await signUp(app);
  const { admin } = tenant;
  await unasked(tenant);
  const { id } = await approved(admin);
  const signers = [{ name: "Grace Hopper", email: "grace.hopper@navy.example" }];
  await admin.signContract({ id, party: "customer", signers } as never);
  await admin.withdrawContract({ id });
  await app.settle();
  const ask = async (method: string, path: string, body: object = {}) => {
    const url = new URL(`http://localhost/_local/${path}`);
    return ((await controls(app, method, url, Buffer.from(JSON.stringify(body)))) as unknown as { data: never }).data;
  };
  const { account } = (await ask("GET", "providers/dropbox_sign")) as { account: Record<string, string> };
  const made = { provider: "dropbox_sign", name: "Ours", environment: "demo", is_default: true, ...account };
  await admin.createSignatureAccount(made as never);
  const requested = async () => {
    const id = await approvedQuote(tenant.admin);
    const { data } = await tenant.admin.requestQuoteSignature({ id, provider: "dropbox_sign", signers } as never);
    await app.settle();
    return (await tenant.admin.getSignatureRequest({ id: data.id })).data.envelope_id;
  };
  const signing = (envelope: string | null, emit: boolean) =>
    ask("POST", `providers/dropbox_sign/envelopes/${envelope}`, { do: "sign", signer: "1", emit });
  const { data: door } = await admin.createInboundWebhook({ provider: "dropbox_sign", secret: account.api_key } as never);
  await ask("POST", "providers/dropbox_sign", { hook: { url: door.url, secrets: [account.api_key] } });
  const amended = async () => {
    const { id: contract } = await inForce(app, tenant, admin, { contract_value: "1200.00" });
    // What is agreed and comes before it is read with it.
    await agreed(app, tenant, admin, contract, { value_delta: "5", effective_date: dayAfter(now(), 20) });
    const more = { payment_terms: "60 days", effective_date: dayAfter(now(), 21), requires_customer_approval: false };
    const drawn = await amendmentOf(admin, contract, { amendment_type: "PRICING", ...more });
    await admin.submitContractAmendment(at(drawn));
    const both = [...signers, { name: "Sam Seller", email: "sam@boats.example", party: "company" }];
    const { data } = await admin.signContractAmendment({
      ...{ ...at(drawn), party: "customer", provider: "dropbox_sign", signers: both },
    } as never);
    await app.settle();
    return (await admin.getSignatureRequest({ id: String(data.signature_request_id) })).data.envelope_id;
  };
  for (const emit of [true, false]) {
    const envelope = await amended();
    // What was told of it before has been worked off by then.
    if (!emit) await pass(app, 0.05);
    for (const signer of ["1", "2"])
      await ask("POST", `providers/dropbox_sign/envelopes/${envelope}`, { do: "sign", signer, emit });
    await (emit ? app.settle() : pass(app, 0.05));
  }
  await again(app, tenant);
  // One is told of, the other is found by whoever looks after it.
  await signing(await requested(), true);
  await app.settle();
  await signing(await requested(), false);
  await pass(app, 0.05);
  await pass(app, 0.05);
}

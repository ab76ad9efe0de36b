import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { runControl } from "@crm/local/server/controls.ts";
import {
  amendmentParams,
  createAgreedAmendment,
  createAmendment,
  createTenantTeam,
  signAmendment as signedAmendment,
  waiveInternalApproval,
} from "../agreements/amendment/support.ts";
import {
  createActiveContract,
  createApprovedContract,
  renewAdminSession,
  runContractLives,
} from "../agreements/contract/support.ts";
import { buildAcceptForm, requestPage } from "../agreements/share-link/support.ts";
import {
  buildSigningForm,
  createApprovedQuote,
  findSigningLink,
  newMailbox,
  readMailedCode,
  requestByKind,
  requestSignatures,
  SignerBrowser,
} from "../agreements/signature/support.ts";
import { findMailLink } from "../functions/pages/support.ts";
import { signUp, type Tenant } from "../support/app.ts";

/** The automated steps of agreements from submission to end, for the test of the functions' permissions. */

const DAY_MS = 86_400_000;
const dayAfter = (now: number, days: number): string => new Date(now + days * DAY_MS).toISOString().slice(0, 10);

export async function runAgreements(app: App, now: () => number): Promise<void> {
  await runContractLives(app, await signUp(app));
  await runAmendments(app, now);
  await runRenewals(app, now);
  await runSmsSignatures(app);
  await runProviderSignatures(app, now);
}

/** Runs the sweep once a minute; it finds the next due clock of each record. */
async function passDays(app: App, days: number): Promise<void> {
  for (const ms of [days * DAY_MS, 61_000, 61_000]) {
    app.setClock({ advance: ms });
    await app.settle();
  }
}

async function runAmendments(app: App, now: () => number): Promise<void> {
  const tenant = await signUp(app);
  const { admin } = tenant;
  const { rep, director } = await createTenantTeam(app, tenant);
  const running = async () => {
    const { id } = await createActiveContract(app, tenant, admin, { contract_value: "1200.00" });
    await admin.updateContract({ id, owner_id: rep.id });
    return id;
  };
  const draftAmendment = async (id: string, more: object = {}) =>
    createAmendment(rep.client, id, { value_delta: "100", effective_date: dayAfter(now(), 10), ...more });
  const [reviewed, reassignedContract, dropped] = [await running(), await running(), await running()];
  const [first, second, third] = [
    await draftAmendment(reviewed, { requires_legal_review: true }),
    await draftAmendment(reassignedContract),
    await draftAmendment(dropped, { requires_legal_review: true }),
  ];
  for (const amendment of [first, second, third]) await rep.client.submitContractAmendment(amendmentParams(amendment));
  await app.settle();
  await director.client.approveContractAmendment(amendmentParams(first));
  await app.settle();
  await rep.client.withdrawContractAmendment(amendmentParams(third));
  // The approver and the new owner are different users.
  await admin.updateContract({ id: reassignedContract, owner_id: director.id });
  await app.settle();
  const definition = { legal_review: { approvers: ["DIRECTOR"] }, levels: [], days_back: 60 };
  const { data: rule } = await admin.createRuleVersion({ kind: "contract_amendment_approval", definition });
  await admin.publishRuleVersion({ kind: "contract_amendment_approval", id: rule.id });
  const plain = await running();
  const agreed = await draftAmendment(plain, { requires_customer_approval: false, effective_date: dayAfter(now(), 2) });
  await rep.client.submitContractAmendment(amendmentParams(agreed));
  await signedAmendment(app, tenant, admin, agreed);
  await runCustomerAnswers(app, tenant, { contract: plain, effective_date: dayAfter(now(), 0), end_date: dayAfter(now(), 500) });
  await admin.terminateContract({ id: dropped, reason: "Moved" });
  await admin.terminateContract({ id: reviewed, reason: "Moved" });
  await passDays(app, 3);
}

/** Accepts amendments by a signature request and by the customer's link; changes of deliverables are checked against earlier ones. */
async function runCustomerAnswers(
  app: App,
  { admin }: Tenant,
  { contract, effective_date, end_date }: { contract: string; effective_date: string; end_date: string },
): Promise<void> {
  const ready = async (more: object) => {
    const amendment = await createAmendment(admin, contract, { effective_date, ...more });
    await admin.submitContractAmendment(amendmentParams(amendment));
    return amendment;
  };
  const scope = { amendment_type: "SCOPE", deliverables: { added: [{ name: "A report" }] } };
  const inviteSigners = async (amendment: Awaited<ReturnType<typeof ready>>) => {
    const [buyer, seller] = [newMailbox(), newMailbox()];
    const signers = [
      { name: "Ann Buyer", email: buyer },
      { name: "Sam Seller", email: seller, party: "company" },
    ];
    await admin.signContractAmendment({ ...amendmentParams(amendment), party: "customer", signers });
    return [buyer, seller];
  };
  const signs = async (email: string) => new SignerBrowser(app).sign(await findSigningLink(app, email), email, "Ann Buyer");
  const [buyer = "", seller = ""] = await inviteSigners(await ready({ ...scope, requires_customer_approval: false }));
  await signs(buyer);
  await signs(seller);
  const withdrawn = await ready({ value_delta: "5", requires_customer_approval: false });
  await inviteSigners(withdrawn);
  await admin.withdrawContractAmendment(amendmentParams(withdrawn));
  await app.settle();
  const declined = await ready({ value_delta: "5", requires_customer_approval: false });
  const [decliningBuyer = ""] = await inviteSigners(declined);
  const page = new SignerBrowser(app);
  await page.enter(await findSigningLink(app, decliningBuyer), decliningBuyer);
  await page.send(await findSigningLink(app, decliningBuyer), { act: "decline", reason: "Too dear" });
  const sent = await ready({ amendment_type: "TERM", end_date, requires_signature: false });
  const to = newMailbox();
  await admin.sendContractAmendment({ ...amendmentParams(sent), to });
  const link = await findMailLink(app, to, "/q/");
  await requestPage(app, link, {}, await buildAcceptForm(app, link));
}

async function runRenewals(app: App, now: () => number): Promise<void> {
  const tenant = await signUp(app);
  const { admin } = tenant;
  const { data: person } = await admin.createCustomer({
    ...{ name: "Ann Private", customer_type: "individual", email: "ann.private@mail.example" },
  });
  const days = { start_date: dayAfter(now(), -1), end_date: dayAfter(now(), 40), renewal_notice_days: 30 };
  const createContract = (more: object) =>
    createActiveContract(app, tenant, admin, { contract_value: "100.00", ...days, ...more });
  await createContract({ auto_renew: true });
  await createContract({});
  await createContract({ auto_renew: true, auto_renew_agreed: true, customer_id: person.id });
  const { id: terminatedId } = await createContract({ auto_renew: true });
  await passDays(app, 12);
  await renewAdminSession(app, tenant);
  await tenant.admin.terminateContract({ id: terminatedId, reason: "Moved" });
  await passDays(app, 31);
}

/** Drawn signatures on our own page with codes by SMS: for a quote, and for a contract whose signer has changed. */
async function runSmsSignatures(app: App): Promise<void> {
  const tenant = await signUp(app);
  const { admin } = tenant;
  await waiveInternalApproval(tenant);
  const buildSigner = (phone: string) => ({ name: "Tel Caller", email: newMailbox(), phone, code_by: "sms" });
  const [quoteSigner, formerSigner, heir] = [
    buildSigner("+12025550143"),
    buildSigner("+12025550144"),
    buildSigner("+12025550145"),
  ];
  await requestSignatures(admin, [quoteSigner]);
  const { data } = await admin.getSignatureRequest({ id: await requestByKind.contract(admin, [formerSigner]) });
  const signer_id = data.signers[0]?.id ?? "";
  await admin.reassignSigner({ id: data.id, signer_id, ...heir });
  for (const { email, phone } of [quoteSigner, heir]) {
    const [browser, link] = [new SignerBrowser(app), await findSigningLink(app, email)];
    await browser.send(link, { act: "code" });
    const page = await browser.send(link, { act: "enter", code: await readMailedCode(app, phone) });
    await browser.send(link, { ...buildSigningForm(page, "Tel Caller"), drawing: "10.20-12.25" });
  }
  await app.settle();
}

async function runProviderSignatures(app: App, now: () => number): Promise<void> {
  const tenant: Tenant = await signUp(app);
  const { admin } = tenant;
  await waiveInternalApproval(tenant);
  const { id } = await createApprovedContract(admin);
  const signers = [{ name: "Grace Hopper", email: "grace.hopper@navy.example" }];
  await admin.signContract({ id, party: "customer", signers });
  await admin.withdrawContract({ id });
  await app.settle();
  const ask = async (method: string, path: string, body: object = {}) => {
    const url = new URL(`http://localhost/_local/${path}`);
    return ((await runControl(app, method, url, Buffer.from(JSON.stringify(body)))) as unknown as { data: never }).data;
  };
  const { account } = (await ask("GET", "providers/dropbox_sign")) as { account: Record<string, string> };
  const accountInput = { provider: "dropbox_sign", name: "Ours", environment: "demo", is_default: true, ...account };
  await admin.createSignatureAccount(accountInput);
  const requested = async () => {
    const id = await createApprovedQuote(tenant.admin);
    const { data } = await tenant.admin.requestQuoteSignature({ id, provider: "dropbox_sign", signers });
    await app.settle();
    return (await tenant.admin.getSignatureRequest({ id: data.id })).data.envelope_id;
  };
  const signing = (envelope: string | null, emit: boolean) =>
    ask("POST", `providers/dropbox_sign/envelopes/${envelope}`, { do: "sign", signer: "1", emit });
  const { data: door } = await allowAnyInput(admin).createInboundWebhook({ provider: "dropbox_sign", secret: account.api_key });
  await ask("POST", "providers/dropbox_sign", { hook: { url: door.url, secrets: [account.api_key] } });
  const amended = async () => {
    const { id: contract } = await createActiveContract(app, tenant, admin, { contract_value: "1200.00" });
    // An earlier amendment, because it is read together with the new one.
    await createAgreedAmendment(app, tenant, admin, contract, { value_delta: "5", effective_date: dayAfter(now(), 20) });
    const more = { payment_terms: "60 days", effective_date: dayAfter(now(), 21), requires_customer_approval: false };
    const amendment = await createAmendment(admin, contract, { amendment_type: "PRICING", ...more });
    await admin.submitContractAmendment(amendmentParams(amendment));
    const allSigners = [...signers, { name: "Sam Seller", email: "sam@boats.example", party: "company" }];
    const { data } = await admin.signContractAmendment({
      ...{ ...amendmentParams(amendment), party: "customer", provider: "dropbox_sign", signers: allSigners },
    });
    await app.settle();
    return (await admin.getSignatureRequest({ id: String(data.signature_request_id) })).data.envelope_id;
  };
  for (const emit of [true, false]) {
    const envelope = await amended();
    // Pending events have been processed by then.
    if (!emit) await passDays(app, 0.05);
    for (const signer of ["1", "2"])
      await ask("POST", `providers/dropbox_sign/envelopes/${envelope}`, { do: "sign", signer, emit });
    await (emit ? app.settle() : passDays(app, 0.05));
  }
  await renewAdminSession(app, tenant);
  // One signature is reported by a webhook, the other is found by reconciliation.
  await signing(await requested(), true);
  await app.settle();
  await signing(await requested(), false);
  await passDays(app, 0.05);
  await passDays(app, 0.05);
}

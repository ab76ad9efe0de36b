import { sha256 } from "@crm/core/kernel/sha256.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { runControl } from "@crm/local/server/controls.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callOperation } from "../../platform/export/export-client.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { attachSignedFile, readRejection } from "../contract/support.ts";
import { findSigningLink, newMailbox, SignerBrowser } from "../signature/support.ts";
import { amendmentParams, createAmendment, createYearContract, day, readAmendment, waiveInternalApproval } from "./support.ts";

/** Amendments signed by a signature request: on our own page, and through a provider. */

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app, { currency: "EUR" });
  admin = tenant.admin;
  await waiveInternalApproval(tenant);
});
afterAll(() => app.stop());

const readRequest = async (id: string | null) => (await admin.getSignatureRequest({ id: String(id) })).data;
const readContract = async (id: string) => (await admin.getContract({ id })).data;

/** A submitted amendment of a contract in force that waits for signatures. */
async function createSubmittedAmendment(more: Record<string, unknown> = {}, contract?: string) {
  const id = contract ?? (await createYearContract(app, { tenant }, admin)).id;
  const amendment = await createAmendment(admin, id, {
    ...{ value_delta: "300", effective_date: day(5), requires_customer_approval: false, ...more },
  });
  return (await admin.submitContractAmendment(amendmentParams(amendment))).data;
}

/** Requests both signatures, one after the other. */
async function requestBothSignatures(amendment: Awaited<ReturnType<typeof createSubmittedAmendment>>, more: object = {}) {
  const [buyer, seller] = [newMailbox(), newMailbox()];
  const signers = [
    { name: "Ann Buyer", email: buyer },
    { name: "Sam Seller", email: seller, party: "company" },
  ];
  const { data } = await admin.signContractAmendment({
    ...amendmentParams(amendment),
    party: "customer",
    signers,
    ...more,
  });
  return { buyer, seller, request: String(data.signature_request_id) };
}

const signOnPage = async (email: string, name: string) =>
  new SignerBrowser(app).sign(await findSigningLink(app, email), email, name);

describe("an amendment signed on our own page", () => {
  it("binds both sides once both have signed the exact bytes of its document", async () => {
    const amendment = await createSubmittedAmendment();
    const { buyer, seller, request } = await requestBothSignatures(amendment);
    expect(await readRequest(request)).toMatchObject({
      subject_id: amendment.id,
      name: amendment.amendment_number,
      status: "sent",
    });
    const response = await callOperation(app, tenant.token, "getContractAmendmentDocument", {
      ...amendmentParams(amendment),
      language: "en",
    });
    expect(sha256(Buffer.from(response.body, "base64"))).toBe((await readRequest(request)).document_hash);
    await signOnPage(buyer, "Ann Buyer");
    expect(await readAmendment(admin, amendment)).toMatchObject({ status: "SIGNING", customer_signed: false });
    await signOnPage(seller, "Sam Seller");
    expect(await readAmendment(admin, amendment)).toMatchObject({
      ...{ status: "SIGNED", customer_signed: true, customer_signed_by: "Ann Buyer" },
      ...{ company_signed: true, company_signed_by: "Sam Seller" },
    });
    expect(await readRequest(request)).toMatchObject({ status: "completed", not_followed: null });
    expect(await readContract(amendment.contract_id)).toMatchObject({
      contract_value: "1200.00",
      amendments_ahead: [{ amendment_id: amendment.id }],
    });
  });

  it("takes effect once with the last signature if its day has come, even if that is sent twice", async () => {
    const amendment = await createSubmittedAmendment({ effective_date: day(0) });
    const { buyer, seller } = await requestBothSignatures(amendment);
    await signOnPage(buyer, "Ann Buyer");
    const page = new SignerBrowser(app);
    const link = await findSigningLink(app, seller);
    const form = await page.enter(link, seller);
    const hash = /name="document_hash" value="([^"]*)"/.exec(form.body)?.[1] ?? "";
    const sent = { act: "sign", name: "Sam Seller", consent: "yes", document_hash: hash };
    await Promise.all([page.send(link, sent), page.send(link, sent)]);
    await app.settle();
    expect(await readAmendment(admin, amendment)).toMatchObject({ status: "EFFECTIVE" });
    expect(await readContract(amendment.contract_id)).toMatchObject({ contract_value: "1500.00", amendment_count: 1 });
  });

  it("is rejected with the customer's reason; when a company signer declines, others may sign", async () => {
    const declines = async (email: string, reason: string) => {
      const [page, link] = [new SignerBrowser(app), await findSigningLink(app, email)];
      await page.enter(link, email);
      await page.send(link, { act: "decline", reason });
    };
    const amendment = await createSubmittedAmendment();
    const { buyer } = await requestBothSignatures(amendment);
    await declines(buyer, "Too dear");
    expect(await readAmendment(admin, amendment)).toMatchObject({
      ...{ status: "REJECTED", ended_because: "Too dear" },
      customer_answer: { decision: "REJECTED", name: "Ann Buyer", comment: "Too dear", via: "SIGNATURE" },
    });
    const otherAmendment = await createSubmittedAmendment();
    const { request, seller } = await requestBothSignatures(otherAmendment, {
      signers: [
        { name: "Sam", email: newMailbox(), party: "company" },
        { name: "Ann", email: newMailbox() },
      ],
    });
    expect(seller).not.toBe("");
    const [{ email = "" } = {}] = (await readRequest(request)).signers;
    await declines(email, "On leave");
    expect(await readRequest(request)).toMatchObject({ status: "declined" });
    expect(await readAmendment(admin, otherAmendment)).toMatchObject({ status: "SIGNING", customer_answer: null });
    await requestBothSignatures(otherAmendment);
  });

  it.each<[string, (amendment: Awaited<ReturnType<typeof createSubmittedAmendment>>) => Promise<unknown>, string]>([
    ["withdrawn", (amendment) => admin.withdrawContractAmendment(amendmentParams(amendment)), "WITHDRAWN"],
    ["changed", (amendment) => admin.updateContractAmendment({ ...amendmentParams(amendment), title: "Other" }), "DRAFT"],
    [
      "rejected",
      (amendment) => admin.rejectContractAmendment({ ...amendmentParams(amendment), from: "customer", name: "Ann" }),
      "REJECTED",
    ],
    ["void with its contract", ({ contract_id }) => admin.terminateContract({ id: contract_id, reason: "Moved" }), "VOID"],
  ])("cannot be signed once it is %s", async (_, act, status) => {
    const amendment = await createSubmittedAmendment();
    const { buyer, request } = await requestBothSignatures(amendment);
    const [page, link] = [new SignerBrowser(app), await findSigningLink(app, buyer)];
    const form = await page.enter(link, buyer);
    const hash = /name="document_hash" value="([^"]*)"/.exec(form.body)?.[1] ?? "";
    await act(amendment);
    // The customer signs before any event is delivered.
    await page.send(link, { act: "sign", name: "Ann Buyer", consent: "yes", document_hash: hash });
    expect(await readRequest(request)).toMatchObject({ signers: [{ state: "delivered" }, { state: "waiting" }] });
    await app.settle();
    await app.settle();
    expect(await readRequest(request)).toMatchObject({ status: "voided" });
    expect(await readAmendment(admin, amendment)).toMatchObject({ status, customer_signed: false });
  });

  it("is not bound by signatures on an earlier text", async () => {
    const amendment = await createSubmittedAmendment();
    const { buyer, seller, request } = await requestBothSignatures(amendment);
    await signOnPage(buyer, "Ann Buyer");
    const [page, link] = [new SignerBrowser(app), await findSigningLink(app, seller)];
    const form = await page.enter(link, seller);
    const hash = /name="document_hash" value="([^"]*)"/.exec(form.body)?.[1] ?? "";
    await admin.updateContractAmendment({ ...amendmentParams(amendment), value_delta: "900" });
    await admin.submitContractAmendment(amendmentParams(amendment));
    // The company signs before any event is delivered.
    await page.send(link, { act: "sign", name: "Sam Seller", consent: "yes", document_hash: hash });
    expect(await readRequest(request)).toMatchObject({ status: "partially_signed" });
    await app.settle();
    await app.settle();
    expect(await readRequest(request)).toMatchObject({ status: "voided" });
    expect(await readAmendment(admin, amendment)).toMatchObject({
      status: "SIGNING",
      customer_signed: false,
      company_signed: false,
    });
  });

  it("accepts a paper signature of one side beside a signature request to the other", async () => {
    const amendment = await createSubmittedAmendment();
    const signers = [{ name: "Ann Buyer", email: newMailbox() }];
    await admin.signContractAmendment({ ...amendmentParams(amendment), party: "customer", signers });
    await admin.signContractAmendment({ ...amendmentParams(amendment), party: "company" });
    expect(
      await readRejection(admin.signContractAmendment({ ...amendmentParams(amendment), party: "company", provider: "builtin" })),
    ).toEqual([409, ["party"]]);
    await signOnPage(signers[0]?.email ?? "", "Ann Buyer");
    expect(await readAmendment(admin, amendment)).toMatchObject({ status: "SIGNED", customer_signed_by: "Ann Buyer" });
  });

  it("rejects the code of another signer, and hides the request from other tenants", async () => {
    const amendment = await createSubmittedAmendment();
    const { buyer, request } = await requestBothSignatures(amendment);
    const link = await findSigningLink(app, buyer);
    const otherAmendment = await createSubmittedAmendment();
    const elsewhere = await requestBothSignatures(otherAmendment);
    const code = await new SignerBrowser(app).requestCode(await findSigningLink(app, elsewhere.buyer), elsewhere.buyer);
    const page = new SignerBrowser(app);
    await page.send(link, { act: "code" });
    expect((await page.send(link, { act: "enter", code })).status).toBe(400);
    const stranger = await signUp(app);
    expect(await readRejection(stranger.admin.getSignatureRequest({ id: request }))).toEqual([404, []]);
    const colleague = await addUser(app, tenant, "USER");
    expect(await readRejection(colleague.client.getSignatureRequest({ id: request }))).toEqual([404, []]);
    await admin.updateContract({ id: amendment.contract_id, owner_id: colleague.id });
    expect((await colleague.client.getSignatureRequest({ id: request })).data.subject_id).toBe(amendment.id);
  });

  it("rejects a signature after the contract has changed since drafting", async () => {
    const first = await createSubmittedAmendment();
    const second = await createSubmittedAmendment({}, first.contract_id);
    const [firstRequest, secondRequest] = [await requestBothSignatures(first), await requestBothSignatures(second)];
    await signOnPage(firstRequest.buyer, "Ann Buyer");
    await signOnPage(firstRequest.seller, "Sam Seller");
    const page = await signOnPage(secondRequest.buyer, "Ann Buyer");
    expect(page.status).toBe(409);
    expect(await readAmendment(admin, second)).toMatchObject({ status: "SIGNING", customer_signed: false });
  });
});

describe("amendments signed through a provider", () => {
  async function local<T>(method: string, path: string, body: object = {}): Promise<T> {
    const url = new URL(`http://localhost/_local/${path}`);
    const { status, data } = (await runControl(app, method, url, Buffer.from(JSON.stringify(body)))) as {
      status: number;
      data: T;
    };
    expect(status, JSON.stringify(data)).toBe(200);
    return data;
  }

  async function connected(): Promise<void> {
    const { account } = await local<{ account: Record<string, string> }>("GET", "providers/dropbox_sign");
    await admin.createSignatureAccount({
      ...{ provider: "dropbox_sign", name: "Ours", environment: "demo", is_default: true, ...account },
    });
    const { data: door } = await allowAnyInput(admin).createInboundWebhook({ provider: "dropbox_sign", secret: account.api_key });
    await local("POST", "providers/dropbox_sign", { answer: "ok", hook: { url: door.url, secrets: [account.api_key] } });
  }

  it("apply the first of two that set the same figure, and tell the owner why the second failed", async () => {
    await connected();
    const first = await createSubmittedAmendment();
    const second = await createSubmittedAmendment({}, first.contract_id);
    const [firstRequest, secondRequest] = [
      await requestBothSignatures(first, { provider: "dropbox_sign" }),
      await requestBothSignatures(second, { provider: "dropbox_sign" }),
    ];
    await app.settle();
    for (const { request } of [firstRequest, secondRequest]) {
      const { envelope_id } = await readRequest(request);
      for (const signer of ["1", "2"])
        await local("POST", `providers/dropbox_sign/envelopes/${envelope_id}`, { do: "sign", signer });
      await app.settle();
    }
    expect(await readRequest(firstRequest.request)).toMatchObject({ status: "completed", not_followed: null });
    expect(await readAmendment(admin, first)).toMatchObject({ status: "SIGNED", customer_signed_by: "Ann Buyer" });
    expect(await readRequest(secondRequest.request)).toMatchObject({
      status: "completed",
      not_followed: expect.stringContaining("The contract has changed since the amendment was drafted"),
    });
    expect(await readAmendment(admin, second)).toMatchObject({ status: "SIGNING", customer_signed: false });
    const { data: notifications } = await admin.listNotifications({});
    expect(notifications.map(({ title }) => title)).toContain(`Signed, but not accepted: ${second.amendment_number}`);
  });

  it("have no effect if withdrawn before the last signature event arrives", async () => {
    await connected();
    const amendment = await createSubmittedAmendment();
    const { request } = await requestBothSignatures(amendment, { provider: "dropbox_sign" });
    await app.settle();
    const { envelope_id } = await readRequest(request);
    for (const signer of ["1", "2"])
      await local("POST", `providers/dropbox_sign/envelopes/${envelope_id}`, { do: "sign", signer, emit: false });
    await admin.withdrawContractAmendment(amendmentParams(amendment));
    await local("POST", "providers/dropbox_sign/emit", { order: "reversed", times: 2 });
    await app.settle();
    expect(await readAmendment(admin, amendment)).toMatchObject({ status: "WITHDRAWN", customer_signed: false });
    expect(["voided", "completed"]).toContain((await readRequest(request)).status);
    expect(await readContract(amendment.contract_id)).toMatchObject({ amendments_ahead: [], contract_value: "1200.00" });
  });

  it("void the signature request once both sides have signed on paper", async () => {
    const amendment = await createSubmittedAmendment();
    const file = await attachSignedFile(app, tenant, admin, amendment.id);
    const { request } = await requestBothSignatures(amendment);
    await admin.signContractAmendment({ ...amendmentParams(amendment), party: "company" });
    await admin.signContractAmendment({
      ...{ ...amendmentParams(amendment), party: "customer", signed_by: "Ann Buyer", attachment_id: file },
    });
    await app.settle();
    expect(await readRequest(request)).toMatchObject({ status: "voided" });
    expect(await readAmendment(admin, amendment)).toMatchObject({ status: "SIGNED" });
  });
});

import { sha256 } from "@crm/core/signature/evidence.rules.ts";
import type { App } from "@crm/local/app.ts";
import { controls } from "@crm/local/controls.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { attached, refusal } from "../contracts/support.ts";
import { call } from "../export/files.ts";
import { Browser, linkOf, mailbox } from "../signature/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../support.ts";
import { amendmentOf, at, contractOf, day, read, unasked } from "./support.ts";

/** Amendments that are signed by a request: on our own page, and through a provider. */

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app, { currency: "EUR" });
  admin = tenant.admin;
  await unasked(tenant);
});
afterAll(() => app.stop());

const requestOf = async (id: string | null) => (await admin.getSignatureRequest({ id: String(id) })).data;
const contractAt = async (id: string) => (await admin.getContract({ id })).data;

/** One that is to be signed, of a contract in force. */
async function ready(more: Record<string, unknown> = {}, contract?: string) {
  const id = contract ?? (await contractOf(app, { tenant }, admin)).id;
  const drawn = await amendmentOf(admin, id, {
    ...{ value_delta: "300", effective_date: day(5), requires_customer_approval: false, ...more },
  });
  return (await admin.submitContractAmendment(at(drawn))).data;
}

/** Both sides are asked, one after another. */
async function asked(amendment: Awaited<ReturnType<typeof ready>>, more: object = {}) {
  const [buyer, seller] = [mailbox(), mailbox()];
  const signers = [
    { name: "Ann Buyer", email: buyer },
    { name: "Sam Seller", email: seller, party: "company" },
  ];
  const { data } = await admin.signContractAmendment({ ...at(amendment), party: "customer", signers, ...more } as never);
  return { buyer, seller, request: String(data.signature_request_id) };
}

const signs = async (email: string, name: string) => new Browser(app).sign(await linkOf(app, email), email, name);

describe("an amendment that is signed on our own page", () => {
  it("binds both sides once both have signed the very bytes of its document", async () => {
    const amendment = await ready();
    const { buyer, seller, request } = await asked(amendment);
    expect(await requestOf(request)).toMatchObject({
      subject_id: amendment.id,
      name: amendment.amendment_number,
      status: "sent",
    });
    const shown = await call(app, tenant.token, "getContractAmendmentDocument", { ...at(amendment), language: "en" });
    expect(sha256(Buffer.from(shown.body, "base64"))).toBe((await requestOf(request)).document_hash);
    await signs(buyer, "Ann Buyer");
    expect(await read(admin, amendment)).toMatchObject({ status: "SIGNING", customer_signed: false });
    await signs(seller, "Sam Seller");
    expect(await read(admin, amendment)).toMatchObject({
      ...{ status: "SIGNED", customer_signed: true, customer_signed_by: "Ann Buyer" },
      ...{ company_signed: true, company_signed_by: "Sam Seller" },
    });
    expect(await requestOf(request)).toMatchObject({ status: "completed", not_followed: null });
    expect(await contractAt(amendment.contract_id)).toMatchObject({
      contract_value: "1200.00",
      amendments_ahead: [{ amendment_id: amendment.id }],
    });
  });

  it("takes effect with the last signature where its day has come, and once where it comes twice", async () => {
    const amendment = await ready({ effective_date: day(0) });
    const { buyer, seller } = await asked(amendment);
    await signs(buyer, "Ann Buyer");
    const page = new Browser(app);
    const link = await linkOf(app, seller);
    const form = await page.enter(link, seller);
    const hash = /name="document_hash" value="([^"]*)"/.exec(form.body)?.[1] ?? "";
    const sent = { act: "sign", name: "Sam Seller", consent: "yes", document_hash: hash };
    await Promise.all([page.send(link, sent), page.send(link, sent)]);
    await app.settle();
    expect(await read(admin, amendment)).toMatchObject({ status: "EFFECTIVE" });
    expect(await contractAt(amendment.contract_id)).toMatchObject({ contract_value: "1500.00", amendment_count: 1 });
  });

  it("is rejected where the customer declines, with the reason; where the company does, others may sign", async () => {
    const declines = async (email: string, reason: string) => {
      const [page, link] = [new Browser(app), await linkOf(app, email)];
      await page.enter(link, email);
      await page.send(link, { act: "decline", reason });
    };
    const amendment = await ready();
    const { buyer } = await asked(amendment);
    await declines(buyer, "Too dear");
    expect(await read(admin, amendment)).toMatchObject({
      ...{ status: "REJECTED", ended_because: "Too dear" },
      customer_answer: { decision: "REJECTED", name: "Ann Buyer", comment: "Too dear", via: "SIGNATURE" },
    });
    const other = await ready();
    const { request, seller } = await asked(other, {
      signers: [
        { name: "Sam", email: mailbox(), party: "company" },
        { name: "Ann", email: mailbox() },
      ],
    });
    expect(seller).not.toBe("");
    const [{ email = "" } = {}] = (await requestOf(request)).signers;
    await declines(email, "On leave");
    expect(await requestOf(request)).toMatchObject({ status: "declined" });
    expect(await read(admin, other)).toMatchObject({ status: "SIGNING", customer_answer: null });
    await asked(other);
  });

  it.each<[string, (amendment: Awaited<ReturnType<typeof ready>>) => Promise<unknown>, string]>([
    ["withdrawn", (amendment) => admin.withdrawContractAmendment(at(amendment)), "WITHDRAWN"],
    ["changed", (amendment) => admin.updateContractAmendment({ ...at(amendment), title: "Other" } as never), "DRAFT"],
    [
      "rejected",
      (amendment) => admin.rejectContractAmendment({ ...at(amendment), from: "customer", name: "Ann" } as never),
      "REJECTED",
    ],
    ["void with its contract", ({ contract_id }) => admin.terminateContract({ id: contract_id, reason: "Moved" }), "VOID"],
  ])("is signed by nobody once it is %s", async (_, act, status) => {
    const amendment = await ready();
    const { buyer, request } = await asked(amendment);
    const [page, link] = [new Browser(app), await linkOf(app, buyer)];
    const form = await page.enter(link, buyer);
    const hash = /name="document_hash" value="([^"]*)"/.exec(form.body)?.[1] ?? "";
    await act(amendment);
    // Before any event has come.
    await page.send(link, { act: "sign", name: "Ann Buyer", consent: "yes", document_hash: hash });
    expect(await requestOf(request)).toMatchObject({ signers: [{ state: "delivered" }, { state: "waiting" }] });
    await app.settle();
    await app.settle();
    expect(await requestOf(request)).toMatchObject({ status: "voided" });
    expect(await read(admin, amendment)).toMatchObject({ status, customer_signed: false });
  });

  it("is not bound by signatures below an earlier text", async () => {
    const amendment = await ready();
    const { buyer, seller, request } = await asked(amendment);
    await signs(buyer, "Ann Buyer");
    const [page, link] = [new Browser(app), await linkOf(app, seller)];
    const form = await page.enter(link, seller);
    const hash = /name="document_hash" value="([^"]*)"/.exec(form.body)?.[1] ?? "";
    await admin.updateContractAmendment({ ...at(amendment), value_delta: "900" } as never);
    await admin.submitContractAmendment(at(amendment));
    // Before any event has come.
    await page.send(link, { act: "sign", name: "Sam Seller", consent: "yes", document_hash: hash });
    expect(await requestOf(request)).toMatchObject({ status: "partially_signed" });
    await app.settle();
    await app.settle();
    expect(await requestOf(request)).toMatchObject({ status: "voided" });
    expect(await read(admin, amendment)).toMatchObject({ status: "SIGNING", customer_signed: false, company_signed: false });
  });

  it("takes what one side has signed on paper beside the request of the other", async () => {
    const amendment = await ready();
    const signers = [{ name: "Ann Buyer", email: mailbox() }];
    await admin.signContractAmendment({ ...at(amendment), party: "customer", signers } as never);
    await admin.signContractAmendment({ ...at(amendment), party: "company" } as never);
    expect(
      await refusal(admin.signContractAmendment({ ...at(amendment), party: "company", provider: "builtin" } as never)),
    ).toEqual([409, ["party"]]);
    await signs(signers[0]?.email ?? "", "Ann Buyer");
    expect(await read(admin, amendment)).toMatchObject({ status: "SIGNED", customer_signed_by: "Ann Buyer" });
  });

  it("is nobody's to sign by the code of another signer, nor another tenant's to see", async () => {
    const amendment = await ready();
    const { buyer, request } = await asked(amendment);
    const link = await linkOf(app, buyer);
    const other = await ready();
    const elsewhere = await asked(other);
    const code = await new Browser(app).codeOf(await linkOf(app, elsewhere.buyer), elsewhere.buyer);
    const page = new Browser(app);
    await page.send(link, { act: "code" });
    expect((await page.send(link, { act: "enter", code })).status).toBe(400);
    const stranger = await signUp(app);
    expect(await refusal(stranger.admin.getSignatureRequest({ id: request }))).toEqual([404, []]);
    const colleague = await addUser(app, tenant, "USER");
    expect(await refusal(colleague.as.getSignatureRequest({ id: request }))).toEqual([404, []]);
    await admin.updateContract({ id: amendment.contract_id, owner_id: colleague.id } as never);
    expect((await colleague.as.getSignatureRequest({ id: request })).data.subject_id).toBe(amendment.id);
  });

  it("is refused where the contract has changed since it was drawn", async () => {
    const first = await ready();
    const second = await ready({}, first.contract_id);
    const [one, other] = [await asked(first), await asked(second)];
    await signs(one.buyer, "Ann Buyer");
    await signs(one.seller, "Sam Seller");
    const page = await signs(other.buyer, "Ann Buyer");
    expect(page.status).toBe(409);
    expect(await read(admin, second)).toMatchObject({ status: "SIGNING", customer_signed: false });
  });
});

describe("amendments that are signed through a provider", () => {
  async function local<T>(method: string, path: string, body: object = {}): Promise<T> {
    const url = new URL(`http://localhost/_local/${path}`);
    const { status, data } = (await controls(app, method, url, Buffer.from(JSON.stringify(body)))) as { status: number; data: T };
    expect(status, JSON.stringify(data)).toBe(200);
    return data;
  }

  async function connected(): Promise<void> {
    const { account } = await local<{ account: Record<string, string> }>("GET", "providers/dropbox_sign");
    await admin.createSignatureAccount({
      ...{ provider: "dropbox_sign", name: "Ours", environment: "demo", is_default: true, ...account },
    } as never);
    const { data: door } = await admin.createInboundWebhook({ provider: "dropbox_sign", secret: account.api_key } as never);
    await local("POST", "providers/dropbox_sign", { answer: "ok", hook: { url: door.url, secrets: [account.api_key] } });
  }

  it("follow the first of two that set the same figure; of the second the owner hears why not", async () => {
    await connected();
    const first = await ready();
    const second = await ready({}, first.contract_id);
    const [one, other] = [await asked(first, { provider: "dropbox_sign" }), await asked(second, { provider: "dropbox_sign" })];
    await app.settle();
    for (const { request } of [one, other]) {
      const { envelope_id } = await requestOf(request);
      for (const signer of ["1", "2"])
        await local("POST", `providers/dropbox_sign/envelopes/${envelope_id}`, { do: "sign", signer });
      await app.settle();
    }
    expect(await requestOf(one.request)).toMatchObject({ status: "completed", not_followed: null });
    expect(await read(admin, first)).toMatchObject({ status: "SIGNED", customer_signed_by: "Ann Buyer" });
    expect(await requestOf(other.request)).toMatchObject({
      status: "completed",
      not_followed: expect.stringContaining("The contract has changed since this was drawn"),
    });
    expect(await read(admin, second)).toMatchObject({ status: "SIGNING", customer_signed: false });
    const { data: told } = await admin.listNotifications({});
    expect(told.map(({ title }) => title)).toContain(`Signed, but not accepted: ${second.amendment_number}`);
  });

  it("come to nothing where they were withdrawn before the last signature came", async () => {
    await connected();
    const amendment = await ready();
    const { request } = await asked(amendment, { provider: "dropbox_sign" });
    await app.settle();
    const { envelope_id } = await requestOf(request);
    for (const signer of ["1", "2"])
      await local("POST", `providers/dropbox_sign/envelopes/${envelope_id}`, { do: "sign", signer, emit: false });
    await admin.withdrawContractAmendment(at(amendment));
    await local("POST", "providers/dropbox_sign/emit", { order: "reversed", times: 2 });
    await app.settle();
    expect(await read(admin, amendment)).toMatchObject({ status: "WITHDRAWN", customer_signed: false });
    expect(["voided", "completed"]).toContain((await requestOf(request)).status);
    expect(await contractAt(amendment.contract_id)).toMatchObject({ amendments_ahead: [], contract_value: "1200.00" });
  });

  it("need what is written down on paper no more", async () => {
    const amendment = await ready();
    const file = await attached(app, tenant, admin, amendment.id);
    const { request } = await asked(amendment);
    await admin.signContractAmendment({ ...at(amendment), party: "company" } as never);
    await admin.signContractAmendment({
      ...{ ...at(amendment), party: "customer", signed_by: "Ann Buyer", attachment_id: file },
    } as never);
    await app.settle();
    expect(await requestOf(request)).toMatchObject({ status: "voided" });
    expect(await read(admin, amendment)).toMatchObject({ status: "SIGNED" });
  });
});

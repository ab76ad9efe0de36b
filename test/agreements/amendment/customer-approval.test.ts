import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findMailLink } from "../../functions/pages/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { readRejection } from "../contract/support.ts";
import { buildAcceptForm, readNotice, requestPage } from "../share-link/support.ts";
import { newMailbox } from "../signature/support.ts";
import { amendmentParams, createAmendment, createYearContract, day, readAmendment, waiveInternalApproval } from "./support.ts";

/** The customer's answer to an amendment on the page of its private link. */

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

/** An amendment that was sent to the customer and waits for an answer. */
async function createSentAmendment(more: Record<string, unknown> = {}, contract?: string) {
  const id = contract ?? (await createYearContract(app, { tenant }, admin)).id;
  const amendment = await createAmendment(admin, id, { value_delta: "300", effective_date: day(5), ...more });
  await admin.submitContractAmendment(amendmentParams(amendment));
  const to = newMailbox();
  const { data } = await admin.sendContractAmendment({ ...amendmentParams(amendment), to });
  return { amendment: data, to, link: await findMailLink(app, to, "/q/") };
}

describe("an amendment sent to the customer", () => {
  it("shows its changes, and moves to signing once the customer accepts by name", async () => {
    const { amendment, link } = await createSentAmendment();
    const page = await requestPage(app, link);
    expect(page.status).toBe(200);
    for (const text of [amendment.amendment_number, "€1,200.00", "€1,500.00", "They need more"])
      expect(page.body).toContain(text);
    const form = await buildAcceptForm(app, link, { name: "Ann Buyer" });
    expect((await requestPage(app, link, {}, form)).status).toBe(200);
    expect(await readAmendment(admin, amendment)).toMatchObject({
      status: "SIGNING",
      customer_answer: { decision: "APPROVED", name: "Ann Buyer", via: "PAGE", attachment_id: null },
    });
    expect((await admin.readContractAmendmentOffer(amendmentParams(amendment))).data.answer).toMatchObject({
      ...{ outcome: "ACCEPTED", name: "Ann Buyer", ip_address: "203.0.113.7" },
    });
    await requestPage(app, link, {}, form);
    expect(await readAmendment(admin, amendment)).toMatchObject({
      status: "SIGNING",
      version: (await readAmendment(admin, amendment)).version,
    });
    await app.settle();
    const { data: notifications } = await admin.listNotifications({});
    expect(notifications.map(({ title }) => title)).toContain(`Accepted by the customer: ${amendment.amendment_number}`);
    const { data: activities } = await admin.listContractActivities({ id: amendment.contract_id });
    expect(activities.map(({ subject }) => subject)).toContain(`${amendment.amendment_number} was accepted by the customer`);
  });

  it("binds both sides when no signature is required, and takes effect at once if its day has come", async () => {
    const { amendment, link } = await createSentAmendment({ requires_signature: false, effective_date: day(0) });
    const form = await buildAcceptForm(app, link);
    await Promise.all([requestPage(app, link, {}, form), requestPage(app, link, {}, form)]);
    expect(await readAmendment(admin, amendment)).toMatchObject({ status: "EFFECTIVE", customer_answer: { via: "PAGE" } });
    expect((await admin.getContract({ id: amendment.contract_id })).data).toMatchObject({
      ...{ contract_value: "1500.00", amendment_count: 1 },
    });
  });

  it("is rejected by the customer with a reason", async () => {
    const { amendment, link } = await createSentAmendment();
    await requestPage(app, link, {}, { act: "reject", reason: "Too dear" });
    expect(await readAmendment(admin, amendment)).toMatchObject({
      ...{ status: "REJECTED", ended_because: "Too dear" },
      customer_answer: { decision: "REJECTED", name: null, comment: "Too dear", via: "PAGE" },
    });
    expect(await readRejection(admin.sendContractAmendment({ ...amendmentParams(amendment), to: newMailbox() }))).toEqual([
      409,
      ["status"],
    ]);
  });

  it("cannot be answered after a withdrawal, a change or its last day, or through a revoked link", async () => {
    const { amendment, link } = await createSentAmendment();
    const form = await buildAcceptForm(app, link);
    await admin.updateContractAmendment({ ...amendmentParams(amendment), value_delta: "400" });
    expect((await requestPage(app, link, {}, form)).status).toBe(404);
    const back = await createSentAmendment();
    await admin.withdrawContractAmendment(amendmentParams(back.amendment));
    expect((await requestPage(app, back.link)).status).toBe(404);
    const revoked = await createSentAmendment();
    await admin.revokeContractAmendmentLinks(amendmentParams(revoked.amendment));
    expect((await requestPage(app, revoked.link)).status).toBe(404);
    const late = await createSentAmendment();
    const lateForm = await buildAcceptForm(app, late.link);
    app.setClock({ advance: 20 * 24 * 60 * 60 * 1000 });
    expect(readNotice(await requestPage(app, late.link, {}, lateForm))).not.toBe("");
    app.setClock({ reset: true });
    expect(await readAmendment(admin, late.amendment)).toMatchObject({ status: "CUSTOMER_APPROVAL" });
  });

  it("cannot be accepted after the contract has changed", async () => {
    const first = await createSentAmendment({ requires_signature: false, effective_date: day(0) });
    const second = await createSentAmendment({ requires_signature: false, effective_date: day(0) }, first.amendment.contract_id);
    const form = await buildAcceptForm(app, second.link);
    await requestPage(app, first.link, {}, await buildAcceptForm(app, first.link));
    expect((await requestPage(app, second.link, {}, form)).status).toBe(409);
    expect(await readAmendment(admin, second.amendment)).toMatchObject({ status: "CUSTOMER_APPROVAL", customer_answer: null });
  });

  it.each<[object, number, string[]]>([
    [{ answer_by: "2020-01-01" }, 400, ["answer_by"]],
    [{ to: undefined }, 400, ["to"]],
  ])("rejects sending with %j and names the invalid field", async (more, status, fields) => {
    const { id } = await createYearContract(app, { tenant }, admin);
    const amendment = await createAmendment(admin, id, { value_delta: "300", effective_date: day(5) });
    expect(await readRejection(admin.sendContractAmendment({ ...amendmentParams(amendment), to: newMailbox() }))).toEqual([
      409,
      ["status"],
    ]);
    await admin.submitContractAmendment(amendmentParams(amendment));
    expect(
      await readRejection(admin.sendContractAmendment({ ...amendmentParams(amendment), to: newMailbox(), ...more })),
    ).toEqual([status, fields]);
  });
});

import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { refusal } from "../contracts/support.ts";
import { accepting, noticeIn, visit } from "../offer/support.ts";
import { linkTo } from "../pages/support.ts";
import { mailbox } from "../signature/support.ts";
import { signUp, startTestApp, type Tenant } from "../support.ts";
import { amendmentOf, at, contractOf, day, read, unasked } from "./support.ts";

/** The customer's answer to an amendment, on the page of a private link. */

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

/** One that waits for the customer, who was sent it. */
async function sent(more: Record<string, unknown> = {}, contract?: string) {
  const id = contract ?? (await contractOf(app, { tenant }, admin)).id;
  const drawn = await amendmentOf(admin, id, { value_delta: "300", effective_date: day(5), ...more });
  await admin.submitContractAmendment(at(drawn));
  const to = mailbox();
  const { data } = await admin.sendContractAmendment({ ...at(drawn), to } as never);
  return { amendment: data, to, link: await linkTo(app, to, "/q/") };
}

describe("an amendment that the customer was sent", () => {
  it("shows what changes, and is accepted there by name: then it is to be signed", async () => {
    const { amendment, link } = await sent();
    const page = await visit(app, link);
    expect(page.status).toBe(200);
    for (const said of [amendment.amendment_number, "€1,200.00", "€1,500.00", "They need more"])
      expect(page.body).toContain(said);
    const form = await accepting(app, link, { name: "Ann Buyer" });
    expect((await visit(app, link, {}, form)).status).toBe(200);
    expect(await read(admin, amendment)).toMatchObject({
      status: "SIGNING",
      customer_answer: { decision: "APPROVED", name: "Ann Buyer", via: "PAGE", attachment_id: null },
    });
    expect((await admin.readContractAmendmentOffer(at(amendment))).data.answer).toMatchObject({
      ...{ outcome: "ACCEPTED", name: "Ann Buyer", ip_address: "203.0.113.7" },
    });
    await visit(app, link, {}, form);
    expect(await read(admin, amendment)).toMatchObject({ status: "SIGNING", version: (await read(admin, amendment)).version });
    await app.settle();
    const { data: told } = await admin.listNotifications({});
    expect(told.map(({ title }) => title)).toContain(`Accepted by the customer: ${amendment.amendment_number}`);
    const { data: activities } = await admin.listContractActivities({ id: amendment.contract_id } as never);
    expect(activities.map(({ subject }) => subject)).toContain(`${amendment.amendment_number} was accepted by the customer`);
  });

  it("binds both sides where no signature follows, and takes effect at once where its day has come", async () => {
    const { amendment, link } = await sent({ requires_signature: false, effective_date: day(0) });
    const form = await accepting(app, link);
    await Promise.all([visit(app, link, {}, form), visit(app, link, {}, form)]);
    expect(await read(admin, amendment)).toMatchObject({ status: "EFFECTIVE", customer_answer: { via: "PAGE" } });
    expect((await admin.getContract({ id: amendment.contract_id })).data).toMatchObject({
      ...{ contract_value: "1500.00", amendment_count: 1 },
    });
  });

  it("is rejected there with a reason", async () => {
    const { amendment, link } = await sent();
    await visit(app, link, {}, { act: "reject", reason: "Too dear" });
    expect(await read(admin, amendment)).toMatchObject({
      ...{ status: "REJECTED", ended_because: "Too dear" },
      customer_answer: { decision: "REJECTED", name: null, comment: "Too dear", via: "PAGE" },
    });
    expect(await refusal(admin.sendContractAmendment({ ...at(amendment), to: mailbox() } as never))).toEqual([409, ["status"]]);
  });

  it("is answered neither once it was taken back or written anew, nor behind its last day, nor by a link that was revoked", async () => {
    const { amendment, link } = await sent();
    const form = await accepting(app, link);
    await admin.updateContractAmendment({ ...at(amendment), value_delta: "400" } as never);
    expect((await visit(app, link, {}, form)).status).toBe(404);
    const back = await sent();
    await admin.withdrawContractAmendment(at(back.amendment));
    expect((await visit(app, back.link)).status).toBe(404);
    const revoked = await sent();
    await admin.revokeContractAmendmentLinks(at(revoked.amendment));
    expect((await visit(app, revoked.link)).status).toBe(404);
    const late = await sent();
    const said = await accepting(app, late.link);
    app.setClock({ advance: 20 * 24 * 60 * 60 * 1000 });
    expect(noticeIn(await visit(app, late.link, {}, said))).not.toBe("");
    app.setClock({ reset: true });
    expect(await read(admin, late.amendment)).toMatchObject({ status: "CUSTOMER_APPROVAL" });
  });

  it("is not accepted where the contract has changed since", async () => {
    const first = await sent({ requires_signature: false, effective_date: day(0) });
    const second = await sent({ requires_signature: false, effective_date: day(0) }, first.amendment.contract_id);
    const form = await accepting(app, second.link);
    await visit(app, first.link, {}, await accepting(app, first.link));
    expect((await visit(app, second.link, {}, form)).status).toBe(409);
    expect(await read(admin, second.amendment)).toMatchObject({ status: "CUSTOMER_APPROVAL", customer_answer: null });
  });

  it.each<[object, number, string[]]>([
    [{ answer_by: "2020-01-01" }, 400, ["answer_by"]],
    [{ to: undefined }, 400, ["to"]],
  ])("%j is refused, and says what is wrong", async (more, status, fields) => {
    const { id } = await contractOf(app, { tenant }, admin);
    const drawn = await amendmentOf(admin, id, { value_delta: "300", effective_date: day(5) });
    expect(await refusal(admin.sendContractAmendment({ ...at(drawn), to: mailbox() } as never))).toEqual([409, ["status"]]);
    await admin.submitContractAmendment(at(drawn));
    expect(await refusal(admin.sendContractAmendment({ ...at(drawn), to: mailbox(), ...more } as never))).toEqual([
      status,
      fields,
    ]);
  });
});

import { Money } from "@crm/core/kernel/money.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { attached, contractOf as draftOf } from "../contracts/support.ts";
import { letters, lettersOnPage, pagesOf } from "../document/reading.ts";
import { call } from "../export/files.ts";
import { signUp, startTestApp, type Tenant } from "../support.ts";
import { agreed, amendmentOf, at, contractOf, day, unasked } from "./support.ts";

/** What is on paper of an amendment and of its contract, and what is paid when after it. */

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  admin = tenant.admin;
  await unasked(tenant);
});
afterAll(() => app.stop());

async function textOf(name: string, input: object): Promise<string> {
  const { status, body } = await call(app, tenant.token, name, { ...input, language: "en" });
  expect(status).toBe(200);
  return (await pagesOf(Uint8Array.from(Buffer.from(body, "base64")))).map(lettersOnPage).join("");
}

it("shows figures, clauses and what is owed as they were, beside what they become", async () => {
  const { id } = await draftOf(admin, { deliverables: [{ name: "Survey", quantity: "1" }] });
  const terms = [{ key: "payment", number: "1", heading: "Payment", text: "Within 30 days" }];
  await admin.setContractText({ id, terms } as never);
  await admin.submitContract({ id });
  await admin.signContract({ id, party: "company" } as never);
  const attachment_id = await attached(app, tenant, admin, id);
  await admin.signContract({ id, party: "customer", signed_by: "Ann", attachment_id } as never);
  await admin.activateContract({ id });
  const { data: contract } = await admin.getContract({ id });
  const owed = contract.deliverables[0]?.id;
  const more = {
    ...{ amendment_type: "SCOPE", title: "Wider survey", value_delta: "300", effective_date: day(0) },
    deliverables: { changed: [{ id: owed, quantity: "2" }], added: [{ name: "Report" }] },
    clauses: [{ key: "payment", text: "Within 60 days" }],
  };
  const drawn = await amendmentOf(admin, id, more);
  const said = ["€1,200.00", "€1,500.00", "Within 30 days", "Within 60 days", "Quantity: 2", "Report", "Wider survey"];
  const draft = await textOf("getContractAmendmentDocument", at(drawn));
  for (const each of [...said, "Draft"]) expect(draft).toContain(letters(each));
  expect(await textOf("getContractPdf", { id })).not.toContain(letters(drawn.amendment_number));
  const whole = await agreed(app, tenant, admin, id, more);
  const contracted = await textOf("getContractPdf", { id });
  for (const each of [...said, `Amendment ${whole.amendment_number}`, "Effective from"])
    expect(contracted).toContain(letters(each));
  const signed = await textOf("getContractAmendmentDocument", at(whole));
  expect(signed).toContain(letters("Ann Buyer"));
  expect(signed).not.toContain(letters("Draft"));
});

it("pays what was due as it was, and shares out what the new value leaves", async () => {
  const dates = { start_date: day(-100), end_date: day(400), billing_frequency: "MONTHLY" };
  const { id } = await contractOf(app, { tenant }, admin, dates);
  const planAt = async () => (await admin.getContractPlan({ id })).data;
  const before = await planAt();
  // Effective in the past: what was due until it was agreed stays.
  await agreed(app, tenant, admin, id, { value_delta: "301.01", effective_date: day(-50) });
  const after = await planAt();
  const due = before.instalments.filter(({ due_date }) => due_date < day(0));
  expect(due.length).toBeGreaterThan(2);
  expect(after.instalments.slice(0, due.length)).toEqual(due);
  expect(after.instalments.at(-1)).not.toEqual(before.instalments.at(-1));
  expect(after.contract_value).toBe("1501.01");
  expect(
    Money.sum(
      after.instalments.map(({ amount }) => amount),
      2,
    ),
  ).toBe("1501.01");
  // What falls under what was due is given back.
  await agreed(app, tenant, admin, id, { contract_value: "10.00", effective_date: day(0) });
  const { instalments } = await planAt();
  expect(instalments.at(-1)?.amount).toMatch(/^-/);
});

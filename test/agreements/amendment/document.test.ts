import { Money } from "@crm/core/kernel/money.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { keepLetters, pageLetters, readPages } from "../../lib/pdf/pdf-text.ts";
import { callOperation } from "../../platform/export/export-client.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { attachSignedFile, createContract as draftOf } from "../contract/support.ts";
import {
  amendmentParams,
  createAgreedAmendment,
  createAmendment,
  createYearContract,
  day,
  waiveInternalApproval,
} from "./support.ts";

/** The PDFs of an amendment and of its contract, and the billing plan after it. */

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  admin = tenant.admin;
  await waiveInternalApproval(tenant);
});
afterAll(() => app.stop());

async function readDocumentText(name: string, input: object): Promise<string> {
  const { status, body } = await callOperation(app, tenant.token, name, { ...input, language: "en" });
  expect(status).toBe(200);
  return (await readPages(Uint8Array.from(Buffer.from(body, "base64")))).map(pageLetters).join("");
}

it("the amendment document shows figures, clauses and deliverables before and after the change", async () => {
  const { id } = await draftOf(admin, { deliverables: [{ name: "Survey", quantity: "1" }] });
  const terms = [{ key: "payment", number: "1", heading: "Payment", text: "Within 30 days" }];
  await admin.setContractText({ id, terms });
  await admin.submitContract({ id });
  await admin.signContract({ id, party: "company" });
  const attachment_id = await attachSignedFile(app, tenant, admin, id);
  await admin.signContract({ id, party: "customer", signed_by: "Ann", attachment_id });
  await admin.activateContract({ id });
  const { data: contract } = await admin.getContract({ id });
  const deliverableId = contract.deliverables[0]?.id;
  const more = {
    ...{ amendment_type: "SCOPE", title: "Wider survey", value_delta: "300", effective_date: day(0) },
    deliverables: { changed: [{ id: deliverableId, quantity: "2" }], added: [{ name: "Report" }] },
    clauses: [{ key: "payment", text: "Within 60 days" }],
  };
  const amendment = await createAmendment(admin, id, more);
  const phrases = ["€1,200.00", "€1,500.00", "Within 30 days", "Within 60 days", "Quantity: 2", "Report", "Wider survey"];
  const draft = await readDocumentText("getContractAmendmentDocument", amendmentParams(amendment));
  for (const phrase of [...phrases, "Draft"]) expect(draft).toContain(keepLetters(phrase));
  expect(await readDocumentText("getContractPdf", { id })).not.toContain(keepLetters(amendment.amendment_number));
  const agreedAmendment = await createAgreedAmendment(app, tenant, admin, id, more);
  const contracted = await readDocumentText("getContractPdf", { id });
  for (const phrase of [...phrases, `Amendment ${agreedAmendment.amendment_number}`, "Effective from"])
    expect(contracted).toContain(keepLetters(phrase));
  const signed = await readDocumentText("getContractAmendmentDocument", amendmentParams(agreedAmendment));
  expect(signed).toContain(keepLetters("Ann Buyer"));
  expect(signed).not.toContain(keepLetters("Draft"));
});

it("an amended billing plan keeps due instalments and distributes the rest of the new value", async () => {
  const dates = { start_date: day(-100), end_date: day(400), billing_frequency: "MONTHLY" };
  const { id } = await createYearContract(app, { tenant }, admin, dates);
  const planAt = async () => (await admin.getContractPlan({ id })).data;
  const before = await planAt();
  // The amendment takes effect in the past: instalments due before it was agreed stay.
  await createAgreedAmendment(app, tenant, admin, id, { value_delta: "301.01", effective_date: day(-50) });
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
  // If the new value is lower than the amount already due, the difference is credited.
  await createAgreedAmendment(app, tenant, admin, id, { contract_value: "10.00", effective_date: day(0) });
  const { instalments } = await planAt();
  expect(instalments.at(-1)?.amount).toMatch(/^-/);
});

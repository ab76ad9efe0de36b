import { beforeAll, describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { createYearContract, day } from "../agreements/amendment/support.ts";
import { createSubmittedQuote } from "../agreements/approval/support.ts";
import { addUser, signUp, type Tenant } from "../support/app.ts";
import { startConsoleApp } from "./console-app.ts";
import { startJourney } from "./journey.ts";
import { endJourney, itJourney } from "./journey-test.ts";

/** What people do with agreements: an approval on a phone, and a contract that is amended, with the clicks of each. */
describe.skipIf(!hasBrowser())("agreements in the console", () => {
  const started = startConsoleApp();
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await signUp(started.app, { currency: "EUR" });
  });

  itJourney("approves on a phone in three taps", async () => {
    const { app, pages } = started;
    const rep = await addUser(app, tenant, "SALES_REP", { manager_id: tenant.userId });
    const quote = await createSubmittedQuote(rep, "12");
    await app.settle();

    await pages.setScreen({ width: 360 });
    await pages.signIn(tenant, "/crm/");
    const approve = startJourney(pages, "Approve on a phone");
    approve.step("open the approval");
    await approve.clickAt("[aria-label='Waiting for my approval'] li a");
    await approve.see("Why it needs approval");
    approve.step("approve");
    await approve.click("Approve");
    approve.step("confirm");
    await approve.wait("document.querySelector('[role=dialog] form') !== null");
    await approve.click("Approve");
    await approve.see("Approved");
    endJourney(approve, pages, { clicks: 3 });
    await app.settle();
    expect((await tenant.admin.getQuote({ id: quote.id })).data.status).toBe("APPROVED");
  });

  itJourney("amends a contract", async () => {
    const { app, pages } = started;
    const contract = await createYearContract(app, { tenant }, tenant.admin, { title: "Berths" });
    await app.settle();

    await pages.setScreen({ width: 1280 });
    await pages.signIn(tenant, `/crm/contracts/view/${contract.id}?tab=amendments`);
    const amend = startJourney(pages, "Amend a contract");
    amend.step("new amendment");
    await amend.click("New amendment");
    await amend.see("Nothing changes yet");
    amend.step("title, reason, day, value");
    const fill = async (label: string, text: string): Promise<void> => {
      await amend.clickAt(`[data-label=${JSON.stringify(label)}]`);
      await amend.type(text);
    };
    await pages.browser.evaluate(`(() => {
      for (const label of document.querySelectorAll("form label")) {
        const input = document.getElementById(label.htmlFor);
        if (input) input.dataset.label = label.innerText.split("\\n")[0].trim();
      }
      return true;
    })()`);
    await fill("Title", "Two more berths");
    await fill("Reason", "They bought two boats");
    const [year = "", month = "", dayOfMonth = ""] = day(30).split("-");
    await amend.clickAt("form [role=spinbutton]");
    for (const part of [month, dayOfMonth, year]) await amend.type(part);
    await fill("Value", "1500");
    await amend.press("Tab");
    await amend.see("300.00 EUR");
    amend.step("create");
    await amend.click("Create the amendment");
    await amend.see("-A1 Two more berths");
    await amend.see("Submit");
    endJourney(amend, pages, { clicks: 7 });
    const { data } = await tenant.admin.listContractAmendments({ id: contract.id });
    const [created] = data;
    const stored = await tenant.admin.getContractAmendment({ id: contract.id, amendmentId: String(created?.id) });
    expect(stored.data).toMatchObject({
      ...{ title: "Two more berths", reason: "They bought two boats", effective_date: day(30), status: "DRAFT" },
      figures: [{ field: "contract_value", before: "1200.00", after: "1500.00" }],
    });
  });
});

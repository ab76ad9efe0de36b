import { describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { findSigningLink, readMailedCode } from "../agreements/signature/support.ts";
import { findMailLink } from "../functions/pages/support.ts";
import { signUp } from "../support/app.ts";
import { startConsoleApp } from "./console-app.ts";
import { type Journey, startJourney } from "./journey.ts";
import { closeLocalMail, endJourney, itJourney } from "./journey-test.ts";

const EMAIL = "mara@lagoon.example";

/** A sale from the first to the last page: the seller uses the console alone, and the customer the pages of their mails. */
describe.skipIf(!hasBrowser())("a sale", () => {
  const started = startConsoleApp(900);

  /** Presses the button, and the button with this name in the dialog that it opens. */
  const press = async (journey: Journey, action: string): Promise<void> => {
    await journey.click(action);
    await journey.wait("document.querySelector('[role=dialog] button[type=submit]') !== null");
    await journey.click(action);
  };
  const confirm = async (journey: Journey, action: string): Promise<void> => {
    await press(journey, action);
    await journey.wait("document.querySelector('[role=dialog]') === null");
  };
  const sendOut = async (journey: Journey, action: string): Promise<void> => {
    await press(journey, action);
    await closeLocalMail(journey);
  };
  const addLine = async (journey: Journey, text: string, product: string, quantity: string): Promise<void> => {
    await journey.wait("document.activeElement.matches('[role=dialog] input')");
    await journey.type(text);
    // The text itself is the last choice, once the search has answered.
    await journey.wait(
      `(() => { const names = [...document.querySelectorAll("[role=option]")].map((choice) => choice.innerText.split("\\n")[0]);
        return names[0] === ${JSON.stringify(product)} && names.at(-1) === ${JSON.stringify(text)}; })()`,
    );
    await journey.press("Enter");
    await journey.wait("document.activeElement.closest('[data-cell=quantity]') !== null");
    await journey.type(quantity);
  };

  itJourney("goes from a lead to a signed contract and a paid order", async () => {
    const { app, connect, openBrowser, pages } = started;
    const tenant = await signUp(app, { currency: "EUR", timezone: "UTC" });
    const crm = connect(tenant);
    await crm.products.create({ name: "Sailing boat", unit_price: "12400", currency: "EUR" });
    await crm.products.create({ name: "Life jacket", unit_price: "89.90", currency: "EUR" });
    await app.settle();
    const others = await openBrowser();
    await pages.signIn(tenant, "/crm/leads");
    const sale = startJourney(pages, "From a lead to a signed contract and a paid order");
    const customer = startJourney(others, "Accept a quote and sign a contract, as its customer");
    const readPath = (): Promise<string> => pages.browser.evaluate<string>("location.pathname");
    const readId = async (): Promise<string> => (await readPath()).split("/").at(-1) ?? "";
    /** Opens the record of this kind that the last step has created, or the one that a link names. */
    const openRecord = async (control: string, path: string): Promise<void> => {
      await sale.click(control);
      await sale.wait(`location.pathname.startsWith("/crm/${path}/view/") && document.querySelector("h1") !== null`);
    };

    sale.step("create the lead, open it");
    await sale.press("c");
    await sale.wait("document.activeElement.matches('[role=dialog] form input')");
    for (const [index, value] of ["Mara", "Lind", "Lagoon Charter", EMAIL].entries()) {
      if (index > 0) await sale.press("Tab");
      await sale.type(value);
    }
    await sale.press("Enter", "Control");
    await sale.wait("location.pathname.startsWith('/crm/leads/view/')");
    const lead = await readId();
    sale.step("convert it");
    await sale.click("Convert");
    await sale.wait("document.activeElement.matches('[role=dialog] form input')");
    const isReason = "document.activeElement.labels?.[0]?.innerText.startsWith('Or convert without') ?? false";
    for (let presses = 0; presses < 10 && !(await pages.browser.evaluate<boolean>(isReason)); presses++) await sale.press("Tab");
    await sale.type("Met at the fair");
    await sale.press("Enter");
    await sale.clickAt("a[href*='/crm/opportunities/view/']");
    await sale.wait("location.pathname.startsWith('/crm/opportunities/view/') && document.querySelector('h1') !== null");
    const opportunity = await readId();

    sale.step("a quote with two lines");
    await sale.click("Quotes");
    await sale.click("New quote");
    await sale.see("Customer and dates");
    await sale.click("Add a line");
    await addLine(sale, "sail", "Sailing boat", "2");
    await sale.press("Enter");
    await addLine(sale, "jacket", "Life jacket", "12");
    await sale.press("Enter", "Control");
    await sale.see("Signature and link");
    const quotePath = await readPath();
    sale.step("submit and send it");
    await confirm(sale, "Submit");
    await sendOut(sale, "Send");

    customer.step("accept the quote");
    await others.browser.open(await findMailLink(app, EMAIL, "/q/"));
    await customer.clickAt("#name");
    await customer.type("Mara Lind");
    await customer.clickAt("input[name=consent]");
    await customer.clickAt("button[value=accept]");
    await customer.see("Thank you");
    await app.settle();

    sale.step("make a contract of it");
    await pages.open(quotePath);
    await sale.click("Convert");
    await sale.wait("document.activeElement.matches('[role=dialog] form button[aria-haspopup=listbox]')");
    await sale.find("con");
    await sale.wait("document.activeElement.innerText.includes('Contract')");
    await sale.click("Convert");
    await openRecord("Open the contract", "contracts");
    const contractPath = await readPath();
    const contract = await readId();
    sale.step("submit it, send it to the customer for signature");
    await confirm(sale, "Submit");
    await sendOut(sale, "Sign");

    customer.step("have a code sent, sign the contract");
    await others.browser.open(await findSigningLink(app, EMAIL));
    await customer.clickAt("button[value=code]");
    await customer.see("Code from the email");
    await customer.clickAt("#code");
    await customer.type(await readMailedCode(app, EMAIL));
    await customer.clickAt("button[value=enter]");
    await customer.see("Your signature");
    await customer.clickAt("#name");
    await customer.type("Mara Lind");
    await customer.clickAt("input[name=consent]");
    await customer.clickAt("button[value=sign]");
    await customer.see("You have signed");
    await app.settle();
    endJourney(customer, others, { clicks: 9, fields: 3 });

    sale.step("sign it for the company");
    await pages.open(contractPath);
    await sale.see("Mara Lind");
    await confirm(sale, "Sign");
    expect(await crm.contracts.get(contract)).toMatchObject({ customer_signed: true, company_signed: true });
    sale.step("make an order of it, confirm it");
    await confirm(sale, "Convert");
    await openRecord("Open the order", "orders");
    const order = await readId();
    await confirm(sale, "Confirm order");
    sale.step("draft the invoice, issue it");
    await sale.click("Invoices");
    await confirm(sale, "Draft invoice");
    await openRecord("Open the invoice", "invoices");
    const invoice = await readId();
    await confirm(sale, "Issue");
    sale.step("record the payment of what is open");
    const { order_number } = await crm.orders.get(order);
    await openRecord(String(order_number), "orders");
    await sale.click("Record payment");
    await sale.wait("document.activeElement.matches('[role=dialog] form input') && document.activeElement.value === '25,878.80'");
    await sale.press("Enter");
    await sale.wait("document.querySelector('[role=dialog]') === null");
    await sale.see("Payment state\nPaid");
    endJourney(sale, pages, { clicks: 31, fields: 9, seconds: 85 });

    expect(await crm.leads.get(lead)).toMatchObject({ is_converted: true, converted_opportunity_id: opportunity });
    expect(await crm.opportunities.get(opportunity)).toMatchObject({ is_won: true, amount: "25878.80" });
    expect(await crm.contracts.get(contract)).toMatchObject({ customer_signed_by: "Mara Lind", order_id: order });
    expect(await crm.orders.get(order)).toMatchObject({ contract_id: contract, payment_state: "PAID", balance: "0.00" });
    await app.settle();
    expect(await crm.invoices.get(invoice)).toMatchObject({ order_id: order, payment_state: "PAID", open_amount: "0.00" });
  });
});

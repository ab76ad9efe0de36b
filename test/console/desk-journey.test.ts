import { describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { signUp } from "../support/app.ts";
import { startConsoleApp } from "./console-app.ts";
import { startJourney } from "./journey.ts";
import { endJourney, itJourney } from "./journey-test.ts";

/** Answers a ticket at the desk in a browser, with the clicks that the design allows. */
describe.skipIf(!hasBrowser())("the journey at the desk", () => {
  const started = startConsoleApp();

  itJourney("answers a ticket with a macro before its time runs out", async () => {
    const { app, connect, pages } = started;
    const tenant = await signUp(app);
    const crm = connect(tenant);
    const open = (subject: string, name: string, priority_id: string) =>
      crm.support.tickets.create({
        ...{ subject, description: "Please help.", priority_id },
        requester: { name, email: `${name.split(" ")[0]?.toLowerCase()}@navy.example` },
      });
    await open("The engine does not start", "Ida Berg", "critical");
    const { id } = await open("The invoice is wrong", "Grace Hopper", "high");
    await crm.support.macros.create({
      ...{ name: "Ask for the invoice", comment: "Hello {{requester.first_name}}, please send us the invoice." },
      ...{ comment_is_public: true, status: "WAITING_ON_CUSTOMER" },
    });
    await app.settle();
    await pages.signIn(tenant, "/crm/support/tickets?mode=desk");

    const answer = startJourney(pages, "Answer a ticket with a macro");
    answer.step("choose the ticket");
    await answer.click("The invoice is wrong");
    answer.step("choose the macro");
    await answer.click("Macros");
    await answer.click("Ask for the invoice");
    await answer.wait("document.querySelector('textarea')?.value === 'Hello Grace, please send us the invoice.'");
    answer.step("send");
    await answer.click("Send and set Waiting on customer");
    await answer.see("Sent to Grace Hopper");

    const ticket = await crm.support.tickets.get(id);
    expect(ticket.status).toBe("WAITING_ON_CUSTOMER");
    const { judged } = await crm.support.tickets(id).sla.get();
    expect(judged.map(({ metric, state }) => [metric, state])).toEqual([["first_response", "MET"]]);
    await answer.see("Paused: waiting for the customer");
    endJourney(answer, pages, { clicks: 4 });
  });

  itJourney("splits a ticket by pointer and by keyboard", async () => {
    const { app, connect, pages } = started;
    const tenant = await signUp(app);
    const crm = connect(tenant);
    const { id } = await crm.support.tickets.create({
      ...{ subject: "The engine does not start", description: "Please help." },
      requester: { name: "Ida Berg", email: "ida@navy.example" },
    });
    for (const body of ["The invoice is wrong, too", "And the anchor is lost"])
      await crm.support.tickets(id).comments.create({ body, is_public: true });
    await app.settle();
    const isInDialog = "document.activeElement.matches('[role=dialog] form input')";
    const count = async () => (await crm.support.tickets.list().toArray(9)).length;
    await pages.signIn(tenant, `/crm/support/tickets/view/${id}`);

    const pointer = startJourney(pages, "Split a ticket");
    pointer.step("menu of the ticket; choose a comment; split");
    await pointer.click("More actions");
    await pointer.click("Split off comments");
    await pointer.wait(isInDialog);
    await pointer.type("The invoice");
    await pointer.clickAt("[role=dialog] button[aria-haspopup=listbox]");
    await pointer.clickAt("[role=option]");
    await pointer.press("Escape");
    await pointer.click("Split off comments");
    await pointer.see("were split off");
    endJourney(pointer, pages, { clicks: 5 });
    expect(await count()).toBe(2);

    await pages.open(`/crm/support/tickets/view/${id}`);
    const keys = startJourney(pages, "Split a ticket by keyboard");
    keys.step("palette: split");
    await keys.press("k", "Control");
    await keys.wait("document.activeElement.matches('[role=dialog] input')");
    await keys.type("split");
    await keys.wait("document.querySelector('[role=option][data-focused]')?.innerText.startsWith('Split')");
    await keys.press("Enter");
    keys.step("type the subject; an arrow opens the comments, the space bar chooses one");
    await keys.wait(isInDialog);
    await keys.type("The anchor");
    await keys.press("Tab");
    await keys.press("ArrowDown");
    await keys.wait("document.activeElement.matches('[role=option]')");
    await keys.press("End");
    await keys.press(" ");
    await keys.press("Escape");
    await keys.wait("document.activeElement.matches('[role=dialog] button[aria-haspopup=listbox]')");
    await keys.press("Enter", "Control");
    await keys.see("were split off");
    endJourney(keys, pages, { clicks: 0 });
    expect(await count()).toBe(3);
  });
});

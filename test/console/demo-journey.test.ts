import { describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { DEMO_PASSWORD } from "../../scripts/demo/year.ts";
import { startDemoApp } from "../support/demo-snapshot.ts";
import { startConsoleApp } from "./console-app.ts";
import type { ConsoleDriver } from "./console-driver.ts";
import { goBackAndStay, reload, signInAgain } from "./interruptions.ts";
import { isOnTimeline, type Journey, startJourney } from "./journey.ts";
import { endJourney, itJourney } from "./journey-test.ts";

const findUser = (name: string) => ({ email: `${name}@demo.example`, password: DEMO_PASSWORD });

/** Work on the demo, with each interruption once and with other choices than the suggested ones. */
describe.skipIf(!hasBrowser())("a working day on the demo", () => {
  const started = startConsoleApp(900, startDemoApp);

  /** Goes to the control with this name by Tab. */
  const tabTo = async (journey: Journey, { browser }: ConsoleDriver, name: string): Promise<void> => {
    const isThere = `[document.activeElement.getAttribute("aria-label"), document.activeElement.innerText?.trim()].includes(${JSON.stringify(name)})`;
    await journey.see(name);
    for (let presses = 0; presses < 60 && !(await browser.evaluate<boolean>(isThere)); presses++) await journey.press("Tab");
    await journey.wait(isThere);
  };

  itJourney("works off tasks, logs a call and converts a lead on a desk, with interruptions", async () => {
    const { connect, openBrowser, pages } = started;
    const rep = findUser("yuki");
    const crm = connect(rep);
    await pages.setScreen({ width: 1440 });
    await pages.signIn(rep, "/crm/");
    const journey = startJourney(pages, "Work off tasks, log a call and convert a lead, with interruptions");
    journey.step("complete two tasks");
    for (const task of ["Agree on colours", "Order the hulls"]) {
      await journey.clickAt(`label:has([aria-label=${JSON.stringify(`Complete ${task}`)}])`);
      await journey.see(`${task} is done`);
    }
    journey.step("open a lead");
    await journey.click("Leads");
    await journey.click("Sanna Richter");
    await journey.wait("document.querySelector('h1')?.innerText === 'Sanna Richter'");
    journey.step("a call: subject, voicemail, follow-up in a month; a reload keeps it");
    await journey.click("Call");
    await journey.click("Subject");
    await journey.type("Asked for the list of clinics");
    await journey.click("Voicemail");
    await journey.click("In a month");
    await reload(pages);
    await journey.see("We kept what you had typed");
    await journey.click("Log call");
    await journey.wait(isOnTimeline("Follow-up: Asked for the list of clinics"));
    journey.step("convert: qualified, the decision maker, another amount; Back asks");
    await journey.click("Convert");
    await journey.see("Still missing");
    await journey.click("Qualified");
    await journey.click("Authority");
    await journey.type("Otto Vogt");
    await goBackAndStay(journey, pages);
    journey.step("a second tab changes the job title of the lead");
    const other = await openBrowser();
    const address = await pages.browser.evaluate<string>("location.pathname");
    await other.signIn(rep, address);
    const second = startJourney(other, "The second tab");
    await second.clickAt("[aria-label='Change Job title']");
    await second.wait("document.activeElement.matches('main input')");
    await other.browser.evaluate("document.activeElement.select()");
    await second.type("Head of finance");
    await second.press("Enter");
    await second.see("Head of finance");
    await second.wait("document.activeElement.matches('main input') === false");
    expect(other.takeErrors()).toEqual([]);
    journey.step("a reload, and the input is there; another stage; the session ends before it is sent");
    await reload(pages);
    await journey.click("Convert");
    await journey.see("We kept what you had typed");
    await journey.click("Prospecting");
    await journey.click("Needs Analysis");
    const id = address.split("/").at(-1) ?? "";
    await connect(findUser("thea")).leads.update(id, { authority: "Anna Vogt" });
    await crm.request("DELETE", "/api/v1/auth/sessions");
    await journey.clickAt("[role=dialog] button[type=submit]");
    await signInAgain(journey, rep.password);
    journey.step("a colleague has named another decision maker: keep the own one");
    await journey.see("Thea Lindqvist changed this while you were editing");
    await journey.click("Keep mine");
    await journey.clickAt("[role=dialog] button[type=submit]");
    await journey.see("Sanna Richter was converted");
    endJourney(journey, pages, { clicks: 22 });

    const own = connect(rep);
    const lead = await own.leads.get(id);
    expect(lead).toMatchObject({ authority: "Otto Vogt", job_title: "Head of finance", is_converted: true });
    const opportunity = await own.opportunities.get(lead.converted_opportunity_id ?? "");
    expect(opportunity).toMatchObject({ stage_id: expect.any(String), amount: "61000.00" });
    const activities = await own.activities.list({ related_to_id: id }).toArray(20);
    expect(activities.map(({ subject, status }) => [subject, status])).toEqual(
      expect.arrayContaining([
        ["Asked for the list of clinics", "COMPLETED"],
        ["Follow-up: Asked for the list of clinics", "NOT_STARTED"],
      ]),
    );
  });

  itJourney("logs a call on a phone, with interruptions", async () => {
    const { connect, openBrowser, pages } = started;
    const rep = findUser("amara");
    const crm = connect(rep);
    await pages.setScreen({ width: 390 });
    await pages.signIn(rep, "/crm/leads");
    const row = "[aria-label='Who to contact next'] li:has(a[href*='/crm/leads/view/'])";
    const journey = startJourney(pages, "Log a call on a phone, with interruptions");
    await journey.click("Home");
    journey.step("log call: incoming, busy, follow-up in a week; Back asks");
    await journey.clickAt(`${row} button`);
    await journey.wait("document.activeElement.matches('[role=dialog] form input')");
    await journey.type("Calls back after the fair");
    for (const choice of ["Incoming", "Busy", "In a week"]) await journey.click(choice);
    await goBackAndStay(journey, pages);
    journey.step("a reload, and the input is there");
    await reload(pages);
    const address = await pages.browser.evaluate<string>(`document.querySelector("${row} a").pathname`);
    await journey.clickAt(`${row} button`);
    await journey.see("We kept what you had typed");
    journey.step("a second tab logs another call");
    const other = await openBrowser();
    await other.signIn(rep, address);
    const second = startJourney(other, "The second tab");
    await second.click("Call");
    await second.click("Subject");
    await second.type("Sent the brochure");
    await second.click("Log call");
    await second.wait(isOnTimeline("Sent the brochure"));
    expect(other.takeErrors()).toEqual([]);
    journey.step("the session ends before the call is logged");
    await crm.request("DELETE", "/api/v1/auth/sessions");
    await journey.click("Log call");
    await signInAgain(journey, rep.password);
    await journey.see("Added to");
    endJourney(journey, pages, { clicks: 9 });
    const calls = await connect(rep)
      .activities.list({ related_to_id: address.split("/").at(-1) })
      .toArray(30);
    expect(calls.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(["Sent the brochure", "Calls back after the fair", "Follow-up: Calls back after the fair"]),
    );
  });

  itJourney("rejects a quote by keyboard, with interruptions", async () => {
    const { connect, openBrowser, pages } = started;
    const manager = findUser("ines");
    const crm = connect(manager);
    await pages.setScreen({ width: 1440 });
    await pages.signIn(manager, "/crm/");
    const journey = startJourney(pages, "Reject a quote by keyboard, with interruptions");
    journey.step("palette: approvals");
    await journey.press("k", "Control");
    await journey.wait("document.activeElement.matches('[role=dialog] input')");
    await journey.type("approv");
    await journey.wait("document.querySelector('[role=option][data-focused]')?.innerText === 'Approvals'");
    await journey.press("Enter");
    await journey.see("The discount is 14%. Approval is needed from 10%");
    journey.step("reject, with the reason; Back asks, a reload keeps the reason");
    await tabTo(journey, pages, "Reject");
    await journey.press("Enter");
    await journey.wait("document.activeElement.matches('[role=dialog] textarea')");
    await journey.type("Twelve percent at most");
    await pages.browser.evaluate("history.back()");
    await journey.wait("document.activeElement.innerText === 'Keep editing'");
    await journey.press("Enter");
    await reload(pages);
    await tabTo(journey, pages, "Reject");
    await journey.press("Enter");
    await journey.see("We kept what you had typed");
    journey.step("a second tab begins to approve");
    const other = await openBrowser();
    await other.signIn(manager, "/crm/approvals");
    const second = startJourney(other, "The second tab");
    await second.click("Approve");
    await second.click("Comment");
    await second.type("Fine with me");
    journey.step("the session ends before the reason is sent");
    await crm.request("DELETE", "/api/v1/auth/sessions");
    await journey.wait("document.activeElement.matches('[role=dialog] textarea')");
    await journey.press("Enter", "Control");
    await signInAgain(journey, manager.password);
    await journey.see("No approval waits for you");
    endJourney(journey, pages, { clicks: 0 });
    await second.clickAt("[role=dialog] button[type=submit]");
    await signInAgain(second, manager.password);
    await second.see("Already rejected by Ines Carvalho");
    expect(other.takeErrors()).toEqual([]);

    const own = connect(manager);
    const [{ id = "" } = {}] = await own.approvals.list({ status: "rejected" }).toArray(5);
    expect(await own.approvals.get(id)).toMatchObject({ status: "rejected", comment: "Twelve percent at most" });
  });
});

import { describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { postalSettings, signUp } from "../support/app.ts";
import { startConsoleApp } from "./console-app.ts";
import { type Journey, startJourney } from "./journey.ts";
import { endJourney, itJourney } from "./journey-test.ts";

/** What a marketer sends. */
describe.skipIf(!hasBrowser())("the journeys of campaigns", () => {
  const started = startConsoleApp();

  /** Presses Tab until the control with this name has the focus. */
  const tabTo = async (journey: Journey, name: string): Promise<void> => {
    const { browser } = started.pages;
    const isFocused = `(() => {
      const control = document.activeElement;
      // A layer begins with the focus on itself, and its text with that of its first control.
      if (control?.matches("[role=dialog], [role=alertdialog]")) return false;
      const ids = control?.getAttribute("aria-labelledby")?.split(" ") ?? [];
      const names = [control?.getAttribute("aria-label"), control?.innerText?.trim().split("\\n")[0],
        ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim(),
        ...[...(control?.labels ?? [])].map((label) => label.textContent.trim())];
      // Behind the name stand its value, and whether it is required.
      const isSame = (own) => own === ${JSON.stringify(name)} || own.startsWith(${JSON.stringify(`${name} `)});
      return names.some((own) => own && isSame(own.replace(/(?:required|optional).*$/, "").trim()));
    })()`;
    for (let tab = 0; tab < 60; tab++) {
      if (await browser.evaluate<boolean>(isFocused)) return;
      await journey.press("Tab");
    }
    throw new Error(`No Tab leads to ${name}`);
  };

  itJourney("tests two subjects of a campaign with the keyboard alone", async () => {
    const { app, connect, pages } = started;
    const settings = { timezone: "UTC", quiet_hours: { from: "00:00", to: "00:00" }, mail_opt_in_required: false };
    const tenant = await signUp(app, { ...postalSettings, ...settings });
    const { admin } = tenant;
    const account = { name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true };
    await admin.createMailAccount(account);
    await admin.createMessageTemplate({
      ...{ name: "The season begins", channel: "EMAIL", subject: "The season begins" },
      body_html: '<p>Dear {{person.first_name}}, <a href="https://harbour.example/berths">reserve your berth</a>.</p>',
    });
    for (const first_name of ["Ada", "Ida", "Eva"]) {
      const named = { customer_type: "INDIVIDUAL", first_name, last_name: "Lund", email: `${first_name}@mail.example` };
      await admin.createCustomer({ ...named, vip_status: true });
    }
    const campaign = { name: "Season 2027", type: "EMAIL", start_date: "2026-01-01", status: "IN_PROGRESS" };
    const { data: made } = await admin.createCampaign(campaign);
    await app.settle();
    await pages.signIn(tenant, `/crm/campaigns/view/${made.id}`);
    const journey = startJourney(pages, "Test two subjects of a campaign with the keyboard alone");
    journey.step("a new test");
    await journey.see("Season 2027");
    await tabTo(journey, "Overview");
    for (let tab = 0; tab < 4; tab++) await journey.press("ArrowRight");
    await journey.see("No A/B tests yet");
    await tabTo(journey, "New A/B test");
    await journey.press("Enter");
    await journey.see("Sender and recipients");
    journey.step("for a segment that is built on the way");
    await journey.see("A contact list");
    await tabTo(journey, "Members of the campaign");
    await journey.press("ArrowRight");
    await journey.press(" ");
    await journey.see("New segment");
    await tabTo(journey, "New segment");
    await journey.press("Enter");
    await journey.wait("document.activeElement.matches('[role=dialog] form input')");
    await journey.type("Boat owners");
    await tabTo(journey, "Filter");
    await journey.press("Enter");
    await journey.wait("document.activeElement.matches('input[type=search]')");
    await journey.type("vip");
    await journey.wait("document.activeElement.hasAttribute('aria-activedescendant')");
    await journey.press("Enter");
    await journey.wait("[...document.querySelectorAll('[role=radio]')].some((radio) => radio.innerText === 'yes')");
    await journey.wait("document.getAnimations().length === 0");
    await tabTo(journey, "yes");
    await journey.press(" ");
    await journey.wait("document.activeElement?.getAttribute('aria-checked') === 'true'");
    await journey.press("Escape");
    await tabTo(journey, "Create");
    await journey.press("Enter");
    await journey.wait("document.querySelector('[role=dialog]') === null");
    journey.step("a mail with two subjects");
    await tabTo(journey, "Template");
    await journey.press("Enter");
    await journey.wait("document.activeElement.matches('input[type=search]')");
    await journey.type("season");
    await journey.wait(
      "document.querySelector('[role=option]')?.innerText.startsWith('The season begins') && !document.querySelector('[role=dialog] .animate-spin')",
    );
    await journey.press("Enter");
    await journey.wait("document.querySelector('form [aria-busy=false] iframe') !== null");
    // What differs is the subject already. The first field of a variant is the next one of this name.
    await tabTo(journey, "Subject");
    await journey.press("Tab");
    await tabTo(journey, "Subject");
    await journey.type("Spring is here");
    await journey.press("Tab");
    await tabTo(journey, "Subject");
    await journey.type("Your boat is ready");
    await tabTo(journey, "Share of the sample in percent");
    await pages.browser.evaluate("document.activeElement.select()");
    await journey.type("100");
    // The members of the segment are computed by now.
    await app.settle();
    journey.step("start, with tracking");
    await tabTo(journey, "Start the test");
    await journey.press("Enter");
    await journey.see("Sample: 3 persons");
    await tabTo(journey, "Track");
    await journey.press(" ");
    await tabTo(journey, "Start the test");
    await journey.press("Enter");
    await journey.see("The test was started");
    expect(journey.cost().clicks).toBe(0);
    endJourney(journey, pages, { clicks: 0, fields: 6 });
    const [test] = await connect(tenant).campaigns(made.id).abTests.list().toArray(2);
    expect(test).toMatchObject({ status: "RUNNING", sample_percent: 100 });
    await app.settle();
    const received = ["Ada", "Ida", "Eva"].map((name) => app.mail.sent(`${name}@mail.example`.toLowerCase()).length);
    expect(received).toEqual([1, 1, 1]);
  });
});

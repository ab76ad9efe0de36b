import type { Client } from "@crm/sdk/index.ts";
import { beforeAll, describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { signUp } from "../support/app.ts";
import { startConsoleApp } from "./console-app.ts";
import { startJourney } from "./journey.ts";
import { endJourney, itJourney } from "./journey-test.ts";

/** An import whose refused rows are corrected in the grid, and a merge that is taken back, by pointer and keyboard, with their clicks. */
describe.skipIf(!hasBrowser())("imports and merges in the console", () => {
  const started = startConsoleApp(900);
  let crm: Client;
  beforeAll(async () => {
    const { email, password } = await signUp(started.app);
    crm = started.connect({ email, password });
    await started.pages.signIn({ email, password });
  });

  itJourney("corrects thirty refused rows in the grid with one paste", async () => {
    const { pages } = started;
    const rows = Array.from({ length: 40 }, (_, n) => `Ada,Berg${n},${n < 30 ? `berg${n}@` : `berg${n}@kelp.example`}`);
    const file = ["First name,Last name,Email", ...rows].join("\n");
    const journey = startJourney(pages, "Import a file and correct 30 rows");
    journey.step("the list leads to the import");
    await journey.click("Import a file");
    await journey.see("File with the rows");
    journey.step("choose the file");
    // The dialog of the system is no part of the page.
    await pages.browser.evaluate(`(() => {
      const input = document.querySelector("input[type=file]");
      const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(file)}], "fair.csv", { type: "text/csv" }));
      input.files = data.files;
      return input.dispatchEvent(new Event("change", { bubbles: true }));
    })()`);
    journey.step("the suggested columns are right, and the check says what would happen");
    await journey.see("3 of 3 columns are imported");
    await journey.click("Continue");
    await started.settleUntil("30 rows would be refused");
    await journey.click("Import 10 leads");
    await started.settleUntil("0 of 30 rows corrected");
    journey.step("paste a column of addresses onto the first refused cell");
    await journey.clickAt('[data-row="0"] > [data-column="1"]');
    const addresses = Array.from({ length: 30 }, (_, n) => `berg${n}@kelp.example`).join("\n");
    await pages.browser.evaluate(`(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", ${JSON.stringify(addresses)});
      return document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    })()`);
    await journey.see("30 of 30 rows corrected");
    await journey.click("Import 30 rows again");
    await started.settleUntil("All rows were imported");
    endJourney(journey, pages, { clicks: 5 });
    const leads = await crm.leads.list({}).toArray(50);
    expect(new Set(leads.map(({ email }) => email)).size).toBe(40);
  });

  itJourney("merges two persons with Enter, and takes it back", async () => {
    const { app, pages } = started;
    const address = { address_line1: "Hafenstr. 12", city: "Kiel", postal_code: "24103", country: "DE" };
    const person = { last_name: "Lindqvist", addresses: [{ type: "HOME", ...address }] };
    const kat = await crm.persons.create({ ...person, first_name: "Katherine" });
    const kathy = await crm.persons.create({ ...person, first_name: "Kathy" });
    await app.settle();
    await pages.open("/crm/persons/duplicates");
    const journey = startJourney(pages, "Merge two persons and take it back");
    journey.step("both are side by side, Enter merges");
    await journey.see("first name is a short form of the other");
    await journey.wait(
      "[...document.querySelectorAll('button')].some((button) => button.innerText === 'Merge' && !button.disabled)",
    );
    await journey.press("Enter");
    await journey.see("The records were merged");
    const [one, other] = await Promise.all([crm.persons.get(kat.id), crm.persons.get(kathy.id)]);
    expect(one.id).toBe(other.id);
    journey.step("take it back");
    await journey.click("Undo");
    await journey.see("The merge was undone");
    const separated = await Promise.all([crm.persons.get(kat.id), crm.persons.get(kathy.id)]);
    expect(separated.map(({ first_name }) => first_name)).toEqual(["Katherine", "Kathy"]);
    endJourney(journey, pages, { clicks: 1, keys: 1 });
  });
});

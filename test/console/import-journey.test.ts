import type { Client } from "@crm/sdk/index.ts";
import { describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { signUp } from "../support/app.ts";
import { startConsoleApp } from "./console-app.ts";
import type { ConsoleDriver } from "./console-driver.ts";
import { type Journey, startJourney } from "./journey.ts";
import { endJourney, itJourney } from "./journey-test.ts";

/** A file of a fair: the headers that its maker chose, and thirty rows. */
const CITIES = ["Flensburg", "Köln", "Görlitz", "Bad Segeberg", "Münster"] as const;
const pick = <T>(values: readonly T[], index: number): T => values[index % values.length] ?? expect.fail("no value");
const FAIR = Array.from({ length: 30 }, (_, n) => ({
  "Nachname/Familienname": pick(["Köhler", "Müßig", "von der Heide", "Özdemir"], n),
  Rufname: pick(["Jörg", "Käthe", "Ümit"], n),
  Betrieb: `Boote "${n}" GmbH; Co. KG`,
  "Mailadr.": `kontakt${n}@boote${n}.example`,
  "Fon dienstl.": `0461 ${50_100 + n}`,
  Ort: pick(CITIES, n),
  PLZ: pick(["24937", "50667", "02826", "23795", "48143"], n),
  "Woher?": pick(["Messe Hamburg", "Empfehlung vom Hafen"], n),
  "Stand der Dinge": pick(["New", "Contacted", "in Klärung"], n),
  "Betreut durch": pick(["Ada Admin", "Frau Petersen"], n),
  Flottengröße: String(3 + n),
  Bemerkung: n % 7 === 0 ? `=Rückruf, "bald" ${n}` : "",
}));
const quote = (cell: string): string => (/[";]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const FAIR_FILE = [Object.keys(FAIR[0] ?? {}), ...FAIR.map((row) => Object.values(row))]
  .map((cells) => cells.map(quote).join(";"))
  .join("\r\n");

/** Chooses a file of this text. The dialog of the system is no part of the page. */
const chooseFile = ({ browser }: ConsoleDriver, text: string): Promise<unknown> =>
  browser.evaluate(`(() => {
    const input = document.querySelector("input[type=file]");
    const data = new DataTransfer();
    data.items.add(new File([${JSON.stringify(text)}], "fair.csv", { type: "text/csv" }));
    input.files = data.files;
    return input.dispatchEvent(new Event("change", { bubbles: true }));
  })()`);

/** An import whose refused rows are corrected in the grid, and a merge that is taken back, by pointer and keyboard, with their clicks. */
describe.skipIf(!hasBrowser())("imports and merges in the console", () => {
  const started = startConsoleApp(900);

  /** Signs in to a tenant of its own, and returns the API as its administrator. */
  const begin = async (path: string): Promise<Client> => {
    const tenant = await signUp(started.app);
    await started.pages.signIn(tenant, path);
    return started.connect(tenant);
  };

  itJourney("corrects thirty refused rows in the grid with one paste", async () => {
    const { pages } = started;
    const crm = await begin("/crm/leads");
    const rows = Array.from({ length: 40 }, (_, n) => `Ada,Berg${n},${n < 30 ? `berg${n}@` : `berg${n}@kelp.example`}`);
    const file = ["First name,Last name,Email", ...rows].join("\n");
    const journey = startJourney(pages, "Import a file and correct 30 rows");
    journey.step("the list leads to the import");
    await journey.click("Import a file");
    await journey.see("Choose a file");
    journey.step("choose the file");
    await chooseFile(pages, file);
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

  itJourney("imports thirty leads with odd headers, and takes them back", async () => {
    const { app, pages, connect } = started;
    const tenant = await signUp(app);
    const own = connect(tenant);
    /** All that an import could make beside the leads. */
    const count = async () => ({
      masters: Object.fromEntries(
        (
          await own.request<readonly { kind: string; count: number }[]>("GET", "/api/v1/masters", { query: { counts: "true" } })
        ).map(({ kind, count: values }) => [kind, values]),
      ),
      users: (await own.users.list().toArray(10)).length,
      persons: (await own.persons.list().toArray(50)).length,
      customers: (await own.customers.list().toArray(50)).length,
      fields: (await own.customFields.list().toArray(10)).map(({ field_label }) => field_label),
    });
    const before = await count();
    await pages.signIn(tenant, "/crm/leads");
    const journey = startJourney(pages, "Import 30 leads with odd headers, and take them back");
    journey.step("the list leads to the import; choose the file");
    await journey.click("Import a file");
    await journey.see("Choose a file");
    await chooseFile(pages, FAIR_FILE);
    const map = async (column: string, text: string): Promise<void> => {
      const row = Object.keys(FAIR[0] ?? {}).indexOf(column) + 1;
      await journey.clickAt(`section[aria-label=Columns] li:nth-of-type(${row}) input[role=combobox]`);
      await journey.wait(`document.activeElement.matches("li:nth-of-type(${row}) input[role=combobox]")`);
      await journey.type(text);
      await journey.wait("document.querySelectorAll('[role=option]').length < 9");
      await journey.press("Enter");
    };
    journey.step("choose the fields of four columns");
    await journey.see("7 of 12 columns are imported");
    await map("Nachname/Familienname", "last n");
    await map("Woher?", "source");
    await map("Stand der Dinge", "status");
    await map("Betreut durch", "owner");
    await journey.see("11 of 12 columns are imported");
    journey.step("make a column a new field");
    await map("Flottengröße", "new field");
    await journey.wait(
      "document.activeElement.matches('[role=dialog] form input') && document.activeElement.value === 'Flottengröße'",
    );
    await journey.press("Enter");
    await journey.see("12 of 12 columns are imported");
    journey.step("add values that lists do not have");
    await journey.click("Add values that lists such as sources and industries do not have yet");
    await journey.click("Continue");
    journey.step("say what one value means");
    await journey.see("9 values are not in your lists");
    await journey.clickAt("section[aria-label='Stand der Dinge'] button");
    await journey.click("Choose an existing value");
    await journey.wait("document.querySelectorAll('section[aria-label=\"Stand der Dinge\"] li button').length === 2");
    await journey.clickAt("section[aria-label='Stand der Dinge'] li > div ~ div button");
    await journey.click("Qualified");
    journey.step("check, start");
    await journey.click("Continue");
    await started.settleUntil("Import 30 leads");
    expect(await count()).toEqual({ ...before, fields: ["Flottengröße"] });
    await journey.click("Import 30 leads");
    await started.settleUntil("All rows were imported");

    const listed = await own.leads.list({}).toArray(50);
    expect(listed).toHaveLength(30);
    const leads = new Map((await Promise.all(listed.map(({ id }) => own.leads.get(id)))).map((lead) => [lead.email, lead]));
    const names = async (kind: string) =>
      new Map(
        (await own.request<readonly { id: string; name: string }[]>("GET", `/api/v1/masters/${kind}`)).map(({ id, name }) => [
          id,
          name,
        ]),
      );
    const [cities, sources, statuses] = await Promise.all(["cities", "lead-sources", "lead-statuses"].map(names));
    const found = FAIR.map((row) => {
      const lead = leads.get(row["Mailadr."]) ?? expect.fail(`${row["Mailadr."]} is not there`);
      return {
        "Nachname/Familienname": lead.last_name,
        Rufname: lead.first_name,
        Betrieb: lead.company,
        "Mailadr.": lead.email,
        "Fon dienstl.": lead.phone,
        Ort: cities?.get(lead.city_id ?? ""),
        PLZ: lead.postal_code,
        "Woher?": sources?.get(lead.lead_source_id ?? ""),
        "Stand der Dinge": statuses?.get(lead.lead_status_id ?? ""),
        "Betreut durch": lead.owner_id,
        Flottengröße: String(lead.custom_fields.flottengroesse),
        Bemerkung: lead.notes ?? "",
      };
    });
    // Values without an explanation are in the notes, and the owner is the user who imports.
    const expected = FAIR.map((row) => {
      const isKnown = row["Betreut durch"] === "Ada Admin";
      const notes = [row.Bemerkung, ...(isKnown ? [] : [`Betreut durch: ${row["Betreut durch"]}`])];
      const status = row["Stand der Dinge"] === "in Klärung" ? "Qualified" : row["Stand der Dinge"];
      return {
        ...{ ...row, "Betreut durch": tenant.userId, "Stand der Dinge": status },
        Bemerkung: notes.filter((text) => text !== "").join("\n"),
      };
    });
    expect(found).toEqual(expected);
    journey.step("take it back");
    await journey.click("Undo the import");
    await journey.click("Undo 30 leads");
    await started.settleUntil("The import was undone");
    endJourney(journey, pages, { clicks: 20 });
    expect(await own.leads.list({}).toArray(5)).toEqual([]);
    // The field is what the user added, and stays.
    expect(await count()).toEqual({ ...before, fields: ["Flottengröße"] });
  });

  itJourney("merges two persons with Enter, and takes it back", async () => {
    const { app, pages } = started;
    const crm = await begin("/crm/persons");
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

  itJourney("adds a field as a column, and changes it beside a second tab", async () => {
    const { app, pages } = started;
    const crm = await begin("/crm/settings/custom-fields?kind=lead");
    const { id } = await crm.leads.create({ first_name: "Ida", last_name: "Berg", company: "Kelp" });
    const journey = startJourney(pages, "Add a field as a column of a list");
    journey.step("a new field, with a column in the list");
    await journey.click("New field");
    await journey.wait("document.activeElement.matches('[role=dialog] form input')");
    await journey.type("Harbour");
    await journey.click("Show it as a column in the list");
    await journey.click("Create");
    await journey.wait("document.querySelector('[role=dialog]') === null");
    endJourney(journey, pages, { clicks: 3, fields: 1 });
    await crm.leads.update(id, { custom_fields: { harbour: "Kiel" } });
    await app.settle();
    await pages.open("/crm/leads");
    const list = startJourney(pages, "See the column");
    list.step("head and value");
    await list.wait(`(() => {
      const heads = [...document.querySelectorAll("[role=columnheader]")].map(({ innerText }) => innerText.trim());
      const row = [...document.querySelectorAll("[role=row]")].find(({ innerText }) => innerText.includes("Ida Berg"));
      return heads.includes("Harbour") && row?.innerText.includes("Kiel") === true;
    })()`);

    const [field] = await crm.customFields.list().toArray(5);
    const path = `/api/v1/custom-fields/${field?.id}`;
    /** What another tab saves meanwhile. */
    const saveElsewhere = (body: object): Promise<unknown> => crm.request("PATCH", path, { body });
    const edit = async (tab: Journey, label: string): Promise<void> => {
      await tab.click("Actions for Harbour");
      await tab.click("Edit");
      await tab.wait("document.activeElement.matches('[role=dialog] form input')");
      await pages.browser.evaluate("document.activeElement.select()");
      await tab.type(label);
    };
    await pages.open("/crm/settings/custom-fields?kind=lead");
    const other = startJourney(pages, "Change a field that another tab changes");
    other.step("another part of the field");
    await edit(other, "Home harbour");
    await saveElsewhere({ help_text: "Where it lies" });
    await other.click("Save");
    await other.wait("document.querySelector('[role=dialog]') === null");
    expect(await crm.request("GET", path)).toMatchObject({ field_label: "Home harbour", help_text: "Where it lies" });
    await saveElsewhere({ field_label: "Harbour" });
    await pages.open("/crm/settings/custom-fields?kind=lead");
    other.step("the same part");
    await edit(other, "Berth");
    await saveElsewhere({ field_label: "Port" });
    await other.click("Save");
    await other.see("Someone changed this to “Port”. Save again to keep yours.");
    await other.click("Save");
    await other.wait("document.querySelector('[role=dialog]') === null");
    endJourney(other, pages, { clicks: 7 });
    expect(await crm.request("GET", path)).toMatchObject({ field_label: "Berth", help_text: "Where it lies" });
  });
});

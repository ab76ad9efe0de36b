import { assignVariant } from "@crm/core/engagement/campaign/ab-test.rules.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Vault } from "@crm/core/storage/vault/vault.ts";
import { describe, expect } from "vitest";
import { hasBrowser } from "../../scripts/browser.ts";
import { requestPage } from "../agreements/share-link/support.ts";
import { addUser, PASSWORD, postalSettings, signUp, type Tenant } from "../support/app.ts";
import { startConsoleApp } from "./console-app.ts";
import { reload } from "./interruptions.ts";
import { type Journey, startJourney } from "./journey.ts";
import { endJourney, itJourney } from "./journey-test.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The members of a campaign by what they get: a variant of the sample, or the winner. */
type Group = "A" | "B" | "rest";
const GROUP_SIZES: Readonly<Record<Group, number>> = { A: 12, B: 12, rest: 16 };
const SAMPLE_PERCENT = 60;
const MEMBER_COUNT = Object.values(GROUP_SIZES).reduce((sum, size) => sum + size);

/** What a user builds once and what then works by itself. */
describe.skipIf(!hasBrowser())("the journeys of automation", () => {
  const started = startConsoleApp();

  /** Advances the clock, and runs what is due by then. */
  const passMinutes = async (minutes: number): Promise<void> => {
    started.app.setClock({ advance: minutes * MINUTE_MS });
    await started.app.settle();
    started.app.setClock({ advance: MINUTE_MS });
    await started.app.settle();
  };
  /** Presses a control of a layer, which stands still by then. */
  const clickInLayer = async (journey: Journey, name: string): Promise<void> => {
    await journey.wait(
      `document.querySelector("[role=dialog]")?.innerText.includes(${JSON.stringify(name)}) && document.getAnimations().length === 0`,
    );
    await journey.click(name);
  };
  /** Types into a list that is searched, and chooses the first answer. */
  const search = async (journey: Journey, text: string, name: string): Promise<void> => {
    await journey.wait("document.activeElement.matches('input[type=search]')");
    await journey.type(text);
    await journey.wait(
      `document.querySelector("[role=option]")?.innerText.startsWith(${JSON.stringify(name)}) && !document.querySelector("[role=dialog] .animate-spin")`,
    );
    await journey.press("Enter");
  };
  /** Types into a combobox, and chooses the first match. */
  const match = async (journey: Journey, text: string, name: string): Promise<void> => {
    await journey.type(text);
    await journey.wait(
      `document.activeElement.value === ${JSON.stringify(text)} && document.querySelector('[role=option]')?.innerText === ${JSON.stringify(name)}`,
    );
    await journey.press("Enter");
    await journey.wait(`document.activeElement.value !== ${JSON.stringify(text)}`);
  };

  itJourney("builds a report, and mails it to a colleague every week", async () => {
    const { app, connect, pages } = started;
    const tenant = await signUp(app, { timezone: "UTC" });
    const crm = connect(tenant);
    const grace = await addUser(app, tenant, "SALES_REP", { first_name: "Grace", last_name: "Hopper" });
    for (const last_name of ["Berg", "Ito", "Lund"]) await crm.leads.create({ last_name, owner_id: grace.id });
    await app.settle();
    await pages.signIn(tenant, "/crm/analytics/reports");
    const journey = startJourney(pages, "Build a report, and mail it to a colleague every week");
    journey.step("a new report about leads");
    await journey.click("New report");
    await journey.wait("document.activeElement.matches('form input[role=combobox]')");
    await match(journey, "leads", "Leads");
    journey.step("divided by status");
    await journey.click("Add a grouping");
    await journey.wait(`document.activeElement.matches("section[aria-label='Group by'] input")`);
    await match(journey, "status", "Status");
    await journey.wait("document.querySelector('section[aria-label=Preview] tfoot')?.innerText.includes('3') === true");
    journey.step("name and save");
    await journey.clickAt("footer input");
    await journey.type("Leads by status");
    await journey.press("Enter");
    await journey.wait(
      "location.pathname.includes('/view/rpt_') && document.querySelector('h1')?.innerText === 'Leads by status'",
    );
    journey.step("every Monday, to a colleague, who sees the report from now on");
    await journey.click("Schedule");
    await clickInLayer(journey, "Add a user…");
    await search(journey, "grace", "Grace Hopper");
    await journey.see("Grace Hopper");
    journey.step("a reload keeps the recipient");
    await reload(pages);
    await journey.click("Schedule");
    await journey.see("Grace Hopper");
    await journey.click("Only me");
    await journey.click("Everyone");
    await journey.click("Schedule the report");
    await journey.see("Next:");
    journey.step("on a new dashboard");
    await journey.press("Escape");
    await journey.click("More actions");
    await journey.click("Add to a dashboard…");
    await clickInLayer(journey, "Name");
    await journey.type("Monday");
    await journey.press("Enter");
    await journey.click("Open");
    await journey.wait(
      "location.search.startsWith('?dashboard=dsh_') && document.querySelector('main figure')?.textContent.includes('New') === true",
    );
    endJourney(journey, pages, { clicks: 14, fields: 5 });

    const [report] = await crm.analytics.reports.list().toArray(5);
    expect(report).toMatchObject({ name: "Leads by status", kind: "lead", visibility: "EVERYONE" });
    const id = String(report?.id);
    await app.settle();
    const [schedule] = await crm.analytics.reports(id).schedules.list().toArray(5);
    expect(schedule).toMatchObject({ frequency: "WEEKLY", weekday: "MON", time: "08:00", format: "xlsx", is_active: true });
    const listMails = () => app.mail.sent(grace.email).filter(({ text }) => text?.includes("?run=") === true);
    expect(listMails()).toEqual([]);
    app.setClock({ now: String(schedule?.next_at) });
    await passMinutes(1);
    await passMinutes(1);
    const [mail, ...others] = listMails();
    expect([mail?.subject, others]).toEqual([`Report: Leads by status ${schedule?.next_at?.slice(0, 10)}`, []]);
    const [, run = ""] = /\?run=(\w+)/.exec(mail?.text ?? "") ?? [];
    const hers = connect({ email: grace.email, password: PASSWORD });
    const { file, rows } = await hers.analytics.reports(id).runs.get(run);
    expect([file?.format, rows]).toEqual(["xlsx", [expect.objectContaining({ count: 3 })]]);
    app.setClock({ advance: 6 * DAY_MS });
    await passMinutes(1);
    expect(listMails()).toHaveLength(1);
    app.setClock({ reset: true });
  });

  itJourney("makes a web form, and puts it on a website", async () => {
    const { app, connect, pages } = started;
    const tenant = await signUp(app, { timezone: "UTC" });
    await pages.signIn(tenant, "/crm/forms");
    const isFormOpen =
      "location.pathname.includes('frm_') && document.querySelector('section[aria-label=Preview] iframe') !== null";
    const readForm = async () => {
      const crm = connect(tenant);
      const [row] = await crm.forms.list().toArray(1);
      return (await crm.forms.get(String(row?.id))) as { key: string; questions: { name: string; is_required: boolean }[] };
    };
    const journey = startJourney(pages, "Put a new form on a website");
    journey.step("a new form, by its name");
    await journey.click("New form");
    await journey.wait("document.activeElement.matches('[role=dialog] input')");
    await journey.type("Ask for a quote");
    await journey.press("Enter");
    await journey.wait(isFormOpen);
    journey.step("one more question, which is required");
    await journey.click("Add a question");
    await journey.click("Own question");
    await journey.wait("document.activeElement.value === 'New question' && getSelection().toString() === 'New question'");
    await journey.type("How many boats?");
    await clickInLayer(journey, "Required");
    await journey.press("Escape");
    journey.step("first of all");
    await journey.wait("document.querySelector('[role=dialog]') === null");
    await journey.click("Actions for How many boats?");
    await journey.click("Move up");
    await journey.click("Save the form");
    await journey.wait("!document.body.innerText.includes('Save the form')");
    journey.step("the code for the website");
    await journey.click("Publish");
    await journey.see("Code with a script");
    await journey.click("Copy the script");
    await journey.see("The code was copied");
    endJourney(journey, pages, { clicks: 15, fields: 2 });
    const form = await readForm();
    expect(form.questions.map(({ name, is_required }) => [name, is_required])).toEqual([
      ["full_name", true],
      ["email", true],
      ["question", true],
      ["description", false],
    ]);
    expect(await pages.browser.evaluate("document.querySelector('textarea').value")).toContain(`/f/${form.key}/embed.js`);

    const other = await signUp(app, { timezone: "UTC" });
    await pages.signIn(other, "/crm/forms");
    const keys = startJourney(pages, "Put a new form on a website by keyboard");
    /** Goes on with Tab until the element with the focus has this name. */
    const tabTo = async (name: string, ...modifiers: readonly "Shift"[]): Promise<void> => {
      const isThere = `[document.activeElement.getAttribute("aria-label"), document.activeElement.innerText?.trim().split("\\n")[0]].includes(${JSON.stringify(name)})`;
      for (let count = 0; count < 60 && !(await pages.browser.evaluate<boolean>(isThere)); count++)
        await keys.press("Tab", ...modifiers);
      await keys.wait(isThere);
    };
    keys.step("`c` opens the form; type, Enter creates it");
    await keys.press("c");
    await keys.wait("document.activeElement.matches('[role=dialog] input')");
    await keys.type("Ask for a quote");
    await keys.press("Enter");
    await keys.wait(isFormOpen);
    keys.step("Alt and an arrow moves a question");
    await tabTo("Editor");
    await keys.press("Tab");
    await keys.press("Tab");
    await keys.wait("document.activeElement.closest('[role=row]') !== null");
    await keys.press("ArrowDown", "Alt");
    await keys.wait("document.querySelector('[data-row]')?.dataset.row === 'email'");
    await tabTo("Save the form");
    await keys.press("Enter");
    await keys.wait("!document.body.innerText.includes('Save the form')");
    await keys.wait("document.activeElement?.closest('main') !== null && document.activeElement !== document.body");
    keys.step("the tab, and its button");
    await tabTo("Editor", "Shift");
    await keys.press("ArrowRight");
    await keys.see("Code with a script");
    await tabTo("Copy the script");
    await keys.press("Enter");
    await keys.see("The code was copied");
    endJourney(keys, pages, { clicks: 0 });
  });

  itJourney("builds a workflow, tests it with a record, and publishes it", async () => {
    const { app, connect, pages } = started;
    const tenant = await signUp(app, { timezone: "UTC" });
    const crm = connect(tenant);
    await crm.leads.create({ first_name: "Ida", last_name: "Berg", company: "Kelp" });
    await app.settle();
    await pages.signIn(tenant, "/crm/workflows");
    const journey = startJourney(pages, "Build a workflow, test it with a record, and publish it");
    journey.step("a new workflow for leads that are created");
    await journey.click("New workflow");
    await clickInLayer(journey, "Start from scratch");
    await journey.wait("document.activeElement.matches('[role=dialog] form input')");
    await journey.type("Call new leads");
    await journey.press("Tab");
    await match(journey, "lea", "Lead");
    await journey.press("Enter");
    await journey.wait("location.pathname.includes('/view/wfl_')");
    journey.step("of one company");
    await journey.click("Filter");
    await journey.click("Company");
    await journey.wait("document.activeElement.matches('[role=dialog] input')");
    await journey.type("Kelp");
    await journey.press("Enter");
    await journey.wait("document.querySelector('[data-step=trigger]')?.innerText.includes('Kelp') === true");
    journey.step("wait a day, create a task");
    await journey.click("Add a step here");
    await journey.click("Wait");
    await journey.wait("document.querySelectorAll('[data-step]').length === 3");
    await journey.click("Add a step here");
    await journey.click("Create a task");
    await journey.wait("document.activeElement.matches('aside input')");
    await journey.type("Call {{record.first_name}}");
    journey.step("test with a lead");
    await journey.click("Test");
    await clickInLayer(journey, "Choose…");
    await search(journey, "ida", "Ida Berg");
    await journey.wait(
      "document.querySelector('section[aria-label=\"Result of the test\"]')?.innerText.includes('Call Ida') === true",
    );
    await journey.press("Escape");
    journey.step("publish");
    await journey.click("Publish draft");
    await clickInLayer(journey, "Publish");
    await journey.see("Version 1 is published");
    endJourney(journey, pages, { clicks: 13, fields: 5 });

    const [workflow] = await crm.workflows.list().toArray(5);
    expect(workflow).toMatchObject({ name: "Call new leads", kind: "lead", status: "ACTIVE" });
    const create = (last_name: string, company: string) => crm.leads.create({ first_name: "Nils", last_name, company });
    const [fitting, other] = [await create("Haugen", "Kelp Ltd"), await create("Lund", "Reef")];
    await app.settle();
    const listTasks = async (id: string) =>
      (await crm.activities.list({ related_to_id: id }).toArray(5)).map(({ subject }) => subject);
    expect(await listTasks(fitting.id)).toEqual([]);
    await passMinutes(24 * 60);
    expect([await listTasks(fitting.id), await listTasks(other.id)]).toEqual([["Call Nils"], []]);
    await journey.click("Enrollments");
    await journey.see("Nils Haugen");
    app.setClock({ reset: true });
  });

  itJourney("tests two subjects of a campaign, and sends the better one to the others", async () => {
    const { app, connect, pages } = started;
    const settings = { timezone: "UTC", quiet_hours: { from: "00:00", to: "00:00" }, mail_opt_in_required: false };
    const tenant = await signUp(app, { ...postalSettings, ...settings });
    const { admin } = tenant;
    const crm = connect(tenant);
    const account = { name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example" };
    const { data: news } = await admin.createMailAccount({ ...account, is_default: true });
    await admin.createMessageTemplate({
      ...{ name: "The season begins", channel: "EMAIL", subject: "The season begins" },
      body_html: '<p>Dear {{contact.first_name}}, <a href="https://harbour.example/berths">reserve your berth</a>.</p>',
    });
    await app.settle();
    await pages.signIn(tenant, "/crm/campaigns");
    const journey = startJourney(pages, "Test two subjects of a campaign, and send the better one to the others");
    journey.step("a new campaign");
    await journey.click("New campaign");
    await journey.wait("document.activeElement.matches('[role=dialog] form input')");
    await journey.type("Season 2027");
    await journey.press("Tab");
    await journey.find("em");
    await journey.press("Enter", "Control");
    await journey.wait("location.pathname.includes('/view/cpg_')");
    journey.step("a test for a segment that is built on the way");
    await journey.click("A/B tests");
    await journey.click("New A/B test");
    await journey.click("Start the campaign");
    await journey.wait("!document.body.innerText.includes('A campaign sends messages while')");
    await journey.click("A segment");
    await journey.click("New segment");
    await journey.wait("document.activeElement.matches('[role=dialog] form input')");
    await journey.type("Boat owners");
    await journey.click("Filter");
    await journey.click("Vip status");
    await journey.click("yes");
    await journey.press("Escape");
    await journey.click("Create");
    await journey.wait("document.querySelector('[role=dialog]') === null");
    await journey.see("Boat owners");
    journey.step("a mail with two subjects");
    await journey.clickAt("form > fieldset:nth-of-type(2) [aria-haspopup=dialog]");
    await search(journey, "season", "The season begins");
    // The fields below the preview stand still once it shows the mail.
    await journey.wait("document.querySelector('form [aria-busy=false] iframe') !== null");
    await journey.clickAt("form ol input");
    await journey.type("Spring is here");
    for (let tab = 0; tab < 3; tab++) await journey.press("Tab");
    await journey.type("Your boat is ready");
    await journey.click("Save as a draft");
    await journey.see("The draft was saved");

    const [campaign] = await crm.campaigns.list().toArray(5);
    const tests = crm.campaigns(String(campaign?.id)).abTests;
    const [draft] = await tests.list().toArray(5);
    const testId = String(draft?.id);
    expect(draft).toMatchObject({ status: "DRAFT", name: "Season 2027" });
    const readers = await addReaders(tenant, testId);

    journey.step("enlarge the sample, check, start");
    await journey.click("Season 2027");
    await journey.see("The test has not started.");
    await journey.click("Edit");
    await journey.click("Share of the sample in percent");
    await journey.press("a", "Control");
    // The browser without a window has no command for these keys.
    await pages.browser.evaluate("document.activeElement.select()");
    await journey.type(String(SAMPLE_PERCENT));
    await journey.press("Tab");
    await journey.press("Tab");
    await journey.type("10");
    await journey.press("Tab");
    await journey.click("Check");
    await journey.see(`${MEMBER_COUNT} persons get the message`);
    await journey.press("Escape");
    await journey.click("Start the test");
    const { A, B, rest } = GROUP_SIZES;
    await journey.see(`Sample: ${A + B} persons (A ${A} · B ${B}). Others: ${rest} persons.`);
    await journey.click("Track");
    await journey.click("Use this for all later mails of the account");
    await journey.click("Start the test");
    await journey.see("The test was started");
    endJourney(journey, pages, { clicks: 24, fields: 8 });
    expect((await admin.getMailAccount({ id: news.id })).data.tracks).toBe(true);

    await passMinutes(6);
    const listSubjects = (group: Group): (string | undefined)[] =>
      readers[group].map((email) =>
        app.mail
          .sent(email)
          .map(({ subject }) => subject)
          .join(),
      );
    expect([new Set(listSubjects("A")), new Set(listSubjects("B")), new Set(listSubjects("rest"))]).toEqual([
      new Set(["Spring is here"]),
      new Set(["Your boat is ready"]),
      new Set([""]),
    ]);
    await passMinutes(5);
    // Most readers of B follow the link, and one of A.
    for (const email of [...readers.A.slice(0, 1), ...readers.B.slice(0, 9)])
      await requestPage(app, /href="([^"]+)"/.exec(app.mail.sent(email)[0]?.html ?? "")?.[1] ?? "");
    await passMinutes(60);
    const { decide_at } = await tests.get(testId);
    app.setClock({ now: String(decide_at) });
    await passMinutes(1);
    await passMinutes(5);
    await started.settleUntil("B won. The others get this variant.");
    await pages.see("B is better than A: 75% against 8.33%");
    await passMinutes(5);
    expect(await tests.get(testId)).toMatchObject({
      ...{ status: "DECIDED", winning_variant: "B", decision: { outcome: "winner", decided_by: null } },
    });
    expect(new Set(listSubjects("rest"))).toEqual(new Set(["Your boat is ready"]));
    expect(new Set(listSubjects("A"))).toEqual(new Set(["Spring is here"]));
    app.setClock({ reset: true });
  });

  /** Adds customers of the segment until each group has its size. A hash of the test and the person decides who is in which, so no count depends on chance. */
  async function addReaders({ id, admin }: Tenant, test: string): Promise<Record<Group, string[]>> {
    const scope = systemContext(started.app.ports, id, "test");
    const computeMac = await runIn(scope, () => Vault.buildMac("email_send"));
    const groups: Record<Group, string[]> = { A: [], B: [], rest: [] };
    for (let count = 1; Object.values(groups).flat().length < MEMBER_COUNT; count++) {
      const email = `reader${count}@mail.example`;
      const named = { customer_type: "INDIVIDUAL", first_name: `Ada${count}`, last_name: "Lund", email };
      const { data: customer } = await admin.createCustomer(named);
      const hash = Buffer.from(computeMac(`${test} ${customer.personal_key_id}`), "base64url");
      const index = assignVariant(hash, { shares: [1, 1], sample_percent: SAMPLE_PERCENT });
      const group: Group = index === "rest" ? index : index === 0 ? "A" : "B";
      if (groups[group].length === GROUP_SIZES[group]) continue;
      groups[group].push(email);
      await admin.updateCustomer({ id: customer.id, vip_status: true });
    }
    await started.app.settle();
    return groups;
  }
});

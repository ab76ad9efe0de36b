import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listSentMails } from "../../service/ticket/support-mail.ts";
import {
  addUser,
  deliverToSubscriber,
  PASSWORD,
  recordPublishedEvents,
  signUp,
  startTestApp,
  type Tenant,
} from "../../support/app.ts";
import {
  type Client,
  createActiveContract,
  createContract,
  createCustomer,
  createRenewingClient,
  readRejection,
} from "./support.ts";

/** One app for each group of tests: the clock only moves forward, and contracts of other groups would renew for years. */
let app: App;
function useAppFrom(now: string): void {
  beforeAll(async () => {
    app = await startTestApp();
    app.setClock({ now });
  });
  afterAll(() => app.stop());
}

/** Runs the sweep once a minute; each sweep finds the next due clock of each contract. */
const runSweepsAt = async (now: string, sweeps = 1): Promise<void> => {
  app.setClock({ now });
  await app.settle();
  for (let more = 1; more < sweeps; more++) {
    app.setClock({ advance: 61_000 });
    await app.settle();
  }
};

async function signUpTenant(settings: Record<string, unknown> = {}): Promise<Tenant> {
  const tenant = await signUp(app, { currency: "EUR", ...settings });
  return { ...tenant, admin: createRenewingClient(app, tenant) };
}

async function addRenewingUser(tenant: Tenant, role: string) {
  const user = await addUser(app, tenant, role);
  return { id: user.id, as: createRenewingClient(app, tenant, { email: user.email, password: PASSWORD }) };
}

const createRunningContract = (tenant: Tenant, more: Record<string, unknown>) =>
  createActiveContract(app, tenant, tenant.admin, more);

const listRenewals = async (as: Client, id: string) => (await as.listContractRenewals({ id, order: "asc" })).data;
const readContract = async (as: Client, id: string) => (await as.getContract({ id })).data;
const listCustomerOpportunities = async (as: Client, customer: string) => (await as.listOpportunities({ customer })).data;

describe("the day of notice", () => {
  useAppFrom("2028-01-01T12:00:00Z");

  it("follows the table: leap days, ends of months, time zones, notice longer than the term", async () => {
    const table = [
      ["UTC", "2028-03-30", 30, "2028-02-29T00:00:00Z"],
      ["Pacific/Kiritimati", "2028-03-31", 31, "2028-02-28T10:00:00Z"],
      ["America/Los_Angeles", "2028-03-31", 31, "2028-02-29T08:00:00Z"],
      ["Europe/Berlin", "2028-03-31", 4, "2028-03-26T22:00:00Z"],
      ["UTC", "2028-01-31", 0, "2028-01-31T00:00:00Z"],
      ["Asia/Kathmandu", "2028-02-29", 0, "2028-02-28T18:15:00Z"],
      // The notice period exceeds the term: notice is due on the first day, and so at once.
      ["UTC", "2028-01-31", 365, "2028-01-01T12:00:01Z"],
    ] as const;
    const tenants = new Map<string, Tenant>();
    for (const [zone] of table) if (!tenants.has(zone)) tenants.set(zone, await signUpTenant({ timezone: zone }));
    const contracts = await Promise.all(
      table.map(async ([zone, end_date, renewal_notice_days, due]) => {
        const tenant = tenants.get(zone) as Tenant;
        const { admin } = tenant;
        const { id } = await createRunningContract(tenant, { start_date: "2028-01-01", end_date, renewal_notice_days });
        return { id, admin, due };
      }),
    );
    for (const { id, admin, due } of contracts.toSorted(
      (contract, otherContract) => Date.parse(contract.due) - Date.parse(otherContract.due),
    )) {
      if (!due.startsWith("2028-01-01")) {
        await runSweepsAt(new Date(Date.parse(due) - 2000).toISOString());
        expect([due, await listRenewals(admin, id)]).toEqual([due, []]);
      }
      await runSweepsAt(new Date(Date.parse(due) + 61_000).toISOString());
      expect([due, (await listRenewals(admin, id)).map(({ status }) => status)]).toEqual([due, ["PROPOSED"]]);
    }
  });
});

describe("a contract without automatic renewal", () => {
  let tenant: Tenant;
  useAppFrom("2028-05-01T09:00:00Z");
  beforeAll(async () => {
    tenant = await signUpTenant();
  });

  it("is proposed once to its owner as an opportunity, and expires", async () => {
    const { admin } = tenant;
    const owner = await addRenewingUser(tenant, "SALES_REP");
    const customer_id = await createCustomer(owner.as);
    const contract = await createRunningContract(tenant, {
      owner_id: owner.id,
      customer_id,
      title: "Moorings",
      start_date: "2028-05-01",
      end_date: "2028-06-30",
      renewal_uplift_percent: "5",
    });
    await runSweepsAt("2028-05-31T00:00:01Z", 2);
    const [opportunity, ...more] = await listCustomerOpportunities(admin, customer_id);
    expect(more).toEqual([]);
    expect(opportunity).toMatchObject({
      name: "Renewal: Moorings",
      type: "RENEWAL",
      owner_id: owner.id,
      amount: "1260.00",
      currency: "EUR",
      close_date: "2028-06-30",
    });
    const [term] = await listRenewals(admin, contract.id);
    expect(term).toMatchObject({
      status: "PROPOSED",
      is_automatic: true,
      opportunity_id: opportunity?.id,
      end_date: "2028-06-30",
      next: null,
    });
    const { data: notifications } = await owner.as.listNotifications({});
    expect(notifications.map(({ type, record_id }) => [type, record_id])).toContainEqual(["contract_renewal_due", contract.id]);
    // The event is delivered again, late.
    for (const event of recordPublishedEvents(app).filter(
      ({ type, record_id }) => type === "contract.notice_due" && record_id === contract.id,
    ))
      await deliverToSubscriber(app, "contract-renewals", event);
    await runSweepsAt("2028-06-30T23:59:00Z");
    expect(await readContract(admin, contract.id)).toMatchObject({ status: "ACTIVE", term_number: 1 });
    await runSweepsAt("2028-07-01T00:01:01Z", 2);
    expect(await readContract(admin, contract.id)).toMatchObject({ status: "EXPIRED", contract_value: "1200.00" });
    expect(await listCustomerOpportunities(admin, customer_id)).toHaveLength(1);
    expect((await listRenewals(admin, contract.id)).map(({ status }) => status)).toEqual(["PROPOSED"]);
  });

  it("is proposed and expires once after the scheduler was down for 40 days", async () => {
    const { admin } = tenant;
    app.setClock({ now: "2028-08-01T09:00:00Z" });
    const customer_id = await createCustomer(admin);
    const contract = await createRunningContract(tenant, {
      customer_id,
      start_date: "2028-08-01",
      end_date: "2028-08-31",
      renewal_notice_days: 10,
    });
    await runSweepsAt("2028-09-30T09:00:00Z", 2);
    expect(await readContract(admin, contract.id)).toMatchObject({ status: "EXPIRED" });
    expect(await listCustomerOpportunities(admin, customer_id)).toHaveLength(1);
    expect(await listRenewals(admin, contract.id)).toHaveLength(1);
  });
});

describe("a contract with automatic renewal", () => {
  let tenant: Tenant;
  let admin: Client;
  useAppFrom("2028-10-31T09:00:00Z");
  beforeAll(async () => {
    tenant = await signUpTenant({ timezone: "Europe/Berlin" });
    admin = tenant.admin;
  });

  it("is decided on the day of notice, continues the day after its end at the new price, with the same terms", async () => {
    const { id } = await createRunningContract(tenant, {
      ...{ start_date: "2028-10-31", duration_months: 1, auto_renew: true, renewal_notice_days: 7 },
      ...{ contract_value: "100.00", monthly_fee: "100.00", renewal_uplift_percent: "10" },
    });
    await runSweepsAt("2028-11-23T00:00:00Z", 2);
    expect(await readContract(admin, id)).toMatchObject({
      end_date: "2028-11-29",
      term_number: 1,
      contract_value: "100.00",
      renewal: { outcome: "RENEW" },
    });
    expect(await listRenewals(admin, id)).toMatchObject([
      {
        status: "PLANNED",
        term_number: 1,
        next: { term_number: 2, start_date: "2028-11-30", end_date: "2028-12-30", contract_value: "110.00" },
      },
    ]);
    await runSweepsAt("2028-11-29T22:59:00Z");
    expect(await readContract(admin, id)).toMatchObject({ status: "ACTIVE", term_number: 1 });
    await runSweepsAt("2028-11-29T23:00:01Z", 2);
    expect(await readContract(admin, id)).toMatchObject({
      ...{ status: "ACTIVE", term_number: 2, start_date: "2028-10-31", term_start_date: "2028-11-30", end_date: "2028-12-30" },
      ...{ contract_value: "110.00", monthly_fee: "110.00", duration_months: 1, renewal: null, notice_date: "2028-12-23" },
      ...{ amendment_count: 0, has_amendments: false },
      changes: [{ kind: "RENEWAL", number: 2, effective_date: "2028-11-30" }],
    });
    const { data: plan } = await admin.getContractPlan({ id });
    expect(plan).toMatchObject({ contract_value: "110.00", instalments: [{ due_date: "2028-11-30", amount: "110.00" }] });
    expect(await listRenewals(admin, id)).toMatchObject([{ status: "BEGUN", contract_value: "100.00" }]);
  });

  it("passes through each term once after the scheduler was down for 40 days", async () => {
    app.setClock({ now: "2029-01-31T09:00:00Z" });
    const { id } = await createRunningContract(tenant, {
      start_date: "2029-01-31",
      duration_months: 1,
      auto_renew: true,
      renewal_notice_days: 5,
      renewal_value: "50.00",
    });
    // The schedule did not run during two term ends and three notice dates.
    await runSweepsAt("2029-04-10T09:00:00Z", 5);
    expect(await readContract(admin, id)).toMatchObject({
      status: "ACTIVE",
      term_number: 3,
      term_start_date: "2029-03-31",
      end_date: "2029-04-29",
      contract_value: "50.00",
    });
    expect((await listRenewals(admin, id)).map(({ status, start_date, end_date }) => [status, start_date, end_date])).toEqual([
      ["BEGUN", "2029-01-31", "2029-02-27"],
      ["BEGUN", "2029-02-28", "2029-03-30"],
    ]);
  });

  it("does not continue after a termination at its last day, and the planned term is void", async () => {
    app.setClock({ now: "2029-05-01T09:00:00Z" });
    const { id } = await createRunningContract(tenant, {
      start_date: "2029-05-01",
      duration_months: 1,
      auto_renew: true,
      renewal_notice_days: 20,
    });
    await runSweepsAt("2029-05-12T09:00:00Z");
    expect(await listRenewals(admin, id)).toMatchObject([{ status: "PLANNED" }]);
    await admin.terminateContract({ id, reason: "They move away", effective_date: "2029-05-31" });
    await runSweepsAt("2029-07-02T09:00:00Z");
    expect(await readContract(admin, id)).toMatchObject({ status: "TERMINATED", term_number: 1, end_date: "2029-05-31" });
    expect(await listRenewals(admin, id)).toMatchObject([{ status: "VOID" }]);
  });

  it("is proposed if auto_renew was cleared before the notice, but not after it", async () => {
    app.setClock({ now: "2029-08-01T09:00:00Z" });
    const { id } = await createRunningContract(tenant, { start_date: "2029-08-01", duration_months: 2, auto_renew: true });
    await admin.updateContract({ id, auto_renew: false });
    await runSweepsAt("2029-09-01T09:00:00Z");
    expect(await listRenewals(admin, id)).toMatchObject([{ status: "PROPOSED", reason: null }]);
    expect(await readRejection(admin.updateContract({ id, auto_renew: true }))).toEqual([409, ["auto_renew"]]);
  });
});

describe("a contract of an individual", () => {
  let tenant: Tenant;
  let admin: Client;
  useAppFrom("2029-11-01T09:00:00Z");
  beforeAll(async () => {
    tenant = await signUpTenant();
    admin = tenant.admin;
  });
  let people = 0;
  async function individual(more: object = {}) {
    const email = `ada${++people}@${tenant.slug}.example`;
    const { data } = await admin.createCustomer({
      customer_type: "individual",
      first_name: "Ada",
      last_name: `Lovelace ${people}`,
      email,
      ...more,
    });
    return { customer_id: data.id, email };
  }
  const term = { start_date: "2029-11-01", end_date: "2030-01-31", auto_renew: true };

  it("does not renew without separate consent", async () => {
    const { customer_id, email } = await individual();
    const { id } = await createRunningContract(tenant, { ...term, customer_id });
    await runSweepsAt("2030-01-02T09:00:00Z");
    expect(await listRenewals(admin, id)).toMatchObject([
      { status: "PROPOSED", reason: expect.stringContaining("has not agreed") },
    ]);
    expect(await listCustomerOpportunities(admin, customer_id)).toMatchObject([{ type: "RENEWAL" }]);
    expect(listSentMails(app, email)).toEqual([]);
  });

  it("renews with consent and a reminder two weeks before", async () => {
    app.setClock({ now: "2030-03-01T09:00:00Z" });
    const { customer_id, email } = await individual();
    const { id } = await createRunningContract(tenant, {
      ...term,
      start_date: "2030-03-01",
      end_date: "2030-05-31",
      auto_renew_agreed: true,
      customer_id,
    });
    await runSweepsAt("2030-04-16T23:59:00Z");
    expect(listSentMails(app, email)).toEqual([]);
    await runSweepsAt("2030-04-17T00:00:01Z", 2);
    const [mail, ...more] = listSentMails(app, email);
    expect(more).toEqual([]);
    expect(mail?.text).toContain("by May 1, 2030");
    expect(await listRenewals(admin, id)).toEqual([]);
    await runSweepsAt("2030-05-01T00:00:01Z", 2);
    expect(await listRenewals(admin, id)).toMatchObject([{ status: "PLANNED", told_on: "2030-04-17" }]);
    await runSweepsAt("2030-06-01T00:00:01Z", 2);
    expect(await readContract(admin, id)).toMatchObject({ status: "ACTIVE", term_number: 2, end_date: "2030-08-31" });
    expect(listSentMails(app, email)).toHaveLength(1);
  });

  it("is proposed if the reminder would be too late or cannot be sent", async () => {
    app.setClock({ now: "2030-09-01T09:00:00Z" });
    const [late, silent] = [await individual(), await individual({ email: undefined, mobile: "+32470000009" })];
    const agreed = {
      start_date: "2030-09-01",
      end_date: "2030-10-10",
      renewal_notice_days: 7,
      auto_renew: true,
      auto_renew_agreed: true,
    };
    const lateContract = await createRunningContract(tenant, { ...agreed, customer_id: late.customer_id });
    const silentContract = await createRunningContract(tenant, { ...agreed, customer_id: silent.customer_id });
    // A notice on 1 October would allow an answer until the 15th, but the term ends on the 10th.
    await runSweepsAt("2030-10-01T09:00:00Z");
    await runSweepsAt("2030-10-03T09:00:00Z");
    expect(await listRenewals(admin, lateContract.id)).toMatchObject([
      { status: "PROPOSED", reason: expect.stringContaining("too late") },
    ]);
    expect(await listRenewals(admin, silentContract.id)).toMatchObject([
      { status: "PROPOSED", reason: expect.stringContaining("NO_ADDRESS") },
    ]);
  });
});

describe("a manual renewal", () => {
  let tenant: Tenant;
  let admin: Client;
  const renew = (id: string, more: object = {}) => admin.renewContract({ id, ...more });
  useAppFrom("2031-01-01T09:00:00Z");
  beforeAll(async () => {
    tenant = await signUpTenant();
    admin = tenant.admin;
  });

  it("follows the proposal, and starts a term with the given values", async () => {
    const { id } = await createRunningContract(tenant, {
      start_date: "2031-01-01",
      end_date: "2031-01-31",
      monthly_fee: "10.00",
    });
    await runSweepsAt("2031-01-02T09:00:00Z");
    expect(await listRenewals(admin, id)).toMatchObject([{ status: "PROPOSED" }]);
    const { data } = await renew(id, { duration_months: 3, contract_value: "45" });
    expect(data).toMatchObject({
      term_number: 1,
      end_date: "2031-01-31",
      renewal: { outcome: "RENEW", wish: { duration_months: 3 } },
    });
    expect(await listRenewals(admin, id)).toMatchObject([
      { status: "PLANNED", is_automatic: false, next: { end_date: "2031-04-30", contract_value: "45.00", monthly_fee: "15.00" } },
    ]);
    expect(await readRejection(renew(id))).toEqual([409, ["renewal"]]);
    await runSweepsAt("2031-02-01T00:00:01Z", 2);
    expect(await readContract(admin, id)).toMatchObject({
      status: "ACTIVE",
      term_number: 2,
      end_date: "2031-04-30",
      contract_value: "45.00",
      duration_months: 3,
    });
  });

  it("requested twice at the same moment happens once", async () => {
    const { id } = await createRunningContract(tenant, { start_date: "2031-01-01", end_date: "2031-12-31" });
    const answers = await Promise.all([readRejection(renew(id)), readRejection(renew(id))]);
    expect(answers).toContainEqual("went through");
    expect(answers).toContainEqual([409, ["renewal"]]);
    expect(await listRenewals(admin, id)).toHaveLength(1);
  });

  it.each([
    [{ duration_months: 3, end_date: "2032-05-31" }, 400, ["end_date"]],
    [{ end_date: "2031-12-31" }, 400, ["end_date"]],
    [{ contract_value: "1.001" }, 400, ["contract_value"]],
    [{ duration_months: 0 }, 400, ["duration_months"]],
    [{ end_date: "2200-01-01" }, 400, ["end_date"]],
  ])("with %j is rejected", async (input, status, fields) => {
    const { id } = await createRunningContract(tenant, { start_date: "2031-01-01", end_date: "2031-12-31" });
    expect(await readRejection(renew(id, input))).toEqual([status, fields]);
  });

  it("needs an active contract that is not terminated", async () => {
    const draft = await createContract(admin);
    expect(await readRejection(renew(draft.id))).toEqual([409, ["status"]]);
    const { id } = await createRunningContract(tenant, { start_date: "2031-01-01", end_date: "2031-12-31" });
    await admin.terminateContract({ id, reason: "Enough", effective_date: "2031-06-01" });
    expect(await readRejection(renew(id))).toEqual([409, ["termination"]]);
  });

  it("needs visibility of the contract and permission to write", async () => {
    const { id } = await createRunningContract(tenant, { start_date: "2031-01-01", end_date: "2031-12-31" });
    const [rep, analyst, stranger] = [
      await addRenewingUser(tenant, "SALES_REP"),
      await addRenewingUser(tenant, "ANALYST"),
      await signUpTenant(),
    ];
    expect(await readRejection(rep.as.renewContract({ id }))).toEqual([404, []]);
    expect(await readRejection(analyst.as.renewContract({ id }))).toEqual([403, []]);
    expect(await readRejection(stranger.admin.renewContract({ id }))).toEqual([404, []]);
  });
});

describe("due lists and the calendar", () => {
  useAppFrom("2031-06-01T09:00:00Z");

  it("contain the days of active contracts that the caller sees, paginated", async () => {
    const tenant = await signUpTenant();
    const { admin } = tenant;
    const rep = await addRenewingUser(tenant, "SALES_REP");
    const days = ["2031-07-15", "2031-08-15", "2031-09-15"];
    const ownContracts = await Promise.all(
      days.map((end_date) => createRunningContract(tenant, { owner_id: rep.id, start_date: "2031-06-01", end_date })),
    );
    const otherContract = await createRunningContract(tenant, {
      start_date: "2031-06-01",
      end_date: "2031-07-20",
      renewal_notice_days: 10,
    });
    await createContract(admin, { start_date: "2031-06-01", end_date: "2031-07-16" });
    const due = async (as: Client, query: object = {}) =>
      (await as.listDueRenewals(query)).data.map(({ id, notice_date, days_left }) => [id, notice_date, days_left]);
    const [first, second, third] = ownContracts.map(({ id }) => id);
    const all = [
      [first, "2031-06-15", 14],
      [otherContract.id, "2031-07-10", 39],
      [second, "2031-07-16", 45],
      [third, "2031-08-16", 76],
    ];
    expect(await due(admin)).toEqual(all);
    expect(await due(rep.as)).toEqual([all[0], all[2], all[3]]);
    expect(await due(admin, { owner: "me" })).toEqual([all[1]]);
    expect(await due(admin, { owner: rep.id, days: 45 })).toEqual([all[0], all[2]]);
    expect(await due(admin, { from: "2031-07-10", to: "2031-07-16" })).toEqual([all[1], all[2]]);
    expect(await due(rep.as, { owner: tenant.userId })).toEqual([]);
    const page = await admin.listDueRenewals({ limit: 3 });
    expect(page.meta).toMatchObject({ total: 4, total_is_lower_bound: true });
    const next = await allowAnyInput(admin).listDueRenewals({ limit: 3, cursor: page.meta.next_cursor });
    expect([...page.data, ...next.data].map(({ id }) => id)).toEqual(all.map(([id]) => id));
    expect(await readRejection(admin.listDueRenewals({ days: 3, to: "2031-07-16" }))).toEqual([400, ["days"]]);
    expect(await readRejection(admin.listDueRenewals({ from: "2031-08-01", to: "2031-07-16" }))).toEqual([400, ["to"]]);

    const calendar = async (as: Client, query: object = {}) =>
      (await as.getContractCalendar(query)).data.map(({ id, day, event }) => [id, day, event]);
    expect(await calendar(admin, { from: "2031-07-10", to: "2031-07-20" })).toEqual([
      [otherContract.id, "2031-07-10", "NOTICE"],
      [first, "2031-07-15", "END"],
      [second, "2031-07-16", "NOTICE"],
      [otherContract.id, "2031-07-20", "END"],
    ]);
    expect(await calendar(rep.as, { from: "2031-07-15", to: "2031-07-20" })).toEqual([
      [first, "2031-07-15", "END"],
      [second, "2031-07-16", "NOTICE"],
    ]);
    const pages: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { data, meta } = await admin.getContractCalendar({
        limit: 3,
        to: "2031-12-31",
        ...(cursor ? { cursor } : {}),
      });
      pages.push(...data.map(({ id, day }) => `${id} ${day}`));
      cursor = meta.next_cursor;
    }
    expect(pages).toHaveLength(8);
    expect(new Set(pages).size).toBe(8);
    expect(await readRejection(admin.getContractCalendar({ from: "2031-07-10", to: "2031-07-09" }))).toEqual([400, ["to"]]);
    expect(await readRejection(admin.getContractCalendar({ from: "2031-07-10", to: "2041-07-09" }))).toEqual([400, ["to"]]);

    // A terminated contract is no longer due, and a reassigned one is due for its new owner.
    await allowAnyInput(admin).terminateContract({ id: first, reason: "Over" });
    await allowAnyInput(admin).updateContract({ id: second, owner_id: tenant.userId });
    expect(await due(rep.as)).toEqual([all[3]]);
    expect((await due(admin)).map(([id]) => id)).toEqual([otherContract.id, second, third]);
  });

  it("say what follows the present term", async () => {
    const tenant = await signUpTenant();
    const { admin } = tenant;
    const outlook = async (id: string) => {
      const { data } = await admin.listDueRenewals();
      const { renewal_outcome, renewal_uplift_percent, next_value, next_end_date, termination_date } =
        data.find((contract) => contract.id === id) ?? expect.fail("The contract is not due");
      return { renewal_outcome, renewal_uplift_percent, next_value, next_end_date, termination_date };
    };
    const raised = await createRunningContract(tenant, {
      ...{ start_date: "2031-06-01", end_date: "2031-08-31", contract_value: "1000.00", renewal_uplift_percent: "10" },
    });
    const undecided = { renewal_uplift_percent: "10", next_end_date: "2031-11-30", termination_date: null };
    expect(await outlook(raised.id)).toEqual({ ...undecided, renewal_outcome: null, next_value: "1100.00" });
    await admin.renewContract({ id: raised.id, contract_value: "1250.00", duration_months: 6 });
    const renewed = { ...undecided, renewal_outcome: "RENEW", next_value: "1250.00", next_end_date: "2032-02-29" };
    expect(await outlook(raised.id)).toEqual(renewed);
    await admin.terminateContract({ id: raised.id, reason: "Sold", effective_date: "2031-07-01" });
    expect(await outlook(raised.id)).toEqual({ ...renewed, termination_date: "2031-07-01" });
  });
});

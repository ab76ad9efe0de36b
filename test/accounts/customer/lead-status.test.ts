import { onLeadChanges } from "@crm/core/accounts/customer/lead-status.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";
import { createTestRandom } from "../../support/random.ts";

/** The status of an individual customer's newest open lead, stored on the customer row. */

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
});
afterAll(() => app.stop());

let personCount = 0;
const personInput = () => ({
  first_name: "Some",
  last_name: `Body ${++personCount}`,
  email: `body${personCount}@status.example`,
});
const bantFields = { budget: "1000.00", authority: "Self", need: "Yes", timeline: "Now", company: null };
type Client = Tenant["admin"];

async function createLead(person: object, more: object = {}, as: Client = tenant.admin) {
  return (await as.createLead(newLead({ ...bantFields, ...person, ...more }))).data;
}
const createIndividual = async (personal_key_id: string, as: Client = tenant.admin) =>
  (await as.createCustomer({ customer_type: "individual", personal_key_id })).data.id;
const readLeadStatus = async (id: string, as: Client = tenant.admin) => {
  await app.settle();
  return (await as.getCustomer({ id })).data.lead_status;
};
const convertLead = (id: string) => tenant.admin.convertLead({ id, override_reason: "Known" });

describe("the lead status of a customer", () => {
  it("is the status of the person's newest unconverted lead, also in list filters", async () => {
    const person = personInput();
    const first = await createLead(person);
    const id = await createIndividual(first.personal_key_id);
    expect(await readLeadStatus(id)).toBe("new");
    const second = await createLead(person, { lead_status_id: "contacted" });
    expect(await readLeadStatus(id)).toBe("contacted");
    await tenant.admin.setLeadStatus({ id: first.id, lead_status_id: "qualified" });
    expect(await readLeadStatus(id)).toBe("contacted");
    await tenant.admin.deleteLead({ id: second.id });
    expect(await readLeadStatus(id)).toBe("qualified");
    await tenant.admin.restoreLead({ id: second.id });
    expect(await readLeadStatus(id)).toBe("contacted");
    const { data } = await tenant.admin.listCustomers({ "lead_status[eq]": "contacted" });
    expect(data.map((customer) => customer.id)).toEqual([id]);
    await convertLead(second.id);
    expect(await readLeadStatus(id)).toBe("qualified");
    await convertLead(first.id);
    expect(await readLeadStatus(id)).toBeNull();
    expect((await tenant.admin.getCustomer({ id })).data.potential_status).toBeNull();
  });

  it("is null for a business, and for a converted customer until there is another lead", async () => {
    const { data } = await convertLead((await createLead(personInput(), { company: "Firm of status" })).id);
    expect(await readLeadStatus(data.customer.id)).toBeNull();
    const person = personInput();
    const { data: result } = await convertLead((await createLead(person)).id);
    expect(await readLeadStatus(result.customer.id)).toBeNull();
    await createLead(person, { lead_status_id: "contacted" });
    expect(await readLeadStatus(result.customer.id)).toBe("contacted");
  });

  it("follows a merge of persons and its undo", async () => {
    const [survivorLead, mergedLead] = [
      await createLead(personInput()),
      await createLead(personInput(), { lead_status_id: "qualified" }),
    ];
    const id = await createIndividual(survivorLead.personal_key_id);
    const mergeParams = { id: survivorLead.personal_key_id, merged_id: mergedLead.personal_key_id };
    await tenant.admin.mergePersons(mergeParams);
    expect(await readLeadStatus(id)).toBe("qualified");
    await tenant.admin.unmergePersons(mergeParams);
    expect(await readLeadStatus(id)).toBe("new");
  });

  it("is refreshed when a deleted customer is restored", async () => {
    const person = personInput();
    const { personal_key_id } = await createLead(person);
    const id = await createIndividual(personal_key_id);
    await app.settle();
    await tenant.admin.deleteCustomer({ id });
    await createLead(person, { lead_status_id: "contacted" });
    await app.settle();
    await tenant.admin.restoreCustomer({ id });
    expect(await readLeadStatus(id)).toBe("contacted");
  });

  it("is null while the customer has limited sight of the person, until access is granted", async () => {
    const person = personInput();
    const { personal_key_id } = await createLead(person);
    const rep = await addUser(app, tenant, "SALES_REP");
    const response = await rep.client.createCustomer({ customer_type: "individual", name: "Typed", ...person });
    const { id } = response.data;
    expect(response.data).toMatchObject({ person_sight: "LIMITED", personal_key_id });
    expect(await readLeadStatus(id, rep.client)).toBeNull();
    await createLead(person, { lead_status_id: "contacted" });
    expect(await readLeadStatus(id, rep.client)).toBeNull();
    await tenant.admin.grantPersonSight({ id: personal_key_id, record_id: id });
    expect(await readLeadStatus(id, rep.client)).toBe("contacted");
  });

  it("is correct although one writer read stale leads", async () => {
    const lead = await createLead(personInput());
    const id = await createIndividual(lead.personal_key_id);
    await app.settle();
    const { version } = (await tenant.admin.getCustomer({ id })).data;
    const { database } = app.ports;
    const send = database.send.bind(database);
    let stale = true;
    database.send = async (command, scope) => {
      const answer = await send(command, scope);
      const { input = {} } = command as { input?: { ProjectionExpression?: string; ConsistentRead?: boolean } };
      const { ProjectionExpression, ConsistentRead } = input;
      const items = (answer as { Items?: Record<string, unknown>[] }).Items;
      if (!stale || !items?.some(({ sk }) => sk === lead.id) || !ProjectionExpression) return answer;
      expect(ConsistentRead).toBe(true);
      stale = false;
      return { ...(answer as object), Items: [] };
    };
    const change = { before: undefined, after: lead };
    await runIn(systemContext(app.ports, tenant.id, "stream"), () => onLeadChanges([partOf(change), partOf(change)]));
    database.send = send;
    expect(stale).toBe(false);
    expect((await tenant.admin.getCustomer({ id })).data).toMatchObject({ lead_status: "new", version: version + 2 });
  });
});

describe("many leads", () => {
  it("match a plain computation after concurrent changes", async () => {
    const chance = createTestRandom("Lead status of customers");
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const freshTenant = await signUp(app);
    const { data: key } = await freshTenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
    const crm = createClient(inProcessTransport(app, key.key));
    const persons = [personInput(), personInput(), personInput()];
    const ids: string[] = [];
    const status = () => pick(["new", "contacted", "qualified", "disqualified"]);
    for (const person of persons) ids.push((await createLead(person, { lead_status_id: status() }, crm)).id);
    const personIds = await Promise.all(ids.map(async (id) => (await crm.getLead({ id })).data.personal_key_id));
    const customers = await Promise.all(personIds.map((person) => createIndividual(person, crm)));
    const act = async (): Promise<void> => {
      const [id, turn] = [pick(ids), chance()];
      if (turn < 0.25) ids.push((await createLead(pick(persons), { lead_status_id: status() }, crm)).id);
      else if (turn < 0.4) await crm.deleteLead({ id });
      else if (turn < 0.55) await crm.restoreLead({ id });
      else if (turn < 0.65) await crm.convertLead({ id, override_reason: "Known" });
      else if (turn < 0.7) await crm.deleteCustomer({ id: pick(customers) });
      else if (turn < 0.75) await crm.restoreCustomer({ id: pick(customers) });
      else await crm.setLeadStatus({ id, lead_status_id: status() });
    };
    let checkedCount = 0;
    // If every customer was deleted, no status is compared; the loop continues until some were.
    for (let burst = 0; burst < 6 || (checkedCount <= 5 && burst < 30); burst++) {
      await Promise.allSettled(Array.from({ length: 6 }, act));
      const described = customers.map((id) => crm.updateCustomer({ id, description: `Burst ${burst}` }));
      await Promise.all([app.settle(), Promise.allSettled(described)]);
      const all = (await crm.listLeads({ limit: 100, expand: ["labels"] })).data as unknown as LeadView[];
      for (const id of customers) {
        const customer = await crm.getCustomer({ id }).catch(() => undefined);
        if (!customer) continue;
        const personLeads = all.filter((lead) => lead.personal_key_id === customer.data.personal_key_id && !lead.is_converted);
        const newest = personLeads.sort((a, b) => (a.created_at < b.created_at ? 1 : -1))[0];
        expect(customer.data.lead_status).toBe(newest?.expanded.lead_status_id.code ?? null);
        if (newest) checkedCount++;
      }
    }
    expect(checkedCount).toBeGreaterThan(5);
  });
});

interface LeadView {
  personal_key_id: string;
  is_converted: boolean;
  created_at: string;
  expanded: { lead_status_id: { code: string } };
}

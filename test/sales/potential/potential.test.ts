import { Potentials } from "@crm/core/sales/potential/potential.entity.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readErrorFile, sendFile } from "../../platform/import/support.ts";
import {
  addUser,
  createCampaign,
  isRecordWrite,
  newLead,
  signUp,
  startTestApp,
  storeFormerValues,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
let rep: TestUser;
let colleague: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  otherTenant = await signUp(app);
  [rep, colleague] = await Promise.all([addUser(app, tenant, "SALES_REP"), addUser(app, tenant, "SALES_REP")]);
});
afterAll(() => app.stop());

type Client = Tenant["admin"];
let personCount = 0;
const createPerson = async (as: Client = tenant.admin) =>
  (await as.createPerson({ first_name: "Ida", last_name: `Lund ${++personCount}` })).data.id;
const createPotential = async (more: object = {}, as: Client = tenant.admin) =>
  (await as.createPotential({ personal_key_id: await createPerson(as), ...more })).data;
const catchRejection = async (request: Promise<unknown>) =>
  request.then(
    () => "went through",
    ({ status, code, details }: { status: number; code: string; details?: { field: string; message: string }[] }) => ({
      status,
      code,
      fields: (details ?? []).map(({ field }) => field),
    }),
  );
const listIds = ({ data }: { data: readonly { id: string }[] }) => data.map(({ id }) => id);

describe("a potential", () => {
  it("has all documented fields, amounts in the format of its currency, and its person", async () => {
    const [personal_key_id, campaign_id] = [await createPerson(), await createCampaign(tenant.admin)];
    const { data } = await tenant.admin.createPotential({
      personal_key_id,
      status: "open",
      stage: "interested",
      priority: "high",
      campaign_id,
      estimated_value: "1200.00",
      currency: "JPY",
      probability_score: 40,
      expected_close_date: "2030-05-01",
      interested_products: ["Boat cover", "Boat cover", "Hull policy"],
    });
    expect(data).toMatchObject({
      personal_key_id,
      assigned_to: tenant.userId,
      status: "open",
      stage: "interested",
      priority: "high",
      campaign_id,
      estimated_value: "1200",
      currency: "JPY",
      probability_score: 40,
      expected_close_date: "2030-05-01",
      interested_products: ["Boat cover", "Hull policy"],
      converted_to_order_id: null,
      converted_at: null,
    });
    expect(data.potential_number).toMatch(/^PT-\d{4}-\d{6}$/);
    expect(Object.keys(data)).not.toContain("status_stage");
    const { data: updatedPotential } = await tenant.admin.updatePotential({
      id: data.id,
      status: "on_hold",
      currency: "EUR",
    });
    expect(updatedPotential).toMatchObject({ status: "on_hold", estimated_value: "1200.00", stage: "interested" });
    expect(await catchRejection(tenant.admin.updatePotential({ id: data.id, estimated_value: "1.005" }))).toMatchObject({
      status: 400,
      fields: ["estimated_value"],
    });
  });

  it("requires a person that the caller can see and a known status", async () => {
    const unseen = await createPerson(colleague.client);
    const foreign = await createPerson(otherTenant.admin);
    for (const personal_key_id of [unseen, foreign, "per_000000000000000000"])
      expect(await catchRejection(rep.client.createPotential({ personal_key_id }))).toMatchObject({
        status: 400,
        fields: ["personal_key_id"],
      });
    expect(await catchRejection(tenant.admin.createPotential({}))).toMatchObject({
      status: 400,
      fields: ["personal_key_id"],
    });
    const invalidInput = { personal_key_id: await createPerson(), status: "gone", stage: "none", probability_score: 101 };
    const { fields } = (await catchRejection(tenant.admin.createPotential(invalidInput))) as { fields: string[] };
    expect(fields.sort()).toEqual(["probability_score", "stage", "status"]);
  });

  it("is visible with its person to its assignee, but not to colleagues or other tenants", async () => {
    const potential = await createPotential({ assigned_to: rep.id });
    expect((await rep.client.getPerson({ id: potential.personal_key_id })).data.id).toBe(potential.personal_key_id);
    expect((await rep.client.getPotential({ id: potential.id })).data.id).toBe(potential.id);
    for (const as of [colleague.client, otherTenant.admin]) {
      expect(await catchRejection(as.getPotential({ id: potential.id }))).toMatchObject({ status: 404 });
      expect(await catchRejection(as.convertPotential({ id: potential.id, to: "order", order_reference: "SO-1" }))).toMatchObject(
        {
          status: 404,
        },
      );
    }
    expect(await catchRejection(rep.client.updatePotential({ id: potential.id, assigned_to: colleague.id }))).toMatchObject({
      status: 403,
      fields: ["assigned_to"],
    });
    await app.settle();
    expect(listIds(await colleague.client.listPotentials({}))).toEqual([]);
    const { data: view } = await rep.client.getPerson360({ id: potential.personal_key_id });
    expect(view.potentials.map(({ id }) => id)).toEqual([potential.id]);
  });

  it("can be listed by each indexed field and sort order", async () => {
    const { admin } = await signUp(app);
    const [firstPerson, secondPerson] = [await createPerson(admin), await createPerson(admin)];
    const [spring, autumn] = [await createCampaign(admin), await createCampaign(admin, "Autumn")];
    const potentialIds: string[] = [];
    for (const more of [
      { personal_key_id: firstPerson, status: "open", stage: "contacted", campaign_id: spring, estimated_value: "900" },
      { personal_key_id: firstPerson, status: "open", stage: "evaluating", campaign_id: autumn, estimated_value: "10000" },
      {
        personal_key_id: secondPerson,
        status: "lost",
        stage: "contacted",
        campaign_id: spring,
        expected_close_date: "2030-01-02",
      },
      {
        personal_key_id: secondPerson,
        status: "open",
        stage: "contacted",
        expected_close_date: "2030-01-01",
        interested_products: ["Keel"],
      },
    ])
      potentialIds.push((await admin.createPotential(more)).data.id);
    await app.settle();
    const [first, second, third, fourth] = potentialIds as [string, string, string, string];
    const listed = async (query: object) => {
      const { data, meta } = await allowAnyInput(admin).listPotentials(query);
      expect(meta.total).toBe(data.length);
      return listIds({ data });
    };
    expect(await listed({ status: "open", stage: "contacted" })).toEqual([fourth, first]);
    expect(await listed({ "status[eq]": "open", stage: "contacted" })).toEqual([fourth, first]);
    expect(await listed({ stage: "contacted" })).toEqual([fourth, third, first]);
    expect(await listed({ campaign: spring })).toEqual([third, first]);
    expect(await listed({ person: firstPerson })).toEqual([second, first]);
    expect(await listed({ owner: "none" })).toEqual([]);
    expect(await listed({ "expected_close_date[lte]": "2030-01-01" })).toEqual([fourth]);
    expect(await listed({ search: "keel" })).toEqual([fourth]);
    expect((await listed({ sort: "-estimated_value" })).slice(0, 2)).toEqual([second, first]);
    expect((await listed({ sort: "expected_close_date", order: "asc" })).slice(0, 2)).toEqual([fourth, third]);
    expect(listIds(await admin.listPersonPotentials({ id: secondPerson }))).toEqual([fourth, third]);
    await admin.mergePersons({ id: firstPerson, merged_id: secondPerson });
    expect(listIds(await admin.listPersonPotentials({ id: firstPerson }))).toEqual([fourth, third, second, first]);
    const late = (await admin.createPotential({ personal_key_id: secondPerson })).data;
    expect(late.personal_key_id).toBe(firstPerson);
  });
});

describe("a campaign that an earlier release stored as a text", () => {
  it("is read, filtered and kept as it is, while new texts are rejected", async () => {
    const { id } = await createPotential();
    await storeFormerValues(app, tenant, Potentials, id, { campaign_id: "spring-25" });
    await app.settle();
    expect((await tenant.admin.getPotential({ id })).data.campaign_id).toBe("spring-25");
    expect(listIds(await tenant.admin.listPotentials({ campaign: "spring-25" }))).toEqual([id]);
    expect(listIds(await tenant.admin.listPotentials({ "campaign_id[prefix]": "spring-" }))).toEqual([id]);
    const { data } = await tenant.admin.updatePotential({ id, campaign_id: "spring-25", stage: "contacted" });
    expect(data).toMatchObject({ campaign_id: "spring-25", stage: "contacted" });
    const rejection = { status: 400, code: "VALIDATION_ERROR", fields: ["campaign_id"] };
    expect(await catchRejection(tenant.admin.updatePotential({ id, campaign_id: "spring-26" }))).toEqual(rejection);
    expect(await catchRejection(createPotential({ campaign_id: "spring-25" }))).toEqual(rejection);
  });

  it("is taken over by the opportunity or the order that the potential becomes", async () => {
    const createFormer = async () => {
      const personal_key_id = await createPerson();
      await tenant.admin.createCustomer({ customer_type: "individual", personal_key_id });
      const { id } = await createPotential({ personal_key_id, estimated_value: "500.00" });
      await storeFormerValues(app, tenant, Potentials, id, { campaign_id: "spring-25" });
      return id;
    };
    const { data: sold } = await tenant.admin.convertPotential({ id: await createFormer(), to: "opportunity" });
    const { data: opportunity } = await tenant.admin.getOpportunity({ id: String(sold.converted_opportunity_id) });
    expect(opportunity.source_campaign_id).toBe("spring-25");
    const { data: made } = await tenant.admin.createOrder({ opportunity_id: opportunity.id });
    expect(made.campaign_id).toBe("spring-25");
    const { data: ordered } = await tenant.admin.convertPotential({ id: await createFormer(), to: "order" });
    const { data: order } = await tenant.admin.getOrder({ id: String(ordered.converted_to_order_id) });
    expect(order.campaign_id).toBe("spring-25");
  });
});

describe("a conversion", () => {
  it("to an order happens once in concurrent requests, and later ones return 409 with the outcome", async () => {
    const { id } = await createPotential();
    const requests = ["SO-1", "SO-2", "SO-3"].map((order_reference) =>
      tenant.admin.convertPotential({ id, to: "order", order_reference }),
    );
    const outcomes = await Promise.allSettled(requests);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const { data } = await tenant.admin.getPotential({ id });
    expect(data).toMatchObject({ status: "won", version: 2, converted_at: expect.any(String), converted_opportunity_id: null });
    for (const again of [
      () => tenant.admin.convertPotential({ id, to: "order", order_reference: "SO-9" }),
      () => tenant.admin.updatePotential({ id, status: "lost" }),
    ]) {
      const error = (await again().catch((reason: unknown) => reason)) as { status: number; details: unknown };
      expect([error.status, error.details]).toEqual([
        409,
        [{ field: "converted_to_order_id", message: data.converted_to_order_id }],
      ]);
    }
    await tenant.admin.createNote({ related_to_id: id, content: "Paid at once" });
  });

  it("to an opportunity creates one opportunity for the customer of the person once, and stores its id", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const { data: customer } = await tenant.admin.createCustomer({ name: "Fjord" });
    const { data: contact } = await tenant.admin.createContact({
      personal_key_id: lead.personal_key_id,
      customer_id: customer.id,
    });
    const fields = { estimated_value: "500.00", expected_close_date: "2030-02-03", interested_products: ["Keel", "Mast"] };
    const campaign_id = await createCampaign(tenant.admin);
    const { id } = await createPotential({
      personal_key_id: lead.personal_key_id,
      assigned_to: rep.id,
      campaign_id,
      ...fields,
    });
    // A change between read and write: the conversion uses the new values.
    const { database } = app.ports;
    const send = database.send.bind(database);
    let isDone = false;
    database.send = async (command, scope) => {
      if (!isDone && isRecordWrite(command) && JSON.stringify(command).includes('"opp_')) {
        isDone = true;
        await tenant.admin.updatePotential({ id, estimated_value: "700.00" });
      }
      return send(command, scope);
    };
    const { data: converted } = await tenant.admin.convertPotential({ id, to: "opportunity" }).finally(() => {
      database.send = send;
    });
    expect(isDone).toBe(true);
    expect(converted).toMatchObject({ status: "won", converted_to_order_id: null });
    const { data: opportunity } = await tenant.admin.getOpportunity({ id: String(converted.converted_opportunity_id) });
    expect(opportunity).toMatchObject({
      name: "Keel, Mast",
      customer_id: customer.id,
      contact_id: contact.id,
      amount: "700.00",
      close_date: "2030-02-03",
      owner_id: rep.id,
      source_campaign_id: campaign_id,
    });
    await app.settle();
    expect(listIds(await tenant.admin.listOpportunities({ customer: customer.id }))).toEqual([opportunity.id]);
    expect(await catchRejection(tenant.admin.convertPotential({ id, to: "opportunity" }))).toEqual({
      status: 409,
      code: "CONFLICT",
      fields: ["converted_opportunity_id"],
    });
  });

  it("to an opportunity requires a customer; otherwise it is rejected and nothing is written", async () => {
    const { id } = await createPotential();
    expect(await catchRejection(tenant.admin.convertPotential({ id, to: "opportunity" }))).toEqual({
      status: 422,
      code: "RULE_VIOLATION",
      fields: ["opportunity.customer_id"],
    });
    const { data: lead } = await tenant.admin.createLead(newLead({ owner_id: rep.id }));
    const { data: hidden } = await tenant.admin.createCustomer({ name: "Not of the rep" });
    await tenant.admin.createContact({ personal_key_id: lead.personal_key_id, customer_id: hidden.id });
    const repPotential = await createPotential({ personal_key_id: lead.personal_key_id }, rep.client);
    expect(await catchRejection(rep.client.convertPotential({ id: repPotential.id, to: "opportunity" }))).toMatchObject({
      status: 422,
    });
    expect((await tenant.admin.getPotential({ id })).data).toMatchObject({ version: 1, converted_at: null });
  });
});

describe("the potential status of a customer", () => {
  it("is the status of the newest potential of the person whose status is not final", async () => {
    const { admin } = await signUp(app);
    const personal_key_id = await createPerson(admin);
    const { data: customer } = await admin.createCustomer({ customer_type: "individual", personal_key_id });
    const readPotentialStatus = async () => {
      await app.settle();
      return (await admin.getCustomer({ id: customer.id })).data.potential_status;
    };
    expect(await readPotentialStatus()).toBeNull();
    const first = (await admin.createPotential({ personal_key_id, status: "on_hold" })).data;
    const second = (await admin.createPotential({ personal_key_id })).data;
    expect(await readPotentialStatus()).toBe("new");
    expect(listIds(await admin.listCustomers({ "potential_status[eq]": "new" }))).toEqual([customer.id]);
    await admin.convertPotential({ id: second.id, to: "order", order_reference: "SO-1" });
    expect(await readPotentialStatus()).toBe("on_hold");
    await admin.deletePotential({ id: first.id });
    expect(await readPotentialStatus()).toBeNull();
    await admin.restorePotential({ id: first.id });
    expect(await readPotentialStatus()).toBe("on_hold");
    const another = await createPerson(admin);
    await admin.createPotential({ personal_key_id: another, status: "open" });
    const mergeInput = { id: personal_key_id, merged_id: another };
    await admin.mergePersons(mergeInput);
    expect(await readPotentialStatus()).toBe("open");
    await admin.unmergePersons(mergeInput);
    expect(await readPotentialStatus()).toBe("on_hold");
  });
});

describe("imports of potentials", () => {
  it("identify the person by external key, and name the errors of a row", async () => {
    const { data } = await tenant.admin.createPerson({ first_name: "Ole", last_name: "Fil", external_key: "ext-ole" });
    const csv = "external_key,status,estimated_value,interested_products\next-ole,open,12.50,Keel\nnobody,open,1,\n";
    const { data: job, error } = await sendFile(app, tenant.token, "/potentials/import", csv);
    expect(error).toBeUndefined();
    await app.settle();
    expect((await tenant.admin.getImport({ id: String(job.import_id) })).data).toMatchObject({ created: 1, failed: 1 });
    expect(await readErrorFile(app, tenant.token, String(job.import_id))).toContain("No person has this external key");
    expect((await tenant.admin.listPersonPotentials({ id: data.id })).data).toMatchObject([
      { status: "open", estimated_value: "12.50", interested_products: ["Keel"] },
    ]);
  });
});

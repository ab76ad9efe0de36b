import { CUSTOMER } from "@crm/core/accounts/customer/customer.kind.ts";
import { id, listRecordReferences, patchSchema, reference, toStoredShape, typedReference } from "@crm/core/kernel/schema.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { USER } from "@crm/core/platform/user/user.kind.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { readErrorFile, requestJson, runImport, toCsv } from "../../platform/import/support.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** References between records: the target exists, the caller can see it, and it is not deleted while it is referenced. */

let app: App;
let tenant: Tenant;
let rep: TestUser;
let person: string;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  rep = await addUser(app, tenant, "SALES_REP");
  person = (await rep.client.createLead(newLead())).data.personal_key_id;
});
afterAll(() => app.stop());

/** Sends a request and returns its status and error details. */
async function sendRequest(token: string, method: string, path: string, body?: unknown) {
  const { status, error, data } = await requestJson(app, token, method, path, body);
  return { status, details: error?.details ?? [], data };
}
let firmCount = 0;
const createCompany = async (as = tenant.admin) =>
  (await as.createCustomer({ customer_type: "business", name: `Firm ${++firmCount}` })).data;
const buildInteraction = (more: object) => ({ personal_key_id: person, interaction_type_id: "call", ...more });

describe("R5 references in a schema", () => {
  const fields = {
    described: id(CUSTOMER).describe("Of its own"),
    left_out: id(CUSTOMER).nullish(),
    several: z.array(id(USER)).default([]),
    since: reference(PERSON).nullish().describe("Once it was free"),
    free: reference().nullish(),
    typed: z.array(typedReference(z.strictObject({ type: z.string(), id: z.string() }), { user: USER })).default([]),
  };
  const values = {
    described: "a",
    left_out: "b",
    several: ["c", "d"],
    since: "e",
    free: "f",
    typed: [
      { type: "user", id: "g" },
      { type: "other", id: "h" },
    ],
  };
  it.each([
    ["in input", fields],
    ["in a patch", patchSchema(fields).shape],
    ["as it is stored", toStoredShape(fields)],
  ])("is known %s", (_, shape) => {
    expect(listRecordReferences(shape, values).map(({ path, kind, id }) => `${path} ${kind} ${id}`)).toEqual([
      "described customer a",
      "left_out customer b",
      "several[0] user c",
      "several[1] user d",
      "since person e",
      "typed[0].id user g",
    ]);
  });
});

describe("R5 a record referenced by an input", () => {
  it("must exist in every kind of input, and all errors are reported at once", async () => {
    const nonsense = {
      customer_id: "foreign-id",
      opportunity_id: "nonsense",
      ticket_id: "tic_000000000000000000",
      participants: [
        { type: "contact", id: "ctc_nonsense" },
        { type: "person", id: "per_nonsense" },
        { type: "user", id: rep.id },
      ],
    };
    const invalidFields = ["customer_id", "opportunity_id", "participants[0].id", "participants[1].id", "ticket_id"];
    const { data: ownInteraction } = await rep.client.createInteraction(buildInteraction({}));
    for (const [method, path] of [
      ["POST", "/interactions"],
      ["PATCH", `/interactions/${ownInteraction.id}`],
      ["PUT", `/interactions/${ownInteraction.id}`],
    ] as const) {
      const { personal_key_id: _, ...patchBody } = buildInteraction(nonsense);
      const response = await sendRequest(rep.token, method, path, method === "POST" ? buildInteraction(nonsense) : patchBody);
      expect([response.status, response.details.map(({ field }) => field).sort()]).toEqual([400, invalidFields]);
    }
  });

  it("M6 must be visible to the caller: the health score of a colleague's customer is unchanged", async () => {
    const customer = await createCompany();
    const ownCustomer = await createCompany(rep.client as Tenant["admin"]);
    const { health_score: before } = (await tenant.admin.getCustomer360({ id: customer.id })).data;
    const complaint = { feedback_type: "COMPLAINT", customer_id: customer.id };
    const response = await sendRequest(rep.token, "POST", "/interactions", buildInteraction(complaint));
    expect(response).toMatchObject({ status: 400, details: [{ field: "customer_id", message: "No such customer" }] });
    const { data } = await rep.client.createInteraction(buildInteraction({ customer_id: ownCustomer.id }));
    expect((await sendRequest(rep.token, "PATCH", `/interactions/${data.id}`, complaint)).status).toBe(400);
    await app.settle();
    expect((await tenant.admin.getCustomer360({ id: customer.id })).data.health_score).toBe(before);
    // An existing reference is not checked again, so a user who no longer sees its target can still change other fields.
    const { data: otherInteraction } = await tenant.admin.createInteraction(buildInteraction({ customer_id: customer.id }));
    expect((await sendRequest(rep.token, "PATCH", `/interactions/${otherInteraction.id}`, { subject: "Again" })).status).not.toBe(
      400,
    );
  });

  it("can be a ticket, and users who can see the ticket see its interactions", async () => {
    const help = (as: Tenant["admin"]) =>
      as.createTicket({ subject: "Help", description: "It is late", requester: { email: "ann@kelp.example" } });
    const [ownTicket, otherTicket] = [await help(rep.client as Tenant["admin"]), await help(tenant.admin)];
    for (const [id, user_id] of [
      [ownTicket.data.id, rep.id],
      [otherTicket.data.id, tenant.userId],
    ] as const)
      await tenant.admin.assignTicket({ id, assigned_to_id: user_id });
    const response = await sendRequest(rep.token, "POST", "/interactions", buildInteraction({ ticket_id: otherTicket.data.id }));
    expect(response).toMatchObject({ status: 400, details: [{ field: "ticket_id", message: "No such ticket" }] });
    // The seller does not see the person, but sees interactions about their own ticket.
    const { data: stranger } = await tenant.admin.createLead(newLead());
    const logInteraction = async (ticket_id: string) =>
      (
        await tenant.admin.createInteraction(
          buildInteraction({ personal_key_id: stranger.personal_key_id, subject: "Asked again", ticket_id }),
        )
      ).data.id;
    const [visibleId, hidden] = [await logInteraction(ownTicket.data.id), await logInteraction(otherTicket.data.id)];
    await app.settle();
    const links = { ticket: `/api/v1/support/tickets/${ownTicket.data.id}` };
    expect(await sendRequest(rep.token, "GET", `/interactions/${visibleId}`)).toMatchObject({ status: 200, data: { links } });
    expect((await sendRequest(rep.token, "GET", `/interactions/${hidden}`)).status).toBe(404);
    const { data } = await rep.client.listInteractions({ search: "again" });
    expect(data.map(({ id }) => id)).toEqual([visibleId]);
    expect((await rep.client.listInteractions({ ticket: ownTicket.data.id })).data.map(({ id }) => id)).toEqual([visibleId]);
    expect((await rep.client.listInteractions({ ticket: otherTicket.data.id })).data).toEqual([]);
  });

  it("is the surviving person if it was merged", async () => {
    const [survivor, mergedPerson] = await Promise.all(
      ["One", "Other"].map((name) => tenant.admin.createPerson({ first_name: name })),
    );
    await tenant.admin.mergePersons({ id: String(survivor?.data.id), merged_id: String(mergedPerson?.data.id) });
    const participants = [{ type: "person", id: String(mergedPerson?.data.id) }];
    expect((await sendRequest(tenant.token, "POST", "/interactions", buildInteraction({ participants }))).status).toBe(201);
    await tenant.admin.deletePerson({ id: String(survivor?.data.id) });
    expect((await sendRequest(tenant.token, "POST", "/interactions", buildInteraction({ participants }))).status).toBe(400);
  });
});

describe("R22 a state", () => {
  it("must belong to the specified country, in every kind of input", async () => {
    const invalidAddress = { country_id: "us", state_id: "de_by" };
    const details = [{ field: "state_id", message: "Bayern does not belong to United States of America" }];
    expect(await sendRequest(rep.token, "POST", "/leads", newLead(invalidAddress))).toMatchObject({ status: 400, details });
    const { data } = await rep.client.createLead(newLead({ country_id: "de", state_id: "de_by" }));
    expect(await sendRequest(rep.token, "PATCH", `/leads/${data.id}`, { country_id: "us" })).toMatchObject({
      status: 400,
      details,
    });
    expect((await sendRequest(rep.token, "PATCH", `/leads/${data.id}`, { country_id: "us", state_id: "us_ca" })).status).toBe(
      200,
    );
    expect((await sendRequest(rep.token, "PATCH", `/leads/${data.id}`, { state_id: null, country_id: "fr" })).status).toBe(200);
    const { id: customer_id } = await createCompany(rep.client as Tenant["admin"]);
    const contact = { first_name: "A", last_name: "B", customer_id, ...invalidAddress };
    expect(await sendRequest(rep.token, "POST", "/contacts", contact)).toMatchObject({ status: 400, details });
    const file = toCsv(["full_name", "country_id", "state_id"], ["All Right", "de", "de_by"], ["All Wrong", "us", "de_by"]);
    const done = await runImport(app, rep.token, "leads", file);
    expect(done).toMatchObject({ created: 1, failed: 1 });
    expect(await readErrorFile(app, rep.token, done.id)).toContain("Bayern does not belong to");
  });
});

describe("R5 a referenced record", () => {
  it("cannot be deleted while it is referenced, and the error names the visible references", async () => {
    const manager = await addUser(app, tenant, "MANAGER");
    const customer = await createCompany(manager.client as Tenant["admin"]);
    const { data: contact } = await manager.client.createContact({
      first_name: "A",
      last_name: "B",
      customer_id: customer.id,
    });
    const { data: deal } = await tenant.admin.createOpportunity({ name: "Deal", customer_id: customer.id });
    await app.settle();
    const response = await sendRequest(manager.token, "DELETE", `/customers/${customer.id}`);
    expect(response.status).toBe(409);
    expect(response.details).toEqual([
      { field: "opportunities", message: "Some that you cannot see" },
      { field: "contacts", message: contact.id },
    ]);
    expect((await sendRequest(tenant.token, "DELETE", `/customers/${customer.id}`)).details[0]?.message).toBe(deal.id);
    await tenant.admin.deleteOpportunity({ id: deal.id });
    await tenant.admin.deleteContact({ id: contact.id });
    await app.settle();
    expect((await sendRequest(manager.token, "DELETE", `/customers/${customer.id}`)).status).toBe(200);
  });

  it("cannot be deleted if it is the person of a customer, a contact or a lead", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead());
    const { data: customer } = await tenant.admin.createCustomer({
      customer_type: "individual",
      personal_key_id: lead.personal_key_id,
    });
    const path = `/persons/${lead.personal_key_id}`;
    const [ofLead, ofCustomer] = ["leads", "customers"];
    expect(await sendRequest(tenant.token, "DELETE", path)).toMatchObject({
      status: 409,
      details: [{ field: ofLead, message: lead.id }],
    });
    await tenant.admin.deleteLead({ id: lead.id });
    expect(await sendRequest(tenant.token, "DELETE", path)).toMatchObject({
      status: 409,
      details: [{ field: ofCustomer, message: customer.id }],
    });
    await tenant.admin.deleteCustomer({ id: customer.id });
    expect((await sendRequest(tenant.token, "DELETE", path)).status).toBe(200);
  });
});

import { APPROVAL } from "@crm/core/agreements/approval/approval.kind.ts";
import { Quotes } from "@crm/core/agreements/quote/quote.entity.ts";
import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { declarePermissions } from "@crm/core/kernel/permission.ts";
import { listNames } from "@crm/core/kernel/registry.ts";
import { id as idOf } from "@crm/core/kernel/schema.ts";
import { activityGrants } from "@crm/core/people/activity/activity.kind.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { Expansion } from "@crm/core/views/expansion.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import { declaredKinds } from "@crm/functions/derive/kinds.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createQuote, line } from "../../agreements/quote/support.ts";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Special cases of `fields` and `expand`; test/invariants/registry/fields-and-expand.test.ts covers every operation. */
let app: App;
let tenant: Tenant;
let crm: Client;
let lead: Awaited<ReturnType<Client["createLead"]>>["data"];

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  crm = tenant.admin;
  lead = (await crm.createLead({ ...newLead(), lead_source_id: "web", company: "Navy", product_line: "auto" })).data;
  await app.settle();
});
afterAll(() => app.stop());

/** The `expanded` part of a lead. */
const readExpanded = async (expand: string, id = lead.id, client = crm) => (await client.getLead({ id, expand })).data.expanded;

describe("fields", () => {
  it("are the named ones and the id", async () => {
    const expectedLead = { id: lead.id, company: "Navy", owner_id: tenant.userId };
    expect((await crm.getLead({ id: lead.id, fields: "company, OWNER_ID" })).data).toEqual(expectedLead);
    expect((await crm.listLeads({ fields: ["company", "owner_id"] })).data).toEqual([expectedLead]);
  });

  it("that each update changes can be selected in lists too", async () => {
    expect((await crm.listLeads({ fields: "version" })).data).toEqual([{ id: lead.id, version: lead.version }]);
    const { data } = await crm.listLeads({ fields: "updated_by", include: ["version"] });
    expect(data).toEqual([{ id: lead.id, updated_by: tenant.userId }]);
  });

  it("that are unknown are rejected with the known ones, together with other faults", async () => {
    await expect(crm.listLeads({ fields: "compny,company", expand: "boss", limit: 1000 })).rejects.toMatchObject({
      status: 400,
      details: [
        {
          field: "fields",
          message: 'Unknown names: "compny". The closest is company. GET /api/v1/schema lists the fields of each kind',
        },
        {
          field: "expand",
          message:
            'Unknown names: "boss". Available: labels, person, user, campaign, personal_key, owner, source_campaign, created_by, updated_by, next_activity',
        },
        { field: "limit" },
      ],
    });
  });

  it("selected in a response change the ETag, and If-Match reads its version", async () => {
    const fieldLists = ["version", "company", "company,city_id"];
    const answers = await Promise.all(fieldLists.map((fields) => crm.getLead({ id: lead.id, fields })));
    const tags = [...answers, await crm.getLead({ id: lead.id, expand: "labels" })].map(({ headers }) => String(headers.etag));
    expect(new Set(tags).size).toBe(4);
    for (const ifMatch of tags) {
      expect(ifMatch).toMatch(/^"1\./);
      await crm.updateLead({ id: lead.id, company: "Navy" }, { ifMatch });
    }
  });
});

describe("expand", () => {
  it("adds the names of master data, by id and code, and of users", async () => {
    const user = { id: tenant.userId, name: "Ada Admin" };
    const color = null;
    expect(await readExpanded("labels")).toEqual({
      lead_status_id: { id: lead.lead_status_id, code: "new", name: "New", color: expect.any(String) },
      lead_source_id: { id: lead.lead_source_id, code: "web", name: "Web", color },
      product_line: { id: expect.stringMatching(/^mst_/), code: "auto", name: "Auto", color },
      owner_id: user,
      created_by: user,
      updated_by: user,
    });
    const { data } = await crm.listLeads({ fields: "owner_id", expand: "labels" });
    expect(data).toEqual([{ id: lead.id, owner_id: tenant.userId, expanded: { owner_id: user } }]);
  });

  it("adds the name of the API key that acted, also after it was revoked", async () => {
    const { data: key } = await crm.createApiKey({ name: "Website", role: "ADMIN" });
    const { data } = await createClient(inProcessTransport(app, key.key)).createLead(newLead());
    const expected = { id: key.id, name: "Website" };
    expect(await readExpanded("labels", data.id)).toMatchObject({ created_by: expected, updated_by: expected });
    await crm.revokeApiKey({ id: key.id });
    expect(await readExpanded("labels", data.id)).toMatchObject({ created_by: expected });
  });

  it("adds several names as a list, including deleted users and values", async () => {
    const deletedUser = await addUser(app, tenant, "USER", { first_name: "Gone" });
    const { data: source } = await crm.createMaster({ kind: "lead-sources", name: "Fair", color: "#16a34a" });
    const { data: roles } = await crm.listMasters({ kind: "contact-roles" });
    const { data: orphanedLead } = await crm.createLead({ ...newLead(), lead_source_id: source.id, owner_id: deletedUser.id });
    const { data: contact } = await crm.createContact({
      first_name: "Grace",
      lead_id: orphanedLead.id,
      other_role_ids: roles.slice(0, 2).map(({ id }) => id),
    });
    await crm.deleteMaster({ kind: "lead-sources", id: source.id });
    await crm.deleteUser({ id: deletedUser.id });
    expect(await readExpanded("labels,owner", orphanedLead.id)).toMatchObject({
      lead_source_id: { id: source.id, code: "fair", name: "Fair", color: "#16a34a" },
      owner_id: { id: deletedUser.id, name: "Gone User" },
    });
    const { data } = await crm.getContact({ id: contact.id, expand: "labels" });
    const [first, second] = roles.map(({ id, code, name, color = null }) => ({ id, code, name, color }));
    expect(data.expanded?.other_role_ids).toEqual([first, second]);
  });

  it("is dropped when the response is sent back", async () => {
    const { data } = await crm.getLead({ id: lead.id, expand: "labels,person" });
    const sent = await crm.replaceLead(data);
    expect([sent.data.company, sent.data.expanded]).toEqual(["Navy", undefined]);
  });

  it("is rejected by a write", async () => {
    const input = { id: lead.id, expand: "labels" };
    await expect(crm.updateLead(input)).rejects.toMatchObject({ status: 400, details: [{ field: "expand" }] });
  });
});

describe("the next activity", () => {
  const readNext = async (id: string, client = crm) => (await readExpanded("next_activity", id, client))?.next_activity;
  const plan = async (related_to_id: string, due_date: string, more: object = {}) =>
    (await crm.createActivity({ subject: due_date, activity_type_id: "task", related_to_id, due_date, ...more })).data;

  it("is the open one that happens first, also in lists", async () => {
    const { id } = (await crm.createLead(newLead({ company: "Next" }))).data;
    expect(await readNext(id)).toBeNull();
    await crm.completeActivity({ id: (await plan(id, "2031-01-01")).id });
    await crm.deleteActivity({ id: (await plan(id, "2031-01-02")).id });
    const first = await plan(id, "2031-01-03");
    await plan(id, "2031-01-04");
    const next = { id: first.id, subject: "2031-01-03", happens_at: first.happens_at };
    expect(await readNext(id)).toEqual(next);
    await app.settle();
    const { data } = await crm.listLeads({ fields: "company", expand: "next_activity", "company[eq]": "Next" });
    expect(data).toEqual([{ id, company: "Next", expanded: { next_activity: next } }]);
  });

  it("is one without a date only if no other has one", async () => {
    const { id } = (await crm.createLead(newLead())).data;
    const { id: undatedId } = (await crm.createActivity({ subject: "Undated", activity_type_id: "task", related_to_id: id }))
      .data;
    expect(await readNext(id)).toEqual({ id: undatedId, subject: "Undated", happens_at: null });
    const dated = await plan(id, "2031-03-01");
    expect(await readNext(id)).toMatchObject({ id: dated.id, happens_at: dated.happens_at });
  });

  it("is not one that is private to others", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { id } = (await crm.createLead(newLead({ owner_id: rep.id }))).data;
    const hidden = await plan(id, "2031-02-01", { is_private: true });
    expect([await readNext(id), await readNext(id, rep.client)]).toMatchObject([{ id: hidden.id }, null]);
    const { id: shownId } = await plan(id, "2031-02-02");
    expect([await readNext(id), await readNext(id, rep.client)]).toMatchObject([{ id: hidden.id }, { id: shownId }]);
  });

  it("requires a role that may read activities", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { id } = (await crm.createLead(newLead({ owner_id: rep.id }))).data;
    const { roles } = activityGrants.read;
    Object.assign(activityGrants.read, { roles: ["ADMIN"] });
    try {
      expect([await readNext(id), await readNext(id, rep.client)]).toEqual([null, undefined]);
    } finally {
      Object.assign(activityGrants.read, { roles });
    }
  });

  it("is known to the kinds that have activities, and unknown to others", async () => {
    const declared = await runIn(systemContext(app.ports, tenant.id, "test"), declaredKinds);
    const kinds = declared.filter(({ expand }) => expand.some(({ name }) => name === "next_activity"));
    expect(kinds.map(({ kind }) => kind.name).sort()).toEqual(listNames("activities", domains).sort());
    await expect(crm.listProducts({ expand: "next_activity" })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "expand", message: expect.stringContaining('"next_activity"') }],
    });
  });
});

describe("an expanded record", () => {
  it("is shown as in lists, and a person with limited sight is not", async () => {
    await crm.updateTenant({ settings: { visibility: "own" } });
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data: row } = await crm.listPersons({});
    const { links: _links, ...person } = row.find(({ id }) => id === lead.personal_key_id) as (typeof row)[number];
    expect(await readExpanded("person")).toEqual({ personal_key_id: person });

    const { data: limitedLead } = await rep.client.createLead({ last_name: "Guess", email: lead.email });
    expect([limitedLead.personal_key_id, limitedLead.person_sight]).toEqual([lead.personal_key_id, "LIMITED"]);
    expect(await readExpanded("person", limitedLead.id, rep.client)).toEqual({ personal_key_id: null });
    await crm.grantPersonSight({ id: lead.personal_key_id, record_id: limitedLead.id });
    expect(await readExpanded("person", limitedLead.id, rep.client)).toEqual({ personal_key_id: person });
  });

  it("requires a role that may read its kind", async () => {
    const analyst = await addUser(app, tenant, "ANALYST", {});
    const closed = Object.assign(PERSON, { read: declarePermissions("person", { read: ["ADMIN"] }).read });
    try {
      await crm.updateTenant({ settings: { visibility: "all" } });
      expect(Object.keys((await readExpanded("person")) ?? {})).toEqual(["personal_key_id"]);
      expect(await readExpanded("person", lead.id, analyst.client)).toEqual({ personal_key_id: null });
    } finally {
      Object.assign(closed, { read: undefined });
    }
  });

  it("requires visibility of the subject if it is an activity", async () => {
    await crm.updateTenant({ settings: { visibility: "own" } });
    const rep = await addUser(app, tenant, "SALES_REP");
    const { id } = (await crm.createLead(newLead({ owner_id: rep.id, company: "Navy" }))).data;
    const { opportunity } = (await crm.convertLead({ id, override_reason: "Agreed" })).data;
    const listExpanded = async (client: Client) =>
      Object.entries((await client.getLeadConversion({ id, expand: "activity" })).data.expanded ?? {}).flatMap(
        ([field, record]) => (record === null ? [] : [field]),
      );
    expect(await listExpanded(rep.client)).toEqual(["follow_up_activity_id"]);
    await crm.updateOpportunity({ id: opportunity.id, owner_id: tenant.userId });
    expect([await listExpanded(rep.client), await listExpanded(crm)]).toEqual([[], ["follow_up_activity_id"]]);
  });

  it("is not shown once the record with which it is visible is deleted", async () => {
    await addUser(app, tenant, "DIRECTOR");
    const { id: quoteId } = await createQuote(crm, { line_items: [{ ...line, discount_percent: "50" }] });
    await crm.submitQuote({ id: quoteId });
    await app.settle();
    const approvalId = (await crm.listApprovals({})).data.find(({ subject_id }) => subject_id === quoteId)?.id;
    const request = { labels: new Set<string>(), records: new Set(["approval_id"]) };
    const asSystem = <T>(work: () => Promise<T>) => runIn(systemContext(app.ports, tenant.id, "test"), work);
    const expand = () =>
      asSystem(() => Expansion.expandRecords({ approval_id: idOf(APPROVAL) }, request, [{ approval_id: approvalId }]));
    expect(await expand()).toMatchObject([{ approval_id: { id: approvalId } }]);
    await asSystem(() => Records.remove(Quotes, quoteId));
    expect(await expand()).toEqual([{}]);
  });

  it("is the survivor for a merged person", async () => {
    const [{ data: survivorLead }, { data: mergedLead }] = await Promise.all([
      crm.createLead(newLead()),
      crm.createLead(newLead()),
    ]);
    await crm.mergePersons({ id: survivorLead.personal_key_id, merged_id: mergedLead.personal_key_id });
    expect(await readExpanded("person", mergedLead.id)).toMatchObject({ personal_key_id: { id: survivorLead.personal_key_id } });
  });
});

import { Contacts } from "@crm/core/accounts/contact/contact.entity.ts";
import { resolveMerged } from "@crm/core/people/person/identity.ts";
import { Preferences } from "@crm/core/people/person/preferences.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { readItem } from "@crm/core/storage/table/database.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../../platform/custom-field/support.ts";
import { runExport } from "../../platform/export/export-client.ts";
import { runImport, toCsv } from "../../platform/import/support.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { runInTenant } from "./support.ts";

let app: App;
let tenant: Tenant;
let crm: Tenant["admin"];
let customer_id: string;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  crm = tenant.admin;
  customer_id = (await crm.createCustomer({ name: "House" })).data.id;
});
afterAll(() => app.stop());

type Input = Record<string, unknown>;
/** Creates leads with the same name, because a contact point with three different names counts as shared. */
const createLead = async (more: Input = {}, client = crm) =>
  (await client.createLead(newLead({ first_name: "Grace", last_name: "Hopper", ...more }))).data;
const patchLead = async (id: string, input: Input, client = crm) => (await client.updateLead({ id, ...input })).data;
const readOptOut = async (id: string, client = crm) => (await client.getLead({ id })).data.email_opt_out;
const listPreferences = async (id: string, client = crm) =>
  (await client.getPerson({ id })).data.preferences.map(({ channel, consent, source }) => [channel, consent, source]);
const isAllowed = (id: string, channel: string) =>
  runInTenant(app, tenant, async () => {
    const person = await resolveMerged(id);
    return person && Preferences.isAllowed(person, channel);
  });

describe("R7 an opt-out", () => {
  it("on a lead applies to the person, and all records of the person show it", async () => {
    const first = await createLead({ email_opt_out: true });
    const { id: person, email } = { id: first.personal_key_id, email: first.email };
    expect(first).toMatchObject({ email_opt_out: true, phone_opt_out: false });
    expect(await listPreferences(person)).toEqual([["email", "REFUSED", `lead ${first.id}`]]);
    expect([await isAllowed(person, "email"), await isAllowed(person, "phone")]).toEqual([false, true]);
    for (const fields of [{}, { email_opt_out: false }]) {
      const second = await createLead({ email, ...fields });
      expect([second.email_opt_out, await readOptOut(second.id)]).toEqual([true, true]);
      const { data: storedLead } = await crm.getLead({ id: second.id });
      expect((await crm.replaceLead(storedLead)).data).toEqual(storedLead);
    }
    const { data: contact } = await crm.createContact({ customer_id, email, phone_opt_out: true });
    expect(contact).toMatchObject({ personal_key_id: person, email_opt_out: true, phone_opt_out: true });
    expect(await listPreferences(person)).toContainEqual(["phone", "REFUSED", `contact ${contact.id}`]);
    expect((await crm.getLead({ id: first.id })).data).toMatchObject({ email_opt_out: true, phone_opt_out: true });
    expect(Object.keys(contact)).not.toContain("consent_due");
  });

  it("is revoked only by an explicit PATCH, not by a repeated or missing value", async () => {
    const createdLead = await createLead({ email_opt_out: true });
    const person = createdLead.personal_key_id;
    const { email_opt_out: _said, ...remainingFields } = createdLead;
    for (const replacement of [remainingFields, { ...createdLead, email_opt_out: false }]) {
      expect((await crm.replaceLead(replacement)).data.email_opt_out).toBe(true);
    }
    expect((await patchLead(createdLead.id, { email_opt_out: null })).email_opt_out).toBe(true);
    const second = await createLead({ email: createdLead.email });
    expect((await patchLead(second.id, { email_opt_out: false, email: "other.of@mail.example" })).email_opt_out).toBe(false);
    expect(await listPreferences(person)).toEqual([["email", "NOT_ASKED", `lead ${second.id}`]]);
    expect([await readOptOut(createdLead.id), await isAllowed(person, "email")]).toEqual([false, true]);
    await crm.setPreferences({ id: person, preferences: [{ channel: "email", consent: "refused", source: "a call" }] });
    expect([await readOptOut(createdLead.id), await readOptOut(second.id)]).toEqual([true, true]);
    await app.settle();
    const { data } = await crm.listAuditEntries({ record_id: person });
    const values = await Promise.all(data.map(async ({ id }) => (await crm.getAuditEntry({ id })).data.new_values));
    const sources = values.map((value) => (value?.preferences as { source: string }[] | undefined)?.[0]?.source);
    expect(sources).toEqual(["a call", `lead ${second.id}`, `lead ${createdLead.id}`]);
  });

  it("is in the response of each change, and in exports", async () => {
    const createdLead = await createLead({ phone_opt_out: true });
    expect((await crm.setLeadStatus({ id: createdLead.id, lead_status_id: "contacted" })).data.phone_opt_out).toBe(true);
    await app.settle();
    const exportRequest = { format: "csv", columns: ["id", "phone_opt_out"], query: { search: createdLead.email } };
    const { rows } = await runExport(app, tenant.token, "exportLeads", exportRequest);
    expect(rows).toEqual([[createdLead.id, "true"]]);
  });

  it("is set by an import, but not revoked by one", async () => {
    const file = toCsv(["Last name", "Email", "Email opt out"], ["Row", "row.out@mail.example", "yes"]);
    const done = await runImport(app, tenant.token, "leads", file);
    expect(done).toMatchObject({ created: 1 });
    const [row] = (await crm.listLeads({ limit: 1 })).data;
    const person = String(row?.personal_key_id);
    expect(await listPreferences(person)).toEqual([["email", "REFUSED", `lead ${row?.id}`]]);
    const again = toCsv(["id", "company", "email_opt_out"], [String(row?.id), "Row Ltd", "no"]);
    const options = { mode: "update", match_on: "id" };
    expect(await runImport(app, tenant.token, "leads", again, { options })).toMatchObject({ updated: 1 });
    expect((await crm.getLead({ id: String(row?.id) })).data).toMatchObject({ company: "Row Ltd", email_opt_out: true });
  });

  it("is carried over by a conversion", async () => {
    const ready = { budget: "1.00", authority: "She", need: "All", timeline: "Now", company: undefined };
    const { id } = await createLead({ ...ready, email_opt_out: true });
    await crm.setLeadScore({ id, lead_score: 90, reason: "Known" });
    const { data } = await crm.convertLead({ id });
    expect([data.lead.email_opt_out, data.contact.email_opt_out]).toEqual([true, true]);
    await patchLead(id, { email_opt_out: false });
    expect((await crm.getContact({ id: data.contact.id })).data.email_opt_out).toBe(false);
  });

  it("survives a merge with the stricter value, and returns to its origin on an unmerge", async () => {
    const [survivorLead, mergedLead] = [await createLead(), await createLead({ email_opt_out: true })];
    const [survivorId, mergedId] = [survivorLead.personal_key_id, mergedLead.personal_key_id];
    const allowed = { channel: "email", consent: "ALLOWED", source: "a page" };
    await crm.setPreferences({ id: survivorId, preferences: [allowed] });
    await crm.mergePersons({ id: survivorId, merged_id: mergedId });
    expect([await listPreferences(survivorId), await readOptOut(survivorLead.id)]).toEqual([
      [["email", "REFUSED", `lead ${mergedLead.id}`]],
      true,
    ]);
    await patchLead(mergedLead.id, { phone_opt_out: true });
    await crm.unmergePersons({ id: survivorId, merged_id: mergedId });
    const phone = ["phone", "REFUSED", `lead ${mergedLead.id}`];
    expect(await listPreferences(survivorId)).toEqual([["email", "ALLOWED", "a page"], phone]);
    expect(await listPreferences(mergedId)).toEqual([["email", "REFUSED", `lead ${mergedLead.id}`], phone]);
  });
});

describe("R7 a user with limited sight of the person", () => {
  let owner: TestUser;
  let stranger: TestUser;
  beforeAll(async () => {
    owner = await addUser(app, tenant, "SALES_REP");
    stranger = await addUser(app, tenant, "SALES_REP");
  });

  it("does not see the person's opt-outs, and cannot revoke them", async () => {
    const knownLead = await createLead({ email_opt_out: true }, owner.client);
    const guess = await createLead({ email: knownLead.email, email_opt_out: false }, stranger.client);
    expect(guess).toMatchObject({ person_sight: "LIMITED", personal_key_id: knownLead.personal_key_id, email_opt_out: false });
    expect(await readOptOut(guess.id, stranger.client)).toBe(false);
    expect((await patchLead(guess.id, { email_opt_out: false, company: "Guess" }, stranger.client)).email_opt_out).toBe(false);
    expect(await readOptOut(knownLead.id, owner.client)).toBe(true);
    const { data: seen } = await crm.getLead({ id: guess.id });
    expect((await crm.replaceLead(seen)).data).toMatchObject({ email_opt_out: true, version: seen.version });
    await patchLead(guess.id, { email_opt_out: true });
    expect(await readOptOut(guess.id, stranger.client)).toBe(false);
  });

  it("can change a contact point and its opt-out on their own record in one request", async () => {
    const knownLead = await createLead({}, owner.client);
    const guess = await createLead({ email: knownLead.email }, stranger.client);
    const changedLead = await patchLead(guess.id, { phone: "+1 212 555 0177", phone_opt_out: true }, stranger.client);
    expect(changedLead).toMatchObject({ person_sight: "LIMITED", phone: "+1 212 555 0177", phone_opt_out: true });
    const { data: person } = await crm.getPerson({ id: knownLead.personal_key_id });
    expect([person.phones, person.preferences.length]).toEqual([expect.arrayContaining(["+12125550177"]), 1]);
  });

  it("can set an opt-out, which users who know the person see without its author", async () => {
    const knownLead = await createLead({}, owner.client);
    const guess = await createLead({ email: knownLead.email, email_opt_out: true }, stranger.client);
    expect(await readOptOut(guess.id, stranger.client)).toBe(true);
    expect([await readOptOut(knownLead.id, owner.client), await isAllowed(knownLead.personal_key_id, "email")]).toEqual([
      true,
      false,
    ]);
    expect(await listPreferences(knownLead.personal_key_id, owner.client)).toEqual([["email", "REFUSED", "lead"]]);
    expect(await listPreferences(knownLead.personal_key_id)).toEqual([["email", "REFUSED", `lead ${guess.id}`]]);
    expect(await expectRejection(patchLead(guess.id, { email_opt_out: false }, stranger.client))).toEqual([
      400,
      ["email_opt_out"],
    ]);
    expect((await patchLead(knownLead.id, { email_opt_out: false }, owner.client)).email_opt_out).toBe(false);
    expect(await readOptOut(guess.id, stranger.client)).toBe(true);
    expect(await readOptOut(guess.id)).toBe(false);
  });
});

describe("R7 records of the previous release", () => {
  /** The record shapes of the previous release. */
  const shapes: Readonly<Record<string, number>> = { lead: 3, contact: 1 };
  /** Stores a record as the previous release did, with the flag only in the record. */
  const asBefore = ({ name }: { readonly name: string }, id: string, flags: Input): Promise<void> =>
    runInTenant(app, tenant, async () => {
      const { doc, ...item } = (await readItem(recordKey(tenant.id, id))) ?? {};
      const before = { ...JSON.parse(String(doc)), email_opt_out: false, phone_opt_out: false, ...flags };
      await transaction()
        .put({ ...item, shape: shapes[name], doc: JSON.stringify(before) })
        .commit(undefined);
    });

  it("reach their persons once, even if changed before the migration job", async () => {
    const [plain, contactLead, touchedLead, late] = [
      await createLead(),
      await createLead(),
      await createLead(),
      await createLead(),
    ];
    const { data: contact } = await crm.createContact({ customer_id, email: contactLead.email });
    await asBefore(Leads, plain.id, {});
    await asBefore(Leads, touchedLead.id, { email_opt_out: true });
    await asBefore(Leads, late.id, { email_opt_out: true });
    await asBefore(Contacts, contact.id, { phone_opt_out: true });
    await crm.setPreferences({ id: late.personal_key_id, preferences: [{ channel: "email", consent: "ALLOWED" }] });
    expect((await crm.getContact({ id: contact.id })).data).toMatchObject({ email_opt_out: false, phone_opt_out: true });
    expect((await crm.setLeadStatus({ id: touchedLead.id, lead_status_id: "contacted" })).data.email_opt_out).toBe(true);
    expect(await listPreferences(touchedLead.personal_key_id)).toEqual([]);
    let result = await migrate(app.ports, { batches: 1 });
    for (let turn = 0; !result.done && turn < 1000; turn++) result = await migrate(app.ports, { batches: 1, resume: true });
    expect(result).toMatchObject({ failed: [], done: true });
    expect(await listPreferences(plain.personal_key_id)).toEqual([]);
    expect(await listPreferences(touchedLead.personal_key_id)).toEqual([["email", "REFUSED", `lead ${touchedLead.id}`]]);
    expect(await listPreferences(contactLead.personal_key_id)).toEqual([["phone", "REFUSED", `contact ${contact.id}`]]);
    expect((await crm.getLead({ id: contactLead.id })).data.phone_opt_out).toBe(true);
    expect([await listPreferences(late.personal_key_id), await readOptOut(late.id)]).toEqual([
      [["email", "ALLOWED", null]],
      false,
    ]);
    expect(await migrate(app.ports)).toMatchObject({ rewritten: 0, failed: [] });
  });

  it("reach their persons with the first related change", async () => {
    const old = await createLead();
    await asBefore(Leads, old.id, { email_opt_out: true });
    expect((await patchLead(old.id, { company: "New" })).email_opt_out).toBe(true);
    expect(await listPreferences(old.personal_key_id)).toEqual([["email", "REFUSED", `lead ${old.id}`]]);
    const otherLead = await createLead();
    await asBefore(Leads, otherLead.id, { email_opt_out: true });
    expect((await crm.replaceLead({ id: otherLead.id, last_name: "Put" })).data.email_opt_out).toBe(true);
    expect(await listPreferences(otherLead.personal_key_id)).toEqual([["email", "REFUSED", `lead ${otherLead.id}`]]);
    await asBefore(Leads, old.id, { email_opt_out: true });
    expect((await patchLead(old.id, { email_opt_out: false })).email_opt_out).toBe(false);
    expect(await migrate(app.ports)).toMatchObject({ failed: [] });
    expect(await readOptOut(old.id)).toBe(false);
  });
});

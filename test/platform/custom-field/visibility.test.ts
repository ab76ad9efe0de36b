import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { addField, entities, expectRejection, verbsFor } from "./support.ts";

let app: App;
let tenant: Tenant;
let manager: TestUser;
let director: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "all" });
  manager = await addUser(app, tenant, "MANAGER");
  director = await addUser(app, tenant, "DIRECTOR");
  for (const entity_type of entities) {
    await addField(tenant, "open", { entity_type });
    await addField(tenant, "fixed", { entity_type, editable_by: ["ADMIN"], default_value: "as made" });
    await addField(tenant, "veiled", { entity_type, visible_to: ["ADMIN"], default_value: "VEIL" });
  }
});
afterAll(() => app.stop());

describe.each(entities)("fields of a %s by role", (entity) => {
  const { create, get, patch, put } = verbsFor(entity);
  const all = { open: "o", fixed: "f", veiled: "VEIL-1" };

  it("are shown to permitted roles in each response", async () => {
    const { data } = await create(tenant.admin, { custom_fields: all });
    expect(data.custom_fields).toEqual(all);
    const { data: seen } = await get(manager.client, data.id);
    expect(seen.custom_fields).toEqual({ open: "o", fixed: "f" });
    expect((await put(manager.client, seen)).data.custom_fields).toEqual({ open: "o", fixed: "f" });
    expect((await patch(manager.client, data.id, { open: "p" })).data.custom_fields).toEqual({ open: "p", fixed: "f" });
    expect((await get(tenant.admin, data.id)).data.custom_fields).toEqual({ ...all, open: "p" });
  });

  it("stay as stored on a PUT by users who cannot see or edit them", async () => {
    const { data } = await create(tenant.admin, { custom_fields: all });
    await put(manager.client, { id: data.id });
    expect((await get(tenant.admin, data.id)).data.custom_fields).toEqual({ ...all, open: null });
  });

  it("are rejected as unknown if hidden, and by name if read-only", async () => {
    const { data } = await create(tenant.admin, { custom_fields: all });
    for (const send of [
      (custom_fields: object) => patch(manager.client, data.id, custom_fields),
      (custom_fields: object) => create(manager.client, { custom_fields }),
    ]) {
      expect(await expectRejection(send({ veiled: "VEIL-1" }))).toEqual([400, ["custom_fields.veiled"]]);
      expect(await expectRejection(send({ fixed: "g", open: "x" }))).toEqual([403, ["custom_fields.fixed"]]);
    }
    await patch(manager.client, data.id, { fixed: "f" });
    const emptyResponse = await create(tenant.admin, { custom_fields: { fixed: null } });
    expect((await patch(manager.client, emptyResponse.data.id, { fixed: null })).data.custom_fields.fixed).toBe(null);
  });

  it("get their defaults even if the creator cannot see them", async () => {
    const { data } = await create(manager.client);
    expect(data.custom_fields).toEqual({ open: null, fixed: "as made" });
    expect((await get(tenant.admin, data.id)).data.custom_fields).toEqual({ open: null, fixed: "as made", veiled: "VEIL" });
  });

  it("reveal nothing to a guess sent with an old version", async () => {
    const { data } = await create(tenant.admin, { custom_fields: all });
    await patch(tenant.admin, data.id, { open: "p" });
    const guess = (custom_fields: object) => expectRejection(patch(manager.client, data.id, custom_fields, { ifMatch: '"1"' }));
    expect(await guess({ veiled: "VEIL-1" })).toEqual([412, []]);
    expect(await guess({ veiled: "VEIL-2" })).toEqual([412, []]);
    expect(await guess({ open: "o", fixed: "f" })).toEqual([412, ["custom_fields.open"]]);
  });

  it("are hidden in audit entries from roles that cannot see them", async () => {
    const { data } = await create(tenant.admin, { custom_fields: all });
    await patch(tenant.admin, data.id, { veiled: "VEIL-2", open: "p" });
    await app.settle();
    const { data: rows } = await director.client.listAuditEntries({ record_id: data.id });
    const entries = async (client: TestUser["client"]) =>
      Promise.all(rows.map(async ({ id }) => (await client.getAuditEntry({ id })).data));
    const [last, first] = await entries(director.client);
    expect(last).toMatchObject({
      changed: ["custom_fields"],
      old_values: { custom_fields: { open: "o" } },
      new_values: { custom_fields: { open: "p" } },
    });
    expect(JSON.stringify([first, last])).not.toContain("VEIL");
    expect((await entries(tenant.admin))[0]).toMatchObject({
      old_values: { custom_fields: all },
      new_values: { custom_fields: { ...all, open: "p", veiled: "VEIL-2" } },
    });
  });

  it("are removed from a replayed response once the caller cannot see them any more", async () => {
    const field = await addField(tenant, `late_${entity}`, { entity_type: entity, default_value: "LATE" });
    const key = { idempotencyKey: `late-${entity}` };
    const body = entity === "lead" ? newLead() : {};
    const send = () => create(manager.client, body, key);
    const { data } = await send();
    expect(data.custom_fields).toMatchObject({ [`late_${entity}`]: "LATE" });
    expect((await send()).data).toEqual(data);
    await tenant.admin.updateCustomField({ id: field.id, visible_to: ["ADMIN"] });
    const { data: again } = await send();
    expect(again.id).toBe(data.id);
    expect(JSON.stringify(again)).not.toContain("LATE");
    await tenant.admin.deleteCustomField({ id: field.id });
  });

  it("are listed for roles that see them, and for roles that manage them", async () => {
    const names = async (client: TestUser["client"]) =>
      (await client.listCustomFields({ entity_type: entity })).data.map(({ field_name }) => field_name).sort();
    expect(await names(manager.client)).toEqual(["fixed", "open"]);
    expect(await names(director.client)).toEqual(["fixed", "open", "veiled"]);
    const { data } = await director.client.listCustomFields({ entity_type: entity });
    const id = String(data.find(({ field_name }) => field_name === "veiled")?.id);
    await expect(manager.client.getCustomField({ id })).rejects.toMatchObject({ status: 404 });
  });
});

describe("a merge", () => {
  it("hides fields and rejects choices that the caller cannot see, but merges them", async () => {
    const make = async (veiled: string) =>
      (await tenant.admin.createPerson({ custom_fields: { veiled, open: veiled.slice(-1) } })).data.id;
    const [id, merged_id] = [await make("VEIL-A"), await make("VEIL-B")];
    const { data: preview } = await manager.client.mergePersons({ id, merged_id, dry_run: true });
    expect(preview.fields.map(({ field }) => field).sort()).toEqual(["custom_fields.fixed", "custom_fields.open"]);
    expect(JSON.stringify(preview)).not.toContain("VEIL");
    const choices = { "custom_fields.veiled": "merged" };
    expect(await expectRejection(manager.client.mergePersons({ id, merged_id, choices }))).toEqual([
      400,
      ["choices.custom_fields.veiled"],
    ]);
    const key = { idempotencyKey: "merged" };
    const send = () => manager.client.mergePersons({ id, merged_id, choices: { "custom_fields.open": "merged" } }, key);
    await send();
    const { data: merged } = await tenant.admin.getPerson({ id });
    expect(merged.custom_fields).toEqual({ open: "B", fixed: "as made", veiled: "VEIL-A" });
    expect((await send()).data.fields.map(({ field }) => field).sort()).toEqual(["custom_fields.fixed", "custom_fields.open"]);
    await tenant.admin.unmergePersons({ id, merged_id });
    expect((await tenant.admin.getPerson({ id: merged_id })).data.custom_fields.veiled).toBe("VEIL-B");
    expect((await tenant.admin.getPerson({ id })).data.custom_fields.open).toBe("A");
  });

  it("reveals no custom fields in lists, 360, timeline and searches", async () => {
    const { data: lead } = await tenant.admin.createLead(newLead({ custom_fields: { veiled: "VEILEDWORD" } }));
    const person = lead.personal_key_id;
    await tenant.admin.updatePerson({ id: person, custom_fields: { veiled: "VEILEDWORD" } });
    await app.settle();
    for (const client of [manager.client, director.client]) {
      const answers = await Promise.all([
        client.listLeads(),
        client.listPersons(),
        client.getPerson360({ id: person }),
        client.listPersonTimeline({ id: person }),
        client.setLeadStatus({ id: lead.id, lead_status_id: "contacted" }),
        allowAnyInput(client).resolvePerson({ emails: [lead.email] }),
        client.addContactPoint({
          id: person,
          contact_type: "email",
          contact_value: `${lead.id}.${client === manager.client}@mail.example`,
        }),
      ]);
      expect(JSON.stringify(answers)).not.toContain("VEIL");
    }
    expect((await manager.client.listLeads({ search: "VEILEDWORD" })).data).toEqual([]);
  });
});

import { createHash } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { send as sendCommand, tableName } from "@crm/core/storage/table/database.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInTenant } from "../../people/person/support.ts";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { addField } from "../custom-field/support.ts";
import { runExport } from "../export/export-client.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let director: TestUser;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "all" });
  rep = await addUser(app, tenant, "SALES_REP");
  director = await addUser(app, tenant, "DIRECTOR");
});
afterAll(() => app.stop());

const BIRTH_DATE = "1961-08-04";
const LICENCE = "SECRETLIC99";
const autoData = (more: object = {}) => ({
  schema_version: 2,
  drivers: [
    {
      name: "Grace",
      date_of_birth: BIRTH_DATE,
      license_number: LICENCE,
      years_licensed: 40,
      attributes: { License_Number: "FREELIC-77" },
    },
    { name: "Ann", date_of_birth: "1990-02-03", license_number: "OTHERLIC55" },
  ],
  vehicles: [],
  ...more,
});
const SECRET_PATTERN = /SECRETLIC99|OTHERLIC55|FREELIC-77|1961-08-04|1990-02-03/;
const maskedDrivers = [
  {
    ...{ name: "Grace", date_of_birth: "••••-••-••", license_number: "•••C99", years_licensed: 40 },
    attributes: { License_Number: "•••-77" },
  },
  { name: "Ann", date_of_birth: "••••-••-••", license_number: "•••C55" },
];
const createAutoLead = async (client = tenant.admin, more: object = {}) =>
  (await client.createLead(newLead({ auto_data: autoData(), ...more }))).data;
const readDrivers = async (id: string, client = tenant.admin) => (await client.getLead({ id })).data.auto_data?.drivers;
const dumpText = () => JSON.stringify(dumpItems(app, tenant.id), (_, value) => (value instanceof Set ? [...value] : value));

describe("R2 sealed values in the detail of a product line", () => {
  it("are never stored in clear text, and shown in full to permitted users only", async () => {
    const key = { idempotencyKey: "sealed-lead" };
    const lead = (await tenant.admin.createLead(newLead({ auto_data: autoData() }), key)).data;
    expect(lead.auto_data?.drivers).toEqual(maskedDrivers);
    expect(lead).not.toHaveProperty("sealed");
    await app.settle();
    expect(await readDrivers(lead.id)).toEqual(autoData().drivers);
    expect(await readDrivers(lead.id, director.client)).toEqual(autoData().drivers);
    for (const role of ["USER", "ANALYST", "SUPPORT_AGENT", "SALES_REP", "MANAGER"]) {
      const user = await addUser(app, tenant, role);
      expect(await readDrivers(lead.id, user.client)).toEqual(maskedDrivers);
    }
    expect(dumpText()).not.toMatch(SECRET_PATTERN);
    const { data: listed } = await tenant.admin.listAuditEntries({ record_id: lead.id });
    const { data: entry } = await tenant.admin.getAuditEntry({ id: String(listed[0]?.id) });
    expect(entry.new_values).toMatchObject({
      sealed: "***",
      auto_data: { drivers: [{ name: "Grace", license_number: "***" }, {}] },
    });
    expect(JSON.stringify(entry)).not.toMatch(/•/);
  });

  it("are exported only with the permission", async () => {
    await createAutoLead(tenant.admin, { company: "Outgoing" });
    await app.settle();
    const ask = { format: "csv", columns: ["id", "auto_data"], query: { search: "outgoing" } };
    const user = await addUser(app, tenant, "USER");
    const cell = async (token: string) =>
      JSON.parse(String((await runExport(app, token, "exportLeads", ask)).rows[0]?.[1])).drivers;
    expect(await cell(user.token)).toEqual(maskedDrivers);
    expect(await cell(director.token)).toEqual(autoData().drivers);
  });

  it("stay if the mask is sent back or omitted by users without the permission, and are cleared by null", async () => {
    const { id } = await createAutoLead();
    const seen = (await rep.client.getLead({ id })).data;
    await rep.client.replaceLead({ ...seen, notes: "sent back" });
    expect(await readDrivers(id)).toEqual(autoData().drivers);
    const [grace, ann] = maskedDrivers;
    // The first driver is removed and the second one changed slightly.
    await allowAnyInput(rep.client).updateLead({ id, auto_data: { ...autoData(), drivers: [{ ...ann, years_licensed: 3 }] } });
    expect(await readDrivers(id)).toEqual([{ ...autoData().drivers[1], years_licensed: 3 }]);
    await allowAnyInput(rep.client).updateLead({
      id,
      auto_data: { ...autoData(), drivers: [{ name: "Ann", years_licensed: 3 }] },
    });
    expect(await readDrivers(id)).toEqual([{ ...autoData().drivers[1], years_licensed: 3 }]);
    const foreign = { id, auto_data: { ...autoData(), drivers: [grace] } };
    const places = ["attributes.License_Number", "date_of_birth", "license_number"].map((name) => `auto_data.drivers[0].${name}`);
    const rejection = await allowAnyInput(rep.client)
      .updateLead(foreign)
      .catch((error) => error);
    expect(rejection).toMatchObject({ status: 400 });
    expect(rejection.details.map(({ field }: { field: string }) => field).sort()).toEqual(places);
    await allowAnyInput(rep.client).updateLead({
      id,
      auto_data: { ...autoData(), drivers: [{ name: "Ann", license_number: null }] },
    });
    expect(await readDrivers(id)).toMatchObject([{ name: "Ann", license_number: null, date_of_birth: "1990-02-03" }]);
    // A user who sees the full value removes it by leaving it out.
    await allowAnyInput(tenant.admin).updateLead({ id, auto_data: { ...autoData(), drivers: [{ name: "Ann" }] } });
    expect(await readDrivers(id)).toEqual([{ name: "Ann" }]);
    await app.settle();
  });

  it("cannot be searched, and a declaration is rejected", async () => {
    for (const path of ["auto_data.drivers[].license_number", "auto_data.drivers[].attributes.License_Number"])
      await expect(tenant.admin.createSearchPath({ entity: "lead", path })).rejects.toMatchObject({
        status: 400,
        details: [{ field: "path", message: expect.stringContaining("stored encrypted") }],
      });
    const { data: fill } = await tenant.admin.getSearchPathFill({ entity: "lead" });
    expect(JSON.stringify(fill)).not.toMatch(/license_number|date_of_birth/i);
  });
});

describe("H2 protection of sealed values from guessing", () => {
  const secrets = { birth_date: "1979-04-12", document_number: "X1234567", bank_account: { iban: "DE89370400440532013000" } };
  const names = { first_name: "Hedda", last_name: "Gabler" };
  const wrongSecrets = { birth_date: "1979-04-13", document_number: "X1234568", bank_account: { iban: "BE68539007547034" } };
  const make = async (client: TestUser["client"], values: object) => (await client.createPerson({ ...names, ...values })).data;
  /** An answer without ids and times, which differ for each person. */
  const alike = (answer: unknown, ...ids: readonly string[]): unknown =>
    JSON.parse(
      ids
        .reduce((text, id, index) => text.replaceAll(id, `#${index}`), JSON.stringify(answer))
        .replace(/2\d{3}-[\d-]+T[\d:.]+Z/g, "now"),
    );

  it("covers the preview of a merge with any choices", async () => {
    const victim = await make(tenant.admin, secrets);
    const previewMerge = async (values: object, choices: object) => {
      const twin = await make(rep.client, values);
      const { data } = await allowAnyInput(rep.client).mergePersons({
        id: twin.id,
        merged_id: victim.id,
        dry_run: true,
        choices,
      });
      return alike(data, twin.id);
    };
    for (const choice of [undefined, "merged", "survivor"]) {
      const choices = Object.fromEntries(Object.keys(secrets).flatMap((name) => (choice ? [[`sensitive.${name}`, choice]] : [])));
      // Both have the same masks, so no other difference can show.
      const right = await previewMerge(secrets, choices);
      const guess = { birth_date: "1980-01-01", document_number: "Y9994567", bank_account: { iban: "DE40370400440532023000" } };
      expect(await previewMerge(guess, choices)).toEqual(right);
    }
    const twin = await make(tenant.admin, secrets);
    const { data } = await tenant.admin.mergePersons({ id: twin.id, merged_id: victim.id, dry_run: true });
    expect(data.fields.filter(({ field, is_conflict }) => field.startsWith("sensitive.") && is_conflict)).toEqual([]);
  });

  it("covers duplicate candidates: their reasons, scores and versions", async () => {
    const all = { ...names, last_name: "Tesman", emails: ["tesman@hedda.example"] };
    const point = (n: number) => [{ contact_type: "email", contact_value: `tesman${n}@hedda.example` }];
    const victim = (
      await allowAnyInput(tenant.admin).createPerson({ ...all, ...secrets, emails: undefined, contact_points: point(1) })
    ).data;
    const twin = async (values: object, n: number) =>
      (await allowAnyInput(rep.client).createPerson({ ...all, ...values, emails: undefined, contact_points: point(n) })).data;
    const [right, wrongTwin] = [await twin(secrets, 2), await twin(wrongSecrets, 3)];
    await app.settle();
    const listVictimDuplicates = async (id: string, client: TestUser["client"]) =>
      (await client.listPersonDuplicates({ id })).data.filter((c) => c.other_person_id === victim.id);
    expect((await listVictimDuplicates(right.id, tenant.admin))[0]?.reasons.map(({ reason }) => reason)).toContain(
      "birth date equal",
    );
    const [rightDuplicates, two] = [
      await listVictimDuplicates(right.id, rep.client),
      await listVictimDuplicates(wrongTwin.id, rep.client),
    ];
    expect(rightDuplicates).toHaveLength(1);
    const ids = (list: typeof rightDuplicates) => [list[0]?.id ?? "", list[0]?.person_id ?? ""];
    expect(alike(rightDuplicates, ...ids(rightDuplicates))).toEqual(alike(two, ...ids(two)));
    expect(JSON.stringify(rightDuplicates)).not.toMatch(/birth|document|IBAN|plain|queue/);
    // Another guess changes nothing visible to them, and the entry in the queue stays the same.
    await rep.client.updatePerson({ id: wrongTwin.id, ...secrets });
    await app.settle();
    const after = await listVictimDuplicates(wrongTwin.id, rep.client);
    expect(after).toEqual(two);
    const { data: queue } = await rep.client.listDuplicates({ limit: 100, include: "version" });
    expect(queue.find(({ id }) => id === rightDuplicates[0]?.id)).toMatchObject({
      score: rightDuplicates[0]?.score,
      version: rightDuplicates[0]?.version,
    });
    const { data: read } = await rep.client.getDuplicate({ id: String(rightDuplicates[0]?.id) });
    expect(read).toMatchObject({ reasons: rightDuplicates[0]?.reasons, score: rightDuplicates[0]?.score });
    const stale = rep.client.dismissDuplicate({ id: String(rightDuplicates[0]?.id) }, { ifMatch: '"77"' });
    await expect(stale).rejects.toMatchObject({
      status: 412,
      message: expect.stringContaining(`The record has version ${rightDuplicates[0]?.version}`),
    });
    const { data: dismissed } = await rep.client.dismissDuplicate(
      { id: String(rightDuplicates[0]?.id) },
      {
        ifMatch: `"${rightDuplicates[0]?.version}"`,
      },
    );
    expect(dismissed).toMatchObject({ status: "DISMISSED", score: rightDuplicates[0]?.score });
    expect(dismissed).not.toHaveProperty("plain");
    expect((await tenant.admin.getDuplicate({ id: String(rightDuplicates[0]?.id) })).data.status).toBe("DISMISSED");
  });

  it("covers candidates that only match by a sealed value", async () => {
    const victim = await make(tenant.admin, { last_name: "Lovborg", first_name: "Eilert", ...secrets });
    const twin = await make(rep.client, { last_name: "Lovborg", first_name: "Eilert", birth_date: secrets.birth_date });
    await app.settle();
    const duplicate = (await tenant.admin.listPersonDuplicates({ id: twin.id })).data.find(
      (c) => c.other_person_id === victim.id,
    );
    expect(duplicate).toMatchObject({ status: "OPEN" });
    expect((await rep.client.listPersonDuplicates({ id: twin.id })).data).toEqual([]);
    await expect(rep.client.getDuplicate({ id: String(duplicate?.id) })).rejects.toMatchObject({ status: 404 });
    await expect(rep.client.dismissDuplicate({ id: String(duplicate?.id) })).rejects.toMatchObject({ status: 404 });
    expect((await rep.client.listDuplicates({ limit: 100 })).data.map(({ id }) => id)).not.toContain(duplicate?.id);
    // Unsealed data makes it a visible candidate for all users.
    await rep.client.createLead(newLead({ personal_key_id: twin.id, email: "eilert@lovborg.example" }));
    await app.settle();
  });

  it("covers a write without a change", async () => {
    const person = await make(tenant.admin, { ...secrets, last_name: "Brack" });
    const { data } = await rep.client.updatePerson({ id: person.id, birth_date: secrets.birth_date });
    expect(data.version).toBe(person.version + 1);
    expect((await tenant.admin.updatePerson({ id: person.id, birth_date: secrets.birth_date })).data.version).toBe(data.version);
  });

  it("preserves values if their mask is sent back or omitted by users without the permission", async () => {
    const person = await make(tenant.admin, { ...secrets, last_name: "Elvsted" });
    const { data: seen } = await rep.client.getPerson({ id: person.id });
    await allowAnyInput(rep.client)
      .replacePerson({ ...seen, contact_points: undefined, notes: "back" })
      .catch(() => undefined);
    await rep.client.updatePerson({ id: person.id, birth_date: seen.birth_date, bank_account: seen.bank_account });
    await rep.client.replacePerson({ id: person.id, ...names });
    expect((await tenant.admin.getPerson({ id: person.id })).data).toMatchObject(secrets);
    const foreign = rep.client.updatePerson({ id: person.id, document_number: "•••000" });
    await expect(foreign).rejects.toMatchObject({ status: 400, details: [{ field: "document_number" }] });
  });
});

describe("H4 values of hidden fields", () => {
  it("are omitted in an export of the audit trail like in an entry", async () => {
    await addField(tenant, "veiled", { entity_type: "lead", visible_to: ["ADMIN"] });
    const { data: lead } = await tenant.admin.createLead(newLead({ custom_fields: { veiled: "VEIL-1" } }));
    await tenant.admin.updateLead({ id: lead.id, custom_fields: { veiled: "VEIL-2" } });
    await app.settle();
    const ask = { format: "csv", columns: ["id", "new_values", "old_values"], query: { record_id: lead.id } };
    const exportAudit = async (token: string) => JSON.stringify((await runExport(app, token, "exportAuditEntries", ask)).rows);
    expect(await exportAudit(tenant.token)).toMatch(/VEIL-1/);
    const hidden = await exportAudit(director.token);
    expect(hidden).toContain(lead.lead_number);
    expect(hidden).not.toMatch(/VEIL/);
  });
});

describe("M2 the stored hash of a keyed request", () => {
  it("cannot be computed from the table alone, and that of the previous release is still recognized", async () => {
    const body = JSON.stringify({ first_name: "Kai", last_name: "Keyed", email: "kai@keyed.example" });
    const send = (text: string) =>
      inProcessTransport(
        app,
        tenant.token,
      )({
        ...{ method: "POST", path: "/api/v1/leads", query: "", body: text },
        headers: { "content-type": "application/json", "idempotency-key": "guess-me" },
      });
    const first = await send(body);
    const plain = createHash("sha256").update(body).digest("base64url");
    const storedAnswer = dumpItems(app, tenant.id).find(
      ({ answer, hash }) => hash && String(answer).includes("kai@keyed.example"),
    );
    expect(storedAnswer?.hash).toBeTruthy();
    expect(dumpText()).not.toContain(plain);
    expect(JSON.parse((await send(body)).body).data.id).toBe(JSON.parse(first.body).data.id);
    expect((await send(body.replace("Kai", "Kay"))).status).toBe(422);
    await runInTenant(app, tenant, () =>
      sendCommand(new PutCommand({ TableName: tableName(), Item: { ...storedAnswer, hash: plain } })),
    );
    expect(JSON.parse((await send(body)).body).data.id).toBe(JSON.parse(first.body).data.id);
    expect((await send(body.replace("Kai", "Kay"))).status).toBe(422);
  });
});

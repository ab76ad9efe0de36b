import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runExport } from "../../platform/export/export-client.ts";
import { runImport, toCsv } from "../../platform/import/support.ts";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

type Json = Record<string, unknown>;

let app: App;
let tenant: Tenant;
let user: TestUser;
let pet: { id: string };

const kind = "product-lines";
const textSchema = { type: "string", maxLength: 100 };
const sealedText = { ...textSchema, "x-sealed": true };
const buildSchema = (more: Json = {}): Json => ({
  type: "object",
  properties: {
    breed: textSchema,
    born: { type: "string", format: "date" },
    chip: sealedText,
    owner: { type: "object", properties: { name: textSchema } },
    ...more,
  },
  required: ["breed"],
});
const addLine = async (code: string, versions: unknown, targetTenant = tenant) =>
  (
    await allowAnyInput(targetTenant.admin).createMaster({
      kind,
      name: `The ${code}`,
      code,
      insurance_type_id: "specialty",
      versions,
    })
  ).data;
const createLead = async (product_data: Json, more: Json = {}) =>
  (await tenant.admin.createLead(newLead({ product_data, ...more }))).data;
const readProductData = async (id: string, client = tenant.admin) => (await client.getLead({ id })).data.product_data;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "all" });
  user = await addUser(app, tenant, "SALES_REP");
  pet = await addLine("pet", [{ schema_version: 1, schema: buildSchema() }]);
});
afterAll(() => app.stop());

const buildRejection = (status: number, ...fields: string[]) => ({ status, details: fields.map((field) => ({ field })) });

describe("R18 product lines as master data", () => {
  it("are the built-in ones, which cannot be changed, and those of the tenant", async () => {
    const { data } = await tenant.admin.listMasters({ kind });
    expect(data.map(({ code }) => code)).toEqual(["auto", "home", "specialty", "pet"]);
    expect(data[0]).toMatchObject({ name: "Auto", versions: [{ schema_version: 2, schema: { type: "object" } }] });
    const lineKey = { kind, id: String(data[0]?.id) };
    for (const change of [tenant.admin.updateMaster({ ...lineKey, name: "Cars" }), tenant.admin.deleteMaster(lineKey)])
      await expect(change).rejects.toMatchObject({ status: 422 });
    await expect(addLine("auto", [{ schema_version: 1, schema: buildSchema() }])).rejects.toMatchObject({ status: 409 });
    const { data: lines } = await tenant.admin.describeProductLines({});
    expect(lines.map(({ product_line, field }) => `${product_line} ${field}`)).toContain("pet product_data.pet");
  });

  const deep = (depth: number): Json => (depth === 0 ? textSchema : { type: "object", properties: { below: deep(depth - 1) } });
  it.each([
    ["is of 1 MB", { type: "object", description: "x".repeat(1_000_000) }, /Must be at most 16384 bytes/],
    ["is 12 levels deep", deep(12), /Nested/],
    ["is 100 levels deep", deep(100), /nested/i],
    [
      "has 10,000 properties",
      Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`p${n}`, textSchema])),
      /more than|Must be at most 16384 bytes/,
    ],
    ["has __proto__", JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}'), /__proto__/],
    ["refers to another", { type: "object", properties: { a: { $ref: "http://localhost/" } } }, /\$ref is not supported/i],
  ])("reject a schema that %s", async (_, schema, message) => {
    const error = await addLine("bad", [{ schema_version: 1, schema: schema }]).catch((reason) => reason);
    expect([400, 413]).toContain(error.status);
    expect([error.message, ...error.details.map((detail: { message: string }) => detail.message)].join()).toMatch(message);
  });

  it("are published in versions that remain, also if a GET response is sent back", async () => {
    const line = await addLine("boats", [{ schema_version: 1, schema: buildSchema() }]);
    const { data: read } = await tenant.admin.getMaster({ kind, id: line.id });
    const next = { schema_version: 2, schema: buildSchema({ more: textSchema }) };
    await allowAnyInput(tenant.admin).updateMaster({ kind, id: line.id, versions: [next] });
    const { data } = await tenant.admin.replaceMaster({ kind, id: line.id, name: "Boats", versions: read.versions });
    expect(data.versions?.map(({ schema_version }) => schema_version)).toEqual([1, 2]);
    const edited = allowAnyInput(tenant.admin).updateMaster({
      kind,
      id: line.id,
      versions: [{ schema_version: 1, schema: next.schema }],
    });
    await expect(edited).rejects.toMatchObject(buildRejection(400, "versions[0].schema"));
    await tenant.admin.deleteMaster({ kind, id: line.id });
  });
});

describe("a lead of a custom product line", () => {
  it("has its document in the specified version, and errors name their path", async () => {
    const lead = await createLead({ pet: { breed: "Beagle", owner: { name: "Ann" } } });
    expect(lead).toMatchObject({
      product_line: "pet",
      product_data: { pet: { schema_version: 1, breed: "Beagle", owner: { name: "Ann" } } },
      auto_data: null,
    });
    for (const [input, ...fields] of [
      [{ product_data: { pet: { breed: 7, owner: { name: 1 } } } }, "product_data.pet.breed", "product_data.pet.owner.name"],
      [{ product_data: { pet: { schema_version: 9, breed: "x" } } }, "product_data.pet.schema_version"],
      [{ product_data: { pet: "x" } }, "product_data.pet"],
      [{ product_data: { PET: { breed: "x" } } }, "product_data.PET"],
      [{ product_data: { nothing: {} } }, "product_data.nothing"],
      [{ product_data: { constructor: { breed: "x" } } }, "product_data.constructor"],
      [{ product_data: { auto: { drivers: [], vehicles: [] } } }, "product_data.auto"],
      [{ product_line: "home", product_data: { pet: { breed: "x" } } }, "product_data.pet"],
      [{ product_line: "nothing" }, "product_line"],
      [{ auto_data: { drivers: [], vehicles: [] }, product_data: { pet: { breed: "x" } } }, "auto_data", "product_data.pet"],
    ] as [Json, ...string[]][])
      await expect(tenant.admin.createLead(newLead(input))).rejects.toMatchObject(buildRejection(400, ...fields));
  });

  it("behaves like a lead of a built-in line, and is listed by its line", async () => {
    const lead = await createLead({ pet: { breed: "Boxer" } }, { product_line: "PET" });
    expect(lead.product_line).toBe("pet");
    await app.settle();
    const { data } = await tenant.admin.listLeads({ product_line: "pet", limit: 100 });
    expect(data.map(({ id }) => id)).toContain(lead.id);
    const { data: cleared } = await tenant.admin.updateLead({ id: lead.id, product_line: "auto" });
    expect(cleared).toMatchObject({ product_line: "auto", product_data: null });
    const { data: replacedLead } = await tenant.admin.replaceLead({
      ...cleared,
      product_line: undefined,
      product_data: { pet: { breed: "Boxer" } },
    });
    expect(replacedLead).toMatchObject({ product_line: "pet", product_data: { pet: { breed: "Boxer" } } });
  });

  it("keeps its version if there is a newer one", async () => {
    const line = await addLine("horse", [{ schema_version: 1, schema: buildSchema() }]);
    const lead = await createLead({ horse: { breed: "Arab" } });
    const next = { ...buildSchema({ height: { type: "integer" } }), required: ["height"], additionalProperties: false };
    await tenant.admin.updateMaster({ kind, id: line.id, versions: [{ schema_version: 2, schema: next }] });
    const { data: read } = await tenant.admin.getLead({ id: lead.id });
    expect(read.product_data).toMatchObject({ horse: { schema_version: 1 } });
    await tenant.admin.replaceLead({ ...read, notes: "sent back" });
    await expect(createLead({ horse: { breed: "Arab" } })).rejects.toMatchObject(
      buildRejection(400, "product_data.horse.height"),
    );
    expect((await createLead({ horse: { height: 150 } })).product_data).toEqual({ horse: { schema_version: 2, height: 150 } });
  });

  it("stays readable and unchanged if its line is deactivated, which then accepts no new leads", async () => {
    const line = await addLine("bike", [{ schema_version: 1, schema: buildSchema() }]);
    const lead = await createLead({ bike: { breed: "Trek", chip: "FRAME-1" } });
    await app.settle();
    await expect(tenant.admin.deleteMaster({ kind, id: line.id })).rejects.toMatchObject({ status: 409 });
    await tenant.admin.updateMaster({ kind, id: line.id, is_active: false });
    await expect(createLead({ bike: { breed: "x" } })).rejects.toMatchObject(buildRejection(400, "product_data.bike"));
    expect(await readProductData(lead.id)).toMatchObject({ bike: { chip: "FRAME-1" } });
    const { data: updatedLead } = await tenant.admin.updateLead({
      id: lead.id,
      product_data: { bike: { breed: "Giant" } },
    });
    expect(updatedLead.product_data).toMatchObject({ bike: { breed: "Giant" } });
    await tenant.admin.deleteLead({ id: lead.id });
    await app.settle();
    await expect(tenant.admin.deleteMaster({ kind, id: line.id })).resolves.toMatchObject({ status: 200 });
  });

  it("can be assigned by a rule for its line", async () => {
    const rule = { name: "Pets", when: { product_lines: ["PET"] }, to: { method: "USER", user_ids: [user.id] } };
    const { data } = await tenant.admin.createRuleVersion({
      kind: "lead_assignment",
      definition: { rules: [rule], otherwise: null },
    });
    expect(data.definition).toMatchObject({ rules: [{ when: { product_lines: ["pet"] } }] });
    await tenant.admin.publishRuleVersion({ kind: "lead_assignment", id: data.id });
    const lead = await createLead({ pet: { breed: "Corgi" } });
    await tenant.admin.assignLeads({ lead_ids: [lead.id], method: "RULE" });
    expect((await tenant.admin.getLead({ id: lead.id })).data.owner_id).toBe(user.id);
  });

  it("uses the lines of its own tenant only", async () => {
    const neighbour = await signUp(app);
    await addLine("foreign", [{ schema_version: 1, schema: buildSchema() }], neighbour);
    await expect(createLead({ foreign: { breed: "x" } })).rejects.toMatchObject(buildRejection(400, "product_data.foreign"));
    await expect(neighbour.admin.getMaster({ kind, id: pet.id })).rejects.toMatchObject({ status: 404 });
  });
});

describe("fields sealed by a custom schema", () => {
  const SECRET = "CHIPSECRET-77";
  const stored = () => JSON.stringify(dumpItems(app, tenant.id), (_, value) => (value instanceof Set ? [...value] : value));

  it("are never stored in plain text, are masked, require a permission to export, and accept their mask", async () => {
    const free = { more: { CHIP: "FREESECRET-78" } };
    const lead = await createLead({ pet: { breed: "Pug", chip: SECRET, ...free } }, { company: "Sealed Pets" });
    const masked = { pet: { schema_version: 1, breed: "Pug", chip: "•••-77", more: { CHIP: "•••-78" } } };
    expect(lead.product_data).toEqual(masked);
    expect(await readProductData(lead.id)).toEqual({ pet: { ...masked.pet, chip: SECRET, ...free } });
    expect(await readProductData(lead.id, user.client)).toEqual(masked);
    await user.client.updateLead({
      id: lead.id,
      product_data: { pet: { breed: "Poodle", chip: "•••-77", born: "2020-02-02" } },
    });
    await user.client.updateLead({ id: lead.id, product_data: { pet: { breed: "Spitz" } } });
    expect(await readProductData(lead.id)).toEqual({ pet: { schema_version: 1, breed: "Spitz", chip: SECRET } });
    await app.settle();
    expect(stored()).not.toMatch(/CHIPSECRET|FREESECRET/);
    const { data: entries } = await tenant.admin.listAuditEntries({ record_id: lead.id, limit: 100 });
    const auditValues = await Promise.all(
      entries.map(async ({ id }) => (await tenant.admin.getAuditEntry({ id })).data.new_values),
    );
    expect(JSON.stringify(auditValues)).toContain('"chip":"***"');
    const storedEntries = dumpItems(app, tenant.id).filter(({ sk }) => entries.some(({ id }) => id === sk));
    expect([entries.length, storedEntries.length]).toEqual([3, 3]);
    expect(JSON.stringify([auditValues, storedEntries.map(({ doc, old }) => [doc, old])])).not.toMatch(/•/);
    const ask = { format: "csv", columns: ["product_data.pet.breed", "product_data.pet.chip"], query: { search: "sealed pets" } };
    expect((await runExport(app, tenant.token, "exportLeads", ask)).rows).toEqual([["Spitz", SECRET]]);
    expect((await runExport(app, user.token, "exportLeads", ask)).rows).toEqual([["Spitz", "•••-77"]]);
    await user.client.updateLead({ id: lead.id, product_data: { pet: { breed: "Spitz", chip: null } } });
    expect(await readProductData(lead.id)).toEqual({ pet: { schema_version: 1, breed: "Spitz", chip: null } });
    await expect(createLead({ pet: { breed: "x", chip: "•••" } })).rejects.toMatchObject(
      buildRejection(400, "product_data.pet.chip"),
    );
  });

  it("are not available as search paths, unlike other fields of a document", async () => {
    const path = (path: string) => tenant.admin.createSearchPath({ entity: "lead", path });
    for (const fieldPath of [
      "product_data.pet.chip",
      "product_data.pet.more.Chip",
      "product_data.nothing.breed",
      "product_data.breed",
    ])
      await expect(path(fieldPath)).rejects.toMatchObject(buildRejection(400, "path"));
    expect((await path("product_data.pet.born")).data.type).toBe("date");
    const { data: fill } = await tenant.admin.getSearchPathFill({ entity: "lead" });
    expect(fill.paths.map((each) => each.path)).toContain("product_data.pet.breed");
    expect(JSON.stringify(fill)).not.toMatch(/chip/i);
  });

  it("are also sealed in documents of earlier versions once a version seals them", async () => {
    const line = await addLine("truck", [
      { schema_version: 1, schema: buildSchema({ plate: { type: "integer" }, route: textSchema }) },
    ]);
    const lead = await createLead({ truck: { breed: "MAN", plate: 4711, route: "ROUTE-1" } });
    const otherLead = await createLead({ truck: { breed: "DAF", plate: 4712 } });
    const readDocument = (id: string) => String(dumpItems(app, tenant.id).find(({ sk }) => sk === id)?.doc);
    await tenant.admin.createSearchPath({ entity: "lead", path: "product_data.truck.route" });
    await app.settle();
    const sealing = (name: string, schema_version = 2) => ({
      schema_version,
      schema: buildSchema({ plate: { type: "integer" }, [name]: sealedText }),
    });
    const publish = (version: unknown) => allowAnyInput(tenant.admin).updateMaster({ kind, id: line.id, versions: [version] });
    await expect(publish(sealing("route"))).rejects.toMatchObject({ status: 422 });
    await publish({
      schema_version: 2,
      schema: buildSchema({ plate: { ...sealedText, type: "integer", maxLength: undefined }, route: textSchema }),
    });
    const masked = { truck: { schema_version: 1, breed: "MAN", plate: "•••", route: "ROUTE-1" } };
    expect(await readProductData(lead.id, user.client)).toEqual(masked);
    expect(await readProductData(lead.id)).toEqual({ truck: { ...masked.truck, plate: 4711 } });
    const { data: entries } = await tenant.admin.listAuditEntries({ record_id: lead.id });
    const { data: entry } = await tenant.admin.getAuditEntry({ id: String(entries.at(-1)?.id) });
    expect(entry.new_values).toMatchObject({ product_data: { truck: { plate: "***" } } });
    // The next change seals the lead's own values, and the migration seals all others.
    await user.client.updateLead({ id: lead.id, notes: "changed" });
    expect(readDocument(lead.id)).not.toContain(":4711");
    expect(readDocument(otherLead.id)).toContain(":4712");
    expect(await migrate(app.ports)).toMatchObject({ rewritten: 1, failed: [], done: true });
    expect(readDocument(otherLead.id)).not.toContain(":4712");
    expect(await readProductData(lead.id)).toEqual({ truck: { ...masked.truck, plate: 4711 } });
    expect(await readProductData(otherLead.id)).toEqual({ truck: { schema_version: 1, breed: "DAF", plate: 4712 } });
    await expect(publish({ schema_version: 3, schema: buildSchema({ plate: { type: "integer" } }) })).rejects.toMatchObject(
      buildRejection(400, "versions[0].schema.properties.plate"),
    );
  });
});

describe("files with documents of a custom product line", () => {
  const header = [
    "Id",
    "First name",
    "Last name",
    "product_data.pet.breed",
    "product_data.pet.born",
    "product_data.pet.owner.name",
    "product_data.pet.chip",
  ];
  const mapping = Object.fromEntries(header.slice(3).map((name) => [name, name]));

  it("are imported by column, change only those columns, and report errors by column", async () => {
    const rows = toCsv(
      header.slice(1),
      ["Ida", "Paw", "Collie", "01.02.2020", "Per", "CHIP-IMPORT-1"],
      ["Ole", "Paw", "Mops", "soon", "Ann", ""],
    );
    const first = await runImport(app, tenant.token, "leads", rows, {
      mapping: { "First name": "first_name", "Last name": "last_name", ...mapping },
    });
    expect(first).toMatchObject({ created: 1, failed: 1 });
    const { data } = await tenant.admin.listLeads({ search: "ida paw" });
    const id = String(data[0]?.id);
    const document = { schema_version: 1, breed: "Collie", born: "2020-02-01", owner: { name: "Per" }, chip: "CHIP-IMPORT-1" };
    expect(await readProductData(id)).toEqual({ pet: document });
    const change = toCsv(["Id", "product_data.pet.breed"], [id, "Lassie"]);
    const options = { mode: "update", match_on: "id" };
    const parts = { mapping: { Id: "id", "product_data.pet.breed": "product_data.pet.breed" }, options };
    const second = await runImport(app, user.token, "leads", change, parts);
    expect(second).toMatchObject({ updated: 1 });
    expect(await readProductData(id)).toEqual({ pet: { ...document, breed: "Lassie" } });
    await tenant.admin.revertImport({ id: second.id });
    await app.settle();
    expect(await readProductData(id)).toEqual({ pet: document });
  });

  it("map their columns by the labels of the export", async () => {
    await createLead({ pet: { breed: "Dachshund", owner: { name: "Ann" } } }, { company: "Out And In" });
    await app.settle();
    const columns = ["last_name", "product_data.pet.breed", "product_data.pet.owner.name"];
    const { header, rows } = await runExport(app, tenant.token, "exportLeads", {
      format: "csv",
      columns,
      query: { search: "out and in" },
    });
    const { mapping } = await runImport(app, tenant.token, "leads", toCsv(header, ...(rows as string[][])));
    expect(header.map((name) => mapping[name])).toEqual(columns);
  });
});

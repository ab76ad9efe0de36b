import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { type LeadRecord, Leads } from "@crm/core/sales/lead/lead.entity.ts";
import {
  type BuiltInLine,
  builtInLines,
  readDocument,
  resolveLine,
  upgradeDocument,
} from "@crm/core/sales/product-line/product-line.rules.ts";
import { readItem } from "@crm/core/storage/table/database.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { partOf } from "../../support/part-of.ts";

type Json = Record<string, unknown>;

/** A VIN whose check digit is X. */
const VIN = "1M8GDM9AXKP042788";
const LICENCE = "LICENCE-4711";
const BIRTH_DATE = "1961-08-04";

const driver = {
  name: "Grace Hopper",
  date_of_birth: BIRTH_DATE,
  license_number: LICENCE,
  license_state: "NY",
  years_licensed: 40,
};
const vehicle = { year: 2019, make: "Volvo", model: "V60" };
const buildAuto = (more: Json = {}) => ({ schema_version: 2, drivers: [driver], vehicles: [vehicle], ...more }) as const;
const buildHome = (more: Json = {}) => ({ schema_version: 2, locations: [{ year_built: 1931 }], ...more }) as const;
const buildSpecialty = (more: Json = {}) =>
  ({ schema_version: 2, items: [{ kind: "art", description: "Drawing" }], ...more }) as const;

/** Masks sealed values as the answers to writes do. */
const maskSealed = <T>(document: T): T =>
  JSON.parse(JSON.stringify(document).replaceAll(LICENCE, "•••711").replaceAll(BIRTH_DATE, "••••-••-••")) as T;

const listWrongFields = (line: BuiltInLine, document: unknown): string[] => {
  const reading = readDocument(line, document);
  return "wrong" in reading ? reading.wrong.map(({ field }) => field) : [];
};

describe("a document", () => {
  const good: [BuiltInLine, string, Json][] = [
    ["auto", "with no drivers and no vehicles", buildAuto({ drivers: [], vehicles: [] })],
    [
      "auto",
      "with two drivers and three vehicles",
      buildAuto({ drivers: [driver, { name: "Ann" }], vehicles: [vehicle, vehicle, vehicle] }),
    ],
    [
      "auto",
      "with all that a vehicle has",
      buildAuto({
        vehicles: [
          {
            ...vehicle,
            vin: VIN,
            use: "commute",
            annual_mileage: 12_000,
            ownership: "leased",
            primary_driver: 0,
            garaging: { city: "Albany", country: "US" },
            coverages: [{ coverage: "collision", limit: "50000.00", deductible: "500.00" }],
            attributes: { winter_tyres: true },
          },
        ],
      }),
    ],
    [
      "auto",
      "with what happened to a driver",
      buildAuto({ drivers: [{ ...driver, accidents: [{}], violations: [{ points: 2 }] }] }),
    ],
    [
      "auto",
      "with a VIN from a manufacturer whose VINs have no check digit",
      buildAuto({ vehicles: [{ ...vehicle, vin: "WVWZZZ1JZXW000001" }] }),
    ],
    ["auto", "in the version that is meant where none is named", { ...buildAuto(), schema_version: undefined }],
    ["auto", "with 100 drivers", buildAuto({ drivers: Array(100).fill(driver) })],
    [
      "home",
      "with two locations",
      buildHome({
        locations: [
          {
            address: { street_address: "1 Elm St", country: "US" },
            construction: "brick",
            roof: { material: "slate", year: 2001 },
            occupancy: "primary",
            protections: ["sprinklers"],
            coverages: { dwelling: "450000.00" },
            claims: [{ date: "2020-02-29", amount: "1200.00" }],
          },
          { square_feet: 900 },
        ],
      }),
    ],
    [
      "specialty",
      "of each kind",
      buildSpecialty({
        items: [
          { kind: "boat", description: "Sloop", hull_id: "ABC12345D404", length_feet: 31.5 },
          { kind: "motorcycle", description: "Old", vin: VIN, engine_cc: 650 },
          { kind: "rv", description: "Van", class: "b" },
          { kind: "jewelry", description: "Ring", value: "9000.00", identifiers: { certificate: "GIA 1" } },
          { kind: "art", description: "Oil", artist: "N. N." },
          { kind: "other", description: "Harp", attributes: { strings: 47 } },
        ],
      }),
    ],
  ];
  it.each(good)("of %s is accepted unchanged %s", (line, _, document) => {
    expect(readDocument(line, document)).toEqual({ document: { ...document, schema_version: 2 } });
  });

  const bad: [BuiltInLine, string, unknown][] = [
    ["auto", "", "text"],
    ["auto", "schema_version", buildAuto({ schema_version: 3 })],
    ["auto", "schema_version", buildAuto({ schema_version: 0 })],
    ["auto", "schema_version", buildAuto({ schema_version: 1.5 })],
    ["auto", "schema_version", buildAuto({ schema_version: "2" })],
    ["auto", "drivers", { schema_version: 2, vehicles: [] }],
    ["auto", "drivers", buildAuto({ drivers: Array(101).fill(driver) })],
    ["auto", "drivers[0].name", buildAuto({ drivers: [{ ...driver, name: " " }] })],
    ["auto", "drivers[1].date_of_birth", buildAuto({ drivers: [driver, { ...driver, date_of_birth: "1961-02-30" }] })],
    ["auto", "drivers[0].accidents[1].amount", buildAuto({ drivers: [{ ...driver, accidents: [{}, { amount: 12.345 }] }] })],
    ["auto", "vehicles[1].vin", buildAuto({ vehicles: [vehicle, { ...vehicle, vin: "1M8GDM9A1KP042788" }] })],
    ["auto", "vehicles[0].vin", buildAuto({ vehicles: [{ ...vehicle, vin: "WVWZZZ1JZXW00000I" }] })],
    ["auto", "vehicles[0].vin", buildAuto({ vehicles: [{ ...vehicle, vin: VIN.slice(1) }] })],
    ["auto", "vehicles[0].primary_driver", buildAuto({ vehicles: [{ ...vehicle, primary_driver: 1 }] })],
    ["auto", "vehicles[0].garaging.country", buildAuto({ vehicles: [{ ...vehicle, garaging: { country: "usa" } }] })],
    ["auto", "vehicles[0].colour", buildAuto({ vehicles: [{ ...vehicle, colour: "red" }] })],
    ["auto", "vehicles[0].attributes", buildAuto({ vehicles: [{ ...vehicle, attributes: { long: "x".repeat(5000) } }] })],
    ["auto", "", buildAuto({ vehicles: Array(100).fill({ ...vehicle, attributes: { long: "x".repeat(3000) } }) })],
    ["auto", "driver_name", { schema_version: 1, ...vehicle }],
    ["home", "locations[0].coverages.dwelling", buildHome({ locations: [{ coverages: { dwelling: -450_000 } }] })],
    ["home", "locations[0].roof.year", buildHome({ locations: [{ roof: { year: 12 } }] })],
    ["home", "locations[0].protections[1]", buildHome({ locations: [{ protections: ["sprinklers", "moat"] }] })],
    ["home", "locations[0].claims[0].date", buildHome({ locations: [{ claims: [{ date: "soon" }] }] })],
    ["home", "drivers", buildHome({ drivers: [] })],
    ["specialty", "items[0].kind", buildSpecialty({ items: [{ kind: "airship", description: "Zeppelin" }] })],
    ["specialty", "items[0].hull_id", buildSpecialty({ items: [{ kind: "art", description: "Oil", hull_id: "A" }] })],
    [
      "specialty",
      "items[0].identifiers",
      buildSpecialty({
        items: [
          {
            kind: "other",
            description: "Many",
            identifiers: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`n${n}`, "x"])),
          },
        ],
      }),
    ],
  ];
  it.each(bad)("of %s is rejected at %s", (line, path, document) => {
    expect(listWrongFields(line, document)).toEqual([path]);
  });

  it("reports all errors at once", () => {
    const vehicles = [
      { ...vehicle, year: 1700 },
      { ...vehicle, make: "", vin: "?" },
    ];
    expect(listWrongFields("auto", buildAuto({ vehicles }))).toEqual(["vehicles[0].year", "vehicles[1].vin", "vehicles[1].make"]);
  });
});

/** Documents as written by the release with schema version 1. */
const firstVersions = {
  auto: {
    schema_version: 1,
    driver_name: "Grace Hopper",
    date_of_birth: BIRTH_DATE,
    license_number: LICENCE,
    accidents: 2,
    vin: VIN,
    ...vehicle,
  },
  home: { schema_version: 1, city: "Albany", construction: "Brick", dwelling_coverage: 450_000.5, claims: 1 },
  specialty: { schema_version: 1, item_type: "Boat", description: "Sloop", value: 9000 },
} satisfies Record<BuiltInLine, Json>;

const upgradedDocuments = {
  auto: {
    schema_version: 2,
    drivers: [{ name: "Grace Hopper", date_of_birth: BIRTH_DATE, license_number: LICENCE, accidents: [{}, {}] }],
    vehicles: [{ ...vehicle, vin: VIN, primary_driver: 0 }],
  },
  home: {
    schema_version: 2,
    locations: [{ address: { city: "Albany" }, construction: "brick", coverages: { dwelling: "450000.50" }, claims: [{}] }],
  },
  specialty: { schema_version: 2, items: [{ kind: "boat", description: "Sloop", value: "9000.00" }] },
};

describe("a document of version 1", () => {
  it.each(builtInLines)("of %s is upgraded to the current version", (line) => {
    expect(upgradeDocument(line, firstVersions[line])).toStrictEqual(upgradedDocuments[line]);
    expect(readDocument(line, firstVersions[line])).toEqual({ document: upgradedDocuments[line] });
  });

  it("keeps values without a field in the new version as attributes", () => {
    expect(upgradeDocument("auto", { ...firstVersions.auto, vin: "unknown" })).toMatchObject({
      vehicles: [{ attributes: { vin: "unknown" } }],
    });
    expect(upgradeDocument("home", { ...firstVersions.home, construction: "Adobe" })).toMatchObject({
      locations: [{ construction: "other", attributes: { construction: "Adobe" } }],
    });
    expect(upgradeDocument("specialty", { ...firstVersions.specialty, item_type: "Harp" })).toMatchObject({
      items: [{ kind: "other", attributes: { item_type: "Harp" } }],
    });
  });

  it("stays unchanged if it is from a later release", () => {
    const laterDocument = { schema_version: 3, of: "tomorrow" };
    for (const line of builtInLines) expect(upgradeDocument(line, laterDocument)).toBe(laterDocument);
  });

  const word = fc
    .string({ minLength: 1, maxLength: 50, unit: "grapheme" })
    .filter((text) => text.trim() !== "" && text.length <= 50);
  const empty = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
  const day = fc.constantFrom("1904-02-29", "2000-01-01", "2031-12-31");
  const amount = fc.double({ min: 0, max: 9_999_999_999_999, noNaN: true });
  const policy = { current_carrier: empty(word), current_policy_expires: empty(day) };
  const arbitrary: Record<BuiltInLine, fc.Arbitrary<Json>> = {
    auto: fc.record(
      {
        schema_version: fc.constant(1),
        driver_name: word,
        date_of_birth: empty(day),
        license_number: empty(word),
        license_state: empty(word),
        years_licensed: empty(fc.nat(100)),
        accidents: empty(fc.nat(20)),
        violations: empty(fc.nat(20)),
        vin: empty(fc.oneof(fc.constantFrom(VIN, VIN.toLowerCase(), "WVWZZZ1JZXW000001"), word)),
        year: fc.integer({ min: 1886, max: 2100 }),
        make: word,
        model: word,
        annual_mileage: empty(fc.nat(1_000_000)),
        ...policy,
      },
      { requiredKeys: ["schema_version", "driver_name", "year", "make", "model"] },
    ),
    home: fc.record(
      {
        schema_version: fc.constant(1),
        street_address: empty(word),
        city: empty(word),
        country: empty(fc.constantFrom("US", "DE")),
        year_built: empty(fc.integer({ min: 1500, max: 2100 })),
        square_feet: empty(fc.integer({ min: 1, max: 10_000_000 })),
        construction: empty(fc.oneof(fc.constantFrom("Frame", "LOG"), word)),
        dwelling_coverage: empty(amount),
        liability_coverage: empty(amount),
        claims: empty(fc.nat(20)),
        ...policy,
      },
      { requiredKeys: ["schema_version"] },
    ),
    specialty: fc.record(
      {
        schema_version: fc.constant(1),
        item_type: fc.oneof(fc.constantFrom("boat", "RV", "Art"), word),
        description: word,
        value: empty(amount),
        year: empty(fc.integer({ min: 1500, max: 2100 })),
        ...policy,
      },
      { requiredKeys: ["schema_version", "item_type", "description"] },
    ),
  };
  it.each(builtInLines)("of %s with any content is valid in the current version, and an upgrade leaves it unchanged", (line) => {
    fc.assert(
      fc.property(arbitrary[line], (document) => {
        const read = upgradeDocument(line, document);
        expect(readDocument(line, read)).toStrictEqual({ document: read });
        expect(readDocument(line, document)).toEqual({ document: read });
        expect(upgradeDocument(line, read)).toBe(read);
      }),
    );
  });
});

describe("the product line of a lead", () => {
  const emptyLine = { product_line: null, auto_data: null, home_data: null, specialty_data: null, product_data: null };
  type Details = NonNullable<Parameters<typeof resolveLine>[1]>;
  const a = partOf<NonNullable<Details["auto_data"]>>(buildAuto());
  const h = partOf<NonNullable<Details["home_data"]>>(buildHome());
  const driving = { ...emptyLine, product_line: "auto" as const, auto_data: a };
  const cases: [
    string,
    Parameters<typeof resolveLine>[0],
    Parameters<typeof resolveLine>[1],
    ReturnType<typeof resolveLine> | string[],
  ][] = [
    ["nothing", {}, emptyLine, emptyLine],
    ["a line alone", { product_line: "auto" }, emptyLine, { ...emptyLine, product_line: "auto" }],
    ["a detail alone", { auto_data: a }, emptyLine, driving],
    ["both", { product_line: "auto", auto_data: a }, emptyLine, driving],
    ["nothing, where there was something", {}, driving, driving],
    ["null", { product_line: null }, driving, emptyLine],
    ["null for the detail", { auto_data: null }, driving, { ...emptyLine, product_line: "auto" }],
    ["null for the detail of another line", { home_data: null }, driving, driving],
    ["another line", { product_line: "home" }, driving, { ...emptyLine, product_line: "home" }],
    [
      "another line with its detail",
      { product_line: "home", home_data: h },
      driving,
      { ...emptyLine, product_line: "home", home_data: h },
    ],
    ["the same line", { product_line: "auto" }, driving, driving],
    ["the detail of a line that it has not", { home_data: h }, driving, ["home_data"]],
    ["the detail of a line that is not named", { product_line: "auto", home_data: h }, emptyLine, ["home_data"]],
    ["a detail and null", { product_line: null, auto_data: a }, emptyLine, ["auto_data"]],
    ["two details", { auto_data: a, home_data: h }, emptyLine, ["auto_data", "home_data"]],
  ];
  it.each(cases)("follows from %s", (_, input, current, expected) => {
    if (!Array.isArray(expected)) return expect(resolveLine(input, current)).toEqual(expected);
    let rejection: unknown;
    try {
      resolveLine(input, current);
    } catch (error) {
      rejection = error;
    }
    expect(rejection).toMatchObject({ code: "VALIDATION_ERROR", details: expected.map((field) => ({ field })) });
  });
});

describe("a lead with a product line", () => {
  let app: App;
  let tenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
  });
  afterAll(() => app.stop());

  const create = async (more: Json = {}) => (await tenant.admin.createLead(newLead(more))).data;
  const inTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
  const refusal = (field: string) => ({ status: 400, code: "VALIDATION_ERROR", details: [{ field }] });

  it("has several drivers, vehicles, locations and items", async () => {
    const auto_data = buildAuto({
      drivers: [driver, { name: "Ann" }],
      vehicles: [vehicle, { ...vehicle, vin: VIN, primary_driver: 1 }],
    });
    const lead = await create({ auto_data });
    const line = { product_line: "auto", home_data: null, specialty_data: null, product_data: null };
    expect(lead).toMatchObject({ ...line, auto_data: maskSealed(auto_data) });
    expect((await tenant.admin.getLead({ id: lead.id })).data).toEqual({ ...lead, auto_data });
    expect((await tenant.admin.replaceLead(lead)).data).toEqual(lead);
    expect((await allowAnyInput(tenant.admin).replaceLead({ ...lead, auto_data })).data).toEqual(lead);
    const home_data = buildHome({ locations: [{ year_built: 1931 }, { square_feet: 900 }] });
    expect(await create({ product_line: "home", home_data })).toMatchObject({ product_line: "home", home_data, auto_data: null });
    expect(await create({ specialty_data: buildSpecialty() })).toMatchObject({
      product_line: "specialty",
      specialty_data: buildSpecialty(),
    });
  });

  it("reports the path of each error in a document, along with all other errors", async () => {
    const auto_data = buildAuto({ vehicles: [vehicle, { ...vehicle, vin: "1M8GDM9A1KP042788" }] });
    const rejection = { status: 400, details: [{ field: "email" }, { field: "auto_data.vehicles[1].vin" }] };
    await expect(tenant.admin.createLead(newLead({ email: "unknown", auto_data }))).rejects.toMatchObject(rejection);
    const lead = await create();
    const laterInput = { id: lead.id, auto_data: buildAuto({ schema_version: 3 }) };
    await expect(allowAnyInput(tenant.admin).updateLead(laterInput)).rejects.toMatchObject(refusal("auto_data.schema_version"));
    await expect(allowAnyInput(tenant.admin).updateLead({ id: lead.id, auto_data: 5 })).rejects.toMatchObject(
      refusal("auto_data"),
    );
  });

  it("has one detail only, of its product line", async () => {
    const doubleInput = newLead({ auto_data: buildAuto(), home_data: buildHome() });
    const details = [{ field: "auto_data" }, { field: "home_data" }];
    await expect(tenant.admin.createLead(doubleInput)).rejects.toMatchObject({ status: 400, details });
    const mismatchedInput = newLead({ product_line: "auto", home_data: buildHome() });
    await expect(tenant.admin.createLead(mismatchedInput)).rejects.toMatchObject(refusal("home_data"));
    const { id } = await create({ auto_data: buildAuto() });
    await expect(allowAnyInput(tenant.admin).updateLead({ id, home_data: buildHome() })).rejects.toMatchObject(
      refusal("home_data"),
    );
    const boat = newLead({ product_line: "boat" });
    await expect(tenant.admin.createLead(boat)).rejects.toMatchObject(refusal("product_line"));
  });

  it("can change its line, replace its detail as a whole, and clear both", async () => {
    const { id } = await create({ auto_data: buildAuto({ attributes: { quoted: true } }) });
    const change = async (patch: Json) => (await tenant.admin.updateLead({ id, ...patch })).data;
    expect(await change({ company: "Navy" })).toMatchObject({
      product_line: "auto",
      auto_data: { attributes: { quoted: true } },
    });
    expect((await change({ auto_data: buildAuto() })).auto_data).toEqual(maskSealed(buildAuto()));
    const expected = { product_line: "home", home_data: buildHome(), auto_data: null };
    expect(await change({ product_line: "home", home_data: buildHome() })).toMatchObject(expected);
    expect(await change({ product_line: "specialty" })).toMatchObject({ product_line: "specialty", home_data: null });
    expect(await change({ specialty_data: buildSpecialty() })).toMatchObject({ specialty_data: buildSpecialty() });
    expect(await change({ product_line: null })).toMatchObject({ product_line: null, specialty_data: null, product_data: null });
    expect(await change({ auto_data: buildAuto() })).toMatchObject({ product_line: "auto", auto_data: maskSealed(buildAuto()) });
    const { data: replaced } = await tenant.admin.replaceLead({ id, first_name: "A", last_name: "B" });
    expect(replaced).toMatchObject({ product_line: null, auto_data: null });
  });

  it("is listed by its line with the total, without its detail", async () => {
    const ownTenant = await signUp(app);
    const ids: string[] = [];
    for (const more of [{ auto_data: buildAuto() }, { product_line: "home" }, {}, { auto_data: buildAuto() }]) {
      ids.push((await ownTenant.admin.createLead(newLead(more))).data.id);
    }
    await app.settle();
    const listed = async (query: Json) => allowAnyInput(ownTenant.admin).listLeads(query);
    const drivers = await listed({ product_line: "auto" });
    expect(drivers.data.map(({ id }) => id)).toEqual([ids[3], ids[0]]);
    expect(drivers.data[0]).toMatchObject({ product_line: "auto" });
    expect(drivers.data[0]).not.toHaveProperty("auto_data");
    expect(JSON.stringify(drivers)).not.toContain(LICENCE);
    const totals = [drivers, await listed({ product_line: "home" }), await listed({ product_line: "specialty" })];
    expect(totals.map(({ meta }) => meta.total)).toEqual([2, 1, 0]);
    expect((await listed({ product_line: "auto", owner: ownTenant.userId })).meta.total).toBe(2);
    await ownTenant.admin.updateLead({ id: ids[0] as string, product_line: null });
    await app.settle();
    expect((await listed({ product_line: "auto" })).meta.total).toBe(1);
    await expect(listed({ product_line: "boat" })).rejects.toMatchObject(refusal("product_line"));
  });

  it("shows licence numbers and dates of birth in a response of its own only", async () => {
    const { id } = await create({ auto_data: buildAuto() });
    await allowAnyInput(tenant.admin).updateLead({ id, auto_data: buildAuto({ current_carrier: "Acme" }) });
    await app.settle();
    expect((await tenant.admin.listLeads({ search: LICENCE })).meta.total).toBe(0);
    const entries = (await tenant.admin.listAuditEntries({ record_id: id })).data;
    expect(entries.map(({ changed }) => changed?.includes("auto_data"))).toEqual([true, true]);
    const auditEntries = await Promise.all(
      entries.map(async (entry) => (await tenant.admin.getAuditEntry({ id: entry.id })).data),
    );
    const [{ date_of_birth: _born, license_number: _licence, ...open }] = buildAuto().drivers;
    const drivers = [{ ...open, date_of_birth: "***", license_number: "***" }];
    expect(auditEntries[0]?.new_values).toMatchObject({ auto_data: { current_carrier: "Acme", drivers } });
    for (const word of [LICENCE, BIRTH_DATE]) expect(JSON.stringify(auditEntries)).not.toContain(word);
    const storedEntries = dumpItems(app, tenant.id).filter(({ sk }) => entries.some((entry) => entry.id === sk));
    expect(storedEntries.filter(({ old }) => old)).toHaveLength(1);
    expect(JSON.stringify(storedEntries)).not.toContain("•");
  });

  describe("with a document stored by an earlier release", () => {
    const store = async (line: BuiltInLine): Promise<LeadRecord> => {
      const { id } = await create();
      return inTenant(async () => {
        const current = (await Records.load(Leads, id)) as LeadRecord;
        const stored = partOf<LeadRecord>({ ...current, product_line: line, [`${line}_data`]: firstVersions[line] });
        const next = Records.nextVersion(current, stored);
        await transaction().replace(Leads, current, next).commit(undefined);
        return next;
      });
    };
    const versionStored = (line: BuiltInLine, id: string): Promise<unknown> =>
      inTenant(async () => {
        const item = await readItem(recordKey(tenant.id, id));
        return JSON.parse(String(item?.doc))[`${line}_data`].schema_version;
      });

    it.each(builtInLines)("shows the document of %s in the current version, and stores it when it changes", async (line) => {
      const { id } = await store(line);
      await app.settle();
      expect(await versionStored(line, id)).toBe(1);
      const storedLead = (await tenant.admin.getLead({ id })).data;
      expect(storedLead).toMatchObject({ product_line: line, [`${line}_data`]: upgradedDocuments[line] });
      expect((await tenant.admin.listLeads({ product_line: line })).data.map((row) => row.id)).toContain(id);
      const changedLead = (await tenant.admin.updateLead({ id, company: "Of today" })).data;
      expect(changedLead[`${line}_data`]).toEqual(maskSealed(storedLead[`${line}_data`]));
      expect((await tenant.admin.getLead({ id })).data[`${line}_data`]).toEqual(storedLead[`${line}_data`]);
      expect(await versionStored(line, id)).toBe(2);
      await app.settle();
      const [entry] = (await tenant.admin.listAuditEntries({ record_id: id })).data;
      // Unsealed values are sealed with the next change.
      expect(entry?.changed?.toSorted()).toEqual(line === "auto" ? ["auto_data", "company", "sealed"] : ["company"]);
    });

    it.each(builtInLines)("accepts the old document of %s from older clients", async (line) => {
      const lead = await create({ [`${line}_data`]: firstVersions[line] });
      expect(lead).toMatchObject({ product_line: line, [`${line}_data`]: maskSealed(upgradedDocuments[line]) });
      expect(await versionStored(line, lead.id)).toBe(2);
    });
  });

  it("can be collected by a form generated from the schema of its line", async () => {
    const { data } = await tenant.admin.describeProductLines();
    expect(data.map(({ product_line, field, schema_version }) => [product_line, field, schema_version])).toEqual([
      ["auto", "auto_data", 2],
      ["home", "home_data", 2],
      ["specialty", "specialty_data", 2],
    ]);
    expect(data[0]?.schema).toMatchObject({
      type: "object",
      required: ["drivers", "vehicles"],
      properties: { schema_version: { const: 2 }, vehicles: { maxItems: 100, items: { required: ["year", "make", "model"] } } },
    });
  });
});

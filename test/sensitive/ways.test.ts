import { readFileSync } from "node:fs";
import { domains } from "@crm/core/domains.ts";
import { exportableNamed } from "@crm/core/jobs/export/exportable.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { sensitiveFields } from "@crm/core/person/sensitive.ts";
import { sealingsOf } from "@crm/core/storage/table/collection.ts";
import { allCollections } from "@crm/core/storage/table/collections.ts";
import { operations } from "@crm/functions/api/index.ts";
import { inputOf, type Operation } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetched, startOf } from "../export/files.ts";
import { inTenant } from "../person/support.ts";
import { kindOfOperation } from "../registry/operation-sample.ts";
import { exportsOf, type Input, inputFor, makeWorld, sendAs, type World } from "../registry/world.ts";
import { isExhaustive, sampled } from "../sample.ts";
import { dump } from "../stream/chaos.ts";
import { addUser, publishedBy, startTestApp, type TestUser } from "../support.ts";

/**
 * Secrets are planted in every field that is sealed or hidden, wherever an input has one, and looked for in what every operation,
 * export, event and the table then say: a new kind, field or way is asked by being there.
 */

/** By the name of the field, whatever it is a field of. */
const SEALED = {
  license_number: "PLANT-LICENCE-71",
  document_number: "PLANT-DOCUMENT-72",
  account_number: "PLANT-ACCOUNT-73",
  holder: "PLANT-HOLDER-74",
} as const;
const HIDDEN = "PLANT-HIDDEN-75";
const PLANTED = /PLANT-[A-Z]+-7\d/;

let app: App;
let world: World;
let manager: TestUser;
let director: TestUser;
let events: readonly DomainEvent[];

beforeAll(async () => {
  app = await startTestApp();
  events = publishedBy(app);
  world = await makeWorld(app, "WAYS");
  const { admin } = world.tenant;
  await admin.updateTenant({ settings: { visibility: "all" } });
  for (const entity_type of [
    "lead",
    "person",
    "customer",
    "contact",
    "opportunity",
    "potential",
    "deal",
    "quote",
    "proposal",
    "contract",
    "ticket",
  ] as const)
    await admin.createCustomField({
      ...{ entity_type, field_name: "veiled", field_label: "Veiled", field_type: "text", visible_to: ["ADMIN"] },
    } as never);
  const { custom_fields } = world.fillings.values as { custom_fields: object };
  world.fillings.values = { ...world.fillings.values, ...SEALED, custom_fields: { ...custom_fields, veiled: HIDDEN } };
  app.setClock({ advance: 61_000 });
  manager = await addUser(app, world.tenant, "MANAGER");
  director = await addUser(app, world.tenant, "DIRECTOR");
  const properties = { license_number: { type: "string", "x-sealed": true } };
  const schema = { type: "object", properties: { kept: { type: "object", properties } } };
  await admin.createMaster({
    kind: "product-lines",
    name: "Planted",
    code: "planted",
    versions: [{ schema_version: 1, schema }],
  } as never);
});
afterAll(() => app.stop());

const isAsked = ({ access }: Operation): boolean => access !== "public" && access !== "signed_in";
/** Operations into which something can be planted, and others of each kind. */
const takes = new Set([...Object.keys(SEALED), "custom_fields", "product_data"]);
const plants = (operation: Operation): boolean => Object.keys(inputOf(operation).shape).some((field) => takes.has(field));
const asked = sampled(operations.filter(isAsked), {
  name: ({ name }) => name,
  kind: (each) => ("product_data" in inputOf(each).shape ? each.name : `${plants(each)} ${kindOfOperation(each)}`),
});

/** As somebody sends it to whom the field is hidden. */
function withoutHidden(input: Input): Input {
  const { custom_fields, ...rest } = input;
  if (!custom_fields) return input;
  const { veiled: _veiled, ...own } = custom_fields as Input;
  return { ...rest, custom_fields: own };
}

/** Of a lead also with the detail of a line that the tenant has added. */
function ofOwnLine({ auto_data: _auto, ...rest }: Input): Input {
  const { license_number } = SEALED;
  return { ...rest, product_line: "planted", product_data: { planted: { kept: { license_number }, free: { license_number } } } };
}

const variantsOf = (operation: Operation) => {
  const same = (input: Input): Input => input;
  return "product_data" in inputOf(operation).shape ? [same, ofOwnLine] : [same];
};

describe("what is sealed or hidden", () => {
  it("is in no answer of any operation to whom it is not for, and in no answer of a write to anybody", async () => {
    const told: string[] = [];
    let [planted, ofOwn] = [0, 0];
    for (const operation of asked)
      for (const variant of variantsOf(operation)) {
        const input = variant(await inputFor(app, world, operation));
        const isPlanted = PLANTED.test(JSON.stringify(input));
        if (isPlanted) planted++;
        const { body } = await sendAs(app, manager.token, operation, withoutHidden(input));
        if (PLANTED.test(body)) told.push(`${operation.name} tells a MANAGER ${PLANTED.exec(body)?.[0]}`);
        if (operation.method === "GET" || !isPlanted) continue;
        const own = await sendAs(app, world.tenant.token, operation, variant(await inputFor(app, world, operation)));
        const sealed = Object.values(SEALED).filter((value) => own.body.includes(value));
        if (sealed.length > 0) told.push(`${operation.name} answers with ${sealed}`);
        if (variant === ofOwnLine && own.status < 300) ofOwn++;
      }
    expect(told).toEqual([]);
    // Nothing would be found where nothing was planted.
    expect(planted).toBeGreaterThan(5);
    expect(ofOwn).toBeGreaterThan(2);
  });

  it("is in no event, and what is sealed lies open nowhere in the table", async () => {
    await app.settle();
    expect(events.length).toBeGreaterThan(isExhaustive ? 100 : 30);
    expect(JSON.stringify(events)).not.toMatch(PLANTED);
    const stored = dump(app, world.tenant.id).map((item) =>
      JSON.stringify(item, (_, value) => (value instanceof Set ? [...value] : value instanceof Uint8Array ? "" : value)),
    );
    expect(stored.length).toBeGreaterThan(isExhaustive ? 500 : 200);
    const open = stored.filter((item) => Object.values(SEALED).some((value) => item.includes(value)));
    expect(open.map((item) => item.slice(0, 300))).toEqual([]);
  });

  it("is in no export of any list for whom it is not", async () => {
    const entities = sampled(
      domains.flatMap(({ exports = {} }) => Object.keys(exports)),
      { name: (each) => each, kind: (each) => (/^(leads|persons)$/.test(each) ? each : "other") },
    );
    const asked: { what: string; token: string; id: string; wanted: RegExp }[] = [];
    for (const entity of entities) {
      const columns = await inTenant(app, world.tenant, async () => (await exportableNamed(entity)).columns());
      for (const [role, { token }, wanted] of [
        ["MANAGER", manager, PLANTED],
        ["DIRECTOR", director, new RegExp(HIDDEN)],
      ] as const) {
        const names = columns.map((column) => column.name);
        const id = await started(entity, token, names);
        if (id !== undefined) asked.push({ what: `${entity} for ${role}`, token, id, wanted });
      }
    }
    await app.settle();
    const files = await Promise.all(asked.map(async (each) => ({ ...each, file: await fetched(app, each.token, each.id) })));
    expect(files.filter(({ file }) => file.status !== "completed").map(({ what }) => what)).toEqual([]);
    expect(files.filter(({ file, wanted }) => wanted.test(file.bytes.toString("utf8"))).map(({ what }) => what)).toEqual([]);
    expect(files.filter(({ what, file }) => /^(leads|persons)/.test(what) && file.rows.length > 3)).toHaveLength(4);
  });

  /** With every column that is for them: others are refused, and named by their place; undefined where none of it is. */
  async function started(entity: string, token: string, names: readonly string[]): Promise<string | undefined> {
    const name = String(operations.find(({ path }) => path.endsWith("/export") && path.includes(entity))?.name);
    const query = exportsOf(name);
    const start = (columns: readonly string[]) =>
      startOf(app, token, name, { columns, query }).catch((error: Error) => error.message);
    const first = await start(names);
    const refused = new Set([...first.matchAll(/columns\[(\d+)\]/g)].map(([, at]) => names[Number(at)]));
    const id = refused.size > 0 ? await start(names.filter((each) => !refused.has(each))) : first;
    return id.startsWith("403") ? undefined : id;
  }
});

describe("docs/sensitive-data.md", () => {
  it("has the classes of every kind, as the code declares them", async () => {
    const collections = await inTenant(app, world.tenant, allCollections);
    const custom = domains.flatMap(({ takes }) => (takes?.custom_fields ?? []).map(({ name }) => name));
    const rows = collections.flatMap((collection) => {
      const { sealed, internal = [], secret = [], declares = [] } = collection.definition;
      const own = collection.name === "person" ? Object.keys(sensitiveFields) : [];
      const documents = Object.entries(sealingsOf(collection)).flatMap(([field, { paths }]) =>
        paths.map((path) => `${field}.${path}`),
      );
      const cells = [
        [...own, ...documents],
        declares.length > 0 && custom.includes(collection.name) ? ["custom_fields"] : [],
        [...secret],
        [...internal, ...(sealed ? [sealed] : [])],
      ];
      if (cells.every((cell) => cell.length === 0)) return [];
      return [`| ${[collection.name, ...cells.map((cell) => cell.map((each) => `\`${each}\``).join(", "))].join(" | ")} |`];
    });
    const docs = readFileSync(new URL("../../docs/sensitive-data.md", import.meta.url), "utf8");
    const table = /<!-- classes -->\n[^\n]*\n[^\n]*\n([\s\S]*?)<!-- \/classes -->/.exec(docs)?.[1] ?? "";
    const plain = (line: string): string => line.replaceAll(/\s+/g, " ").trim();
    expect(table.trim().split("\n").map(plain)).toEqual(rows.map(plain).sort());
  });
});

import { readFileSync } from "node:fs";
import { domains } from "@crm/core/domains.ts";
import { listActorFields } from "@crm/core/kernel/actor.ts";
import { objectKinds } from "@crm/core/kernel/capabilities.ts";
import { type Context, runIn } from "@crm/core/kernel/context.ts";
import {
  aboutPerson,
  type DataSubject,
  dataClasses,
  type KindPersonalData,
  personalData,
  self,
  sensitiveClasses,
} from "@crm/core/kernel/personal-data.ts";
import {
  date,
  email,
  findReferencedKind,
  id,
  money,
  name,
  oneLine,
  type Shape,
  text,
  toStoredShape,
} from "@crm/core/kernel/schema.ts";
import { sensitiveFields } from "@crm/core/people/person/sensitive-values.ts";
import {
  besideRecordsWithoutPersonalData,
  derivedStores,
  itemsWithoutPersonalData,
  keyspacesWithoutPersonalData,
  objectsWithoutPersonalData,
} from "@crm/core/platform/personal-data/derived-stores.ts";
import { listDeclaredFields, listSubjects, unwrapElement } from "@crm/core/platform/personal-data/field-list.ts";
import { USER } from "@crm/core/platform/user/user.kind.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { type BaseRecord, type Collection, declaredSealings } from "@crm/core/storage/table/collection.ts";
import { loadAllCollections } from "@crm/core/storage/table/collection-registry.ts";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { buildProcessingRecord } from "../../../scripts/processing-record-page.ts";
import { listProjectFiles } from "../../../scripts/project-copy.ts";
import { partOf } from "../../support/part-of.ts";

/** Each kind declares whom its records are about, and each field what it is (docs/security/personal-data.md). */
const collections = await runIn(partOf<Context>({ ports: { domains } }), loadAllCollections);
const byName = new Map(collections.map((collection) => [collection.name, collection]));
const cases = collections.map((collection): [string, Collection<BaseRecord>, KindPersonalData] => [
  collection.name,
  collection,
  collection.definition.personalData,
]);

/** Finds a field by its path; `[]` marks lists and has no meaning here. Base fields are texts. */
function findField(shape: Shape, path: string): z.ZodType | undefined {
  const [name = "", ...rest] = path.replaceAll("[]", "").split(".");
  const field = shape[name] && unwrapElement(shape[name] as z.ZodType);
  if (rest.length === 0 || !field) return field;
  return field instanceof z.ZodObject ? findField(field.shape, rest.join(".")) : undefined;
}

const isUserReference = (shape: Shape, name: string): boolean =>
  listActorFields(shape).includes(name) || findReferencedKind(unwrapElement(shape[name] as z.ZodType))?.name === "user";

/** Lists the paths of all fields that hold ids of users. */
const listUserReferences = (shape: Shape, prefix = ""): string[] =>
  Object.keys(shape).flatMap((name) => {
    const field = unwrapElement(shape[name] as z.ZodType);
    if (isUserReference(shape, name)) return [`${prefix}${name}`];
    return field instanceof z.ZodObject ? listUserReferences(field.shape, `${prefix}${name}.`) : [];
  });

const isJson = (field: z.ZodType): boolean =>
  field instanceof z.ZodLazy || (field instanceof z.ZodRecord && isJson(unwrapElement(field.valueType as z.ZodType)));

/** JSON fields that hold nothing about a person: the default value of a field that the tenant defines. */
const jsonWithoutPersons = ["custom_field.default_value", "master.versions"];

const shapeOf = (collection: Collection<BaseRecord>): Shape => collection.definition.schema.shape;
const findData = (collection: Collection<BaseRecord>, path: string) =>
  listDeclaredFields(collection).find((field) => field.path === path.replaceAll("[]", ""))?.data;

describe("declarations of personal data", () => {
  it.each(cases)(
    "%s says why its records are stored, and names only fields that exist",
    (_, collection, { purpose, ...kind }) => {
      expect(purpose).toMatch(/^[A-Z].+\.$/);
      const paths = listDeclaredFields(collection).map(({ path }) => path);
      expect(Object.keys(kind.sharedFields ?? {}).filter((path) => !paths.includes(path))).toEqual([]);
      const tops = new Set(paths.map((path) => path.split(".")[0]));
      expect(collection.fields.filter((name) => name !== "links" && !tops.has(name))).toEqual([]);
    },
  );

  it.each(cases)("%s declares references to users as staff", (_, collection) => {
    const references = listUserReferences(shapeOf(collection));
    expect(references.filter((path) => findData(collection, path) !== "staff")).toEqual([]);
  });

  it.each(cases)("%s names a subject for each field about a person", (_, collection) => {
    const fields = listDeclaredFields(collection).slice(7);
    expect(fields.filter(({ data }) => data !== "none" && data !== "staff" && !(data in dataClasses))).toEqual([]);
    const isOrphan = ({ data, subject }: (typeof fields)[number]) =>
      data !== "none" && data !== "staff" && data !== "credential" && !subject;
    expect(fields.filter(isOrphan).map(({ path }) => path)).toEqual([]);
  });

  it.each(cases)("%s reaches its subjects through fields that exist", (_, collection, declaration) => {
    for (const { paths } of listSubjects(declaration))
      for (const path of paths) {
        if (path.by === "self") continue;
        const field = findField(shapeOf(collection), path.field);
        expect(field, path.field).toBeDefined();
        const isText = ["string", "union", "pipe"].includes(field?._zod.def.type ?? "");
        expect(isText || findReferencedKind(field as z.ZodType) !== undefined, `${path.field} is one value`).toBe(true);
        expect(findData(collection, path.field), `${path.field} is personal data`).not.toBe("none");
        if (path.by !== "reference" || !path.kind) continue;
        expect(byName.has(path.kind.name), path.kind.name).toBe(true);
        const referenced = findReferencedKind(field as z.ZodType);
        if (referenced) expect(referenced.name).toBe(path.kind.name);
      }
  });

  it.each(cases)("%s declares free JSON and custom fields as personal data", (name, collection, kind) => {
    if (listSubjects(kind).length === 0) return;
    const json = Object.entries(shapeOf(collection)).filter(([, field]) => isJson(unwrapElement(field as z.ZodType)));
    for (const [field] of json)
      if (!jsonWithoutPersons.includes(`${name}.${field}`)) expect(findData(collection, field), field).not.toBe("none");
    if (collection.definition.customFields) expect(findData(collection, "custom_fields")).toBe("free_text");
  });

  it("lead to a person or user on every chain of references", () => {
    const ends = new Set(
      cases.flatMap(([name, , declaration]) =>
        listSubjects(declaration).some(({ paths }) =>
          paths.some(({ by }) => by === "self" || by === "contact_point" || by === "contact_point_hash"),
        )
          ? [name]
          : [],
      ),
    );
    const leadsOn = ({ paths }: DataSubject): boolean =>
      paths.some((path) => path.by === "reference" && (!path.kind || ends.has(path.kind.name)));
    for (let size = -1; size !== ends.size; ) {
      size = ends.size;
      for (const [name, , declaration] of cases) if (listSubjects(declaration).some(leadsOn)) ends.add(name);
    }
    const targets = cases.flatMap(([, , declaration]) =>
      listSubjects(declaration).flatMap(({ paths }) =>
        paths.flatMap((path) => (path.by === "reference" && path.kind ? [path.kind.name] : [])),
      ),
    );
    expect(targets.filter((name) => !ends.has(name))).toEqual([]);
    expect(ends.size).toBeGreaterThan(40);
  });

  it("name a sensitive class for each sealed value", () => {
    const sealedKinds = cases.filter(([, { definition }]) => definition.sealed !== undefined);
    expect(sealedKinds.length).toBeGreaterThan(5);
    for (const [name, collection, declaration] of sealedKinds) {
      const values = Object.entries(declaration.sealedValues ?? {});
      expect(
        values.filter(([, data]) => !sensitiveClasses.includes(data)),
        name,
      ).toEqual([]);
      expect(values.length, name).toBeGreaterThan(0);
      expect(sensitiveClasses, name).toContain(findData(collection, collection.definition.sealed as string));
      const paths = Object.entries(declaredSealings(collection)).flatMap(([field, sealing]) =>
        sealing.paths.map((path) => `${field}.${path}`),
      );
      if (paths.length > 0) expect(Object.keys(declaration.sealedValues ?? {})).toEqual(paths);
    }
    expect(Object.keys(byName.get("person")?.definition.personalData.sealedValues ?? {}).sort()).toEqual(
      Object.keys(sensitiveFields).sort(),
    );
    expect(cases.filter(([, { definition }, { sealedValues }]) => !definition.sealed && sealedValues)).toEqual([]);
  });

  it("of a field follow from its type, unless the field names another class", () => {
    const shape = {
      name: name(10),
      mail: email().nullish(),
      user_id: id(USER).nullable(),
      lead_id: id(LEAD),
      price: money().nullish(),
      count: z.number(),
      job: personalData("employment", oneLine(10).nullish().describe("The present one")),
      parts: z.array(z.object({ due: date(), city: personalData("location", text(10).nullish()) })),
      whole: personalData("insurance", z.object({ vehicle: text(10) }).nullish()),
      note: text(10),
    };
    const list = (kind: KindPersonalData) =>
      listDeclaredFields({ definition: { schema: z.object(toStoredShape(shape)), personalData: kind } }).slice(7);
    const about = list({ purpose: "Test.", subject: aboutPerson(self), sharedFields: { note: "communication" } });
    expect(about.map(({ path, data }) => [path, data])).toEqual([
      ["name", "free_text"],
      ["mail", "contact"],
      ["user_id", "staff"],
      ["lead_id", "reference"],
      ["price", "financial"],
      ["count", "none"],
      ["job", "employment"],
      ["parts.due", "relationship"],
      ["parts.city", "location"],
      ["whole", "insurance"],
      ["note", "communication"],
    ]);
    const settings = list({ purpose: "Test." }).filter(({ data }) => data !== "none");
    expect(settings.map(({ path, data }) => [path, data])).toEqual([["user_id", "staff"]]);
  });
});

describe("personal data outside of records", () => {
  const sources = listProjectFiles(process.cwd())
    .filter((file) => /^packages\/core\/src\/.*\.ts$/.test(file))
    .map((file) => readFileSync(file, "utf8"));
  const collect = (pattern: RegExp): Set<string> =>
    new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map(([, name]) => name as string)));

  it("is declared for each item that code names", () => {
    const names = collect(/tenantKey\(\s*[\w.()]+,\s*"([A-Z]+)"/g);
    expect(names.size).toBeGreaterThan(60);
    const declared = new Set([...derivedStores.flatMap(({ items = [] }) => items), ...itemsWithoutPersonalData]);
    expect([...names].filter((name) => !declared.has(name))).toEqual([]);
    expect(itemsWithoutPersonalData.filter((name) => !names.has(name))).toEqual([]);
  });

  it("is declared for each item beside a record", () => {
    const names = collect(/sk: `~(\w+)#/g);
    expect(names.size).toBeGreaterThan(4);
    const declared = [...derivedStores.flatMap(({ besideRecords = [] }) => besideRecords), ...besideRecordsWithoutPersonalData];
    expect([...names].filter((name) => !declared.includes(name))).toEqual([]);
  });

  it("is declared for each keyspace and each kind of object", () => {
    const source = readFileSync("packages/core/src/kernel/scope.ts", "utf8");
    const keyspaces = [...source.matchAll(/\| "(\w+)"/g)].map(([, name]) => name as string);
    const declared = [...derivedStores.flatMap(({ keyspaces: names = [] }) => names), ...keyspacesWithoutPersonalData];
    expect([...declared].sort()).toEqual(keyspaces.sort());
    const objects = [...derivedStores.flatMap(({ objects: names = [] }) => names), ...objectsWithoutPersonalData];
    expect([...objects].sort()).toEqual([...objectKinds].sort());
  });
});

it("docs/security/processing-record.md is what `npm run processing-record` writes", async () => {
  expect(await buildProcessingRecord()).toBe(readFileSync("docs/security/processing-record.md", "utf8"));
});

import { readFileSync } from "node:fs";
import { domains } from "@crm/core/domains.ts";
import { listActorFields } from "@crm/core/kernel/actor.ts";
import { objectKinds } from "@crm/core/kernel/capabilities.ts";
import { type Context, runIn } from "@crm/core/kernel/context.ts";
import { findReferencedKind, type Shape } from "@crm/core/kernel/schema.ts";
import { sensitiveFields } from "@crm/core/people/person/sensitive-values.ts";
import type { DataSubject, PersonalData } from "@crm/core/platform/personal-data/declaration.ts";
import { dataClasses, sensitiveClasses } from "@crm/core/platform/personal-data/declaration.ts";
import {
  besideRecordsWithoutPersonalData,
  derivedStores,
  itemsWithoutPersonalData,
  keyspacesWithoutPersonalData,
  objectsWithoutPersonalData,
} from "@crm/core/platform/personal-data/derived-stores.ts";
import { type Declaration, listDeclaredFields, listSubjects } from "@crm/core/platform/personal-data/field-list.ts";
import { type BaseRecord, type Collection, declaredSealings } from "@crm/core/storage/table/collection.ts";
import { loadAllCollections } from "@crm/core/storage/table/collection-registry.ts";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { buildProcessingRecord } from "../../../scripts/processing-record-page.ts";
import { listProjectFiles } from "../../../scripts/project-copy.ts";

/** Each kind declares for each field whether it is about a person (docs/security/personal-data.md). */
const collections = await runIn({ ports: { domains } } as unknown as Context, loadAllCollections);
const declarations = new Map(
  await Promise.all(
    domains
      .flatMap(({ personalData = {} }) => Object.entries(personalData))
      .map(async ([name, load]) => [name, (await load()) as unknown as Declaration] as const),
  ),
);
const cases = collections.map((collection): [string, Collection<BaseRecord>, Declaration] => [
  collection.name,
  collection,
  declarations.get(collection.name) as Declaration,
]);

/** Removes optional, nullable, list and the like. */
function unwrap(schema: z.ZodType): z.ZodType {
  const { def } = schema._zod as unknown as {
    def: { type: string; innerType?: z.ZodType; element?: z.ZodType; in?: z.ZodType; out?: z.ZodType };
  };
  const inner =
    def.type === "pipe" ? (def.out?._zod.def.type === "transform" ? def.in : def.out) : (def.innerType ?? def.element);
  return inner ? unwrap(inner) : schema;
}

/** Finds a field by its path; `[]` marks lists and has no meaning here. Base fields are texts. */
function findField(shape: Shape, path: string): z.ZodType | undefined {
  const [name = "", ...rest] = path.replaceAll("[]", "").split(".");
  const field = shape[name] && unwrap(shape[name] as z.ZodType);
  if (rest.length === 0 || !field) return field;
  return field instanceof z.ZodObject ? findField(field.shape, rest.join(".")) : undefined;
}

const isUserReference = (shape: Shape, name: string): boolean =>
  listActorFields(shape).includes(name) || findReferencedKind(unwrap(shape[name] as z.ZodType))?.name === "user";

/** Lists the paths of all fields that hold ids of users. */
const listUserReferences = (shape: Shape, prefix = ""): string[] =>
  Object.keys(shape).flatMap((name) => {
    const field = unwrap(shape[name] as z.ZodType);
    if (isUserReference(shape, name)) return [`${prefix}${name}`];
    return field instanceof z.ZodObject ? listUserReferences(field.shape, `${prefix}${name}.`) : [];
  });

const isJson = (field: z.ZodType): boolean =>
  field instanceof z.ZodLazy || (field instanceof z.ZodRecord && isJson(unwrap(field.valueType as z.ZodType)));

/** JSON fields that hold nothing about a person: the default value of a field that the tenant defines. */
const jsonWithoutPersons = ["custom_field.default_value", "master.versions"];

const shapeOf = (collection: Collection<BaseRecord>): Shape => collection.definition.schema.shape;
const findData = (declaration: Declaration, path: string) =>
  listDeclaredFields(declaration).find((field) => field.path === path.replaceAll("[]", ""))?.data;

describe("declarations of personal data", () => {
  it("exist for each kind with records, and for no other", () => {
    expect([...declarations.keys()].sort()).toEqual(collections.map(({ name }) => name).sort());
    expect(collections.length).toBeGreaterThan(100);
  });

  it.each(cases)("%s declares each of its fields", (_, collection, declaration) => {
    const base = ["id", "version", "created_at", "created_by", "updated_at", "updated_by", "deleted_at"];
    const fields = new Set([...Object.keys(shapeOf(collection)), ...collection.fields].filter((name) => name !== "links"));
    expect(Object.keys(declaration.fields).sort()).toEqual([...fields].filter((name) => !base.includes(name)).sort());
    for (const { path } of listDeclaredFields(declaration).slice(base.length))
      expect(findField(shapeOf(collection), path) ?? base.includes(path.split(".").at(-1) ?? ""), path).toBeTruthy();
    expect(declaration.purpose).toMatch(/^[A-Z].+\.$/);
  });

  it.each(cases)("%s declares references to users as staff", (_, collection, declaration) => {
    const references = listUserReferences(shapeOf(collection));
    expect(references.filter((path) => findData(declaration, path) !== "staff")).toEqual([]);
  });

  it.each(cases)("%s names a subject for each field about a person", (_, __, declaration) => {
    const fields = listDeclaredFields(declaration).slice(7);
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
        expect(findData(declaration, path.field), `${path.field} is personal data`).not.toBe("none");
        if (path.by !== "reference" || !path.kind) continue;
        expect(declarations.has(path.kind.name), path.kind.name).toBe(true);
        const referenced = findReferencedKind(field as z.ZodType);
        if (referenced) expect(referenced.name).toBe(path.kind.name);
      }
  });

  it.each(cases)("%s declares free JSON and custom fields as personal data", (name, collection, declaration) => {
    const json = Object.entries(shapeOf(collection)).filter(([, field]) => isJson(unwrap(field as z.ZodType)));
    for (const [field] of json)
      if (!jsonWithoutPersons.includes(`${name}.${field}`)) expect(findData(declaration, field), field).not.toBe("none");
    if (collection.definition.customFields) expect(findData(declaration, "custom_fields")).toBe("free_text");
  });

  it("lead to a person or user on every chain of references", () => {
    const ends = new Set(
      [...declarations].flatMap(([name, declaration]) =>
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
      for (const [name, declaration] of declarations) if (listSubjects(declaration).some(leadsOn)) ends.add(name);
    }
    const targets = [...declarations.values()].flatMap((declaration) =>
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
      expect(sensitiveClasses, name).toContain(findData(declaration, collection.definition.sealed as string));
      const paths = Object.entries(declaredSealings(collection)).flatMap(([field, sealing]) =>
        sealing.paths.map((path) => `${field}.${path}`),
      );
      if (paths.length > 0) expect(Object.keys(declaration.sealedValues ?? {})).toEqual(paths);
    }
    expect(Object.keys(declarations.get("person")?.sealedValues ?? {}).sort()).toEqual(Object.keys(sensitiveFields).sort());
    expect(cases.filter(([, { definition }, { sealedValues }]) => !definition.sealed && sealedValues)).toEqual([]);
  });

  it("refuse a missing and an unknown field at compile time", () => {
    type Sample = BaseRecord & { name: string; parts: { city: string }[] };
    const complete: PersonalData<Sample> = {
      purpose: "Test.",
      subject: undefined,
      fields: { name: "none", parts: { city: "location" } },
    };
    // @ts-expect-error The field `parts` is missing.
    const missing: PersonalData<Sample> = { purpose: "Test.", subject: undefined, fields: { name: "none" } };
    // @ts-expect-error The member `city` is missing.
    const missingMember: PersonalData<Sample> = { purpose: "Test.", subject: undefined, fields: { name: "none", parts: {} } };
    // @ts-expect-error The field `age` is unknown.
    const unknown: PersonalData<Sample> = { ...complete, fields: { ...complete.fields, age: "birth" } };
    // @ts-expect-error The subject `signer` is not declared.
    const noSubject: PersonalData<Sample> = { ...complete, fields: { ...complete.fields, name: "signer:identity" } };
    expect([missing, missingMember, unknown, noSubject].map(({ purpose }) => purpose)).toEqual(Array(4).fill("Test."));
  });

  it("are loaded by manifests alone, on demand", () => {
    const importing = listProjectFiles(process.cwd())
      .filter((file) => /^packages\/\w+\/src\/.*\.ts$/.test(file))
      .filter((file) => /from "[^"]*\.personal-data\.ts"/.test(readFileSync(file, "utf8")));
    expect(importing.filter((file) => !file.endsWith(".personal-data.ts"))).toEqual([]);
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

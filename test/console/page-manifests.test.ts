import type { PageManifest } from "@crm/console/api/page-manifest.ts";
import type { App } from "@crm/local/app.ts";
import type { Schemas } from "@crm/sdk/index.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUp, startTestApp } from "../support/app.ts";
import { pages } from "./register-pages.ts";

/** What the manifests of pages name is in the schema, as an administrator gets it. */
let app: App;
let kinds: ReadonlyMap<string, Schemas.SchemaKind>;
beforeAll(async () => {
  app = await startTestApp();
  const { admin } = await signUp(app);
  kinds = new Map((await admin.getSchema()).data.kinds.map((kind) => [kind.kind, kind]));
});
afterAll(() => app.stop());

const listActions = ({ dialogs, merging, results }: PageManifest): string[] => [
  ...Object.keys({ ...dialogs, ...results }),
  ...Object.values(merging ?? {}),
];

const listFields = ({ record = {} }: PageManifest): string[] => [
  ...(record.shows?.fields ?? []),
  ...Object.keys(record.tabs?.parts ?? {}),
  ...(record.outcomes ?? []).flatMap(({ links, at }) => (at === undefined ? links : [...links, at])),
  ...(record.timelineInstant === undefined ? [] : [record.timelineInstant]),
];

const listLists = ({ record = {} }: PageManifest): string[] => [...(record.shows?.lists ?? []), ...(record.tabs?.lists ?? [])];

/** Returns what the kind of each manifest does not have. */
function listUnknown(listNames: (page: PageManifest) => string[], findKnown: (kind: Schemas.SchemaKind) => string[]): string[] {
  return pages.flatMap((page) => {
    const kind = kinds.get(page.kind ?? "");
    const known = new Set(kind ? findKnown(kind) : []);
    return listNames(page)
      .filter((name) => !known.has(name))
      .map((name) => `${page.kind}: ${name}`);
  });
}

it("are of kinds of the schema, and one for each kind", () => {
  const named = pages.flatMap(({ kind }) => kind ?? []);
  expect(named.filter((kind) => !kinds.has(kind))).toEqual([]);
  expect(named.length).toBe(new Set(named).size);
});

it("name actions of their kind", () => {
  expect(listUnknown(listActions, ({ actions }) => actions.map(({ name }) => name))).toEqual([]);
});

it("name fields of their kind", () => {
  expect(listUnknown(listFields, ({ fields }) => fields.map(({ name }) => name))).toEqual([]);
});

it("name related kinds and lists of their kind", () => {
  const findKnown = ({ related, tabs, fields }: Schemas.SchemaKind): string[] => [
    // The frame makes this list itself: interactions name the person behind a record.
    ...fields.flatMap(({ name }) => (name === "personal_key_id" ? ["interaction"] : [])),
    ...related.flatMap(({ name, kind }) => [name, kind]),
    ...tabs.map(({ name }) => name),
  ];
  expect(listUnknown(listLists, findKnown)).toEqual([]);
});

it("name each address once", () => {
  const addresses = pages.flatMap(({ routes }) => Object.keys(routes ?? {}));
  expect(addresses.filter((address, index) => addresses.indexOf(address) !== index)).toEqual([]);
});

import { CustomFields } from "@crm/core/platform/custom-field/values.ts";
import { layoutGrants } from "@crm/core/platform/layout/layout.kind.ts";
import { createLayoutVerbs, findRecordId, Info, type LayoutSource } from "@crm/core/platform/layout/layout.ts";
import { operation } from "../../http/operation.ts";

/** The layouts of lists, forms and pages. What kinds contain is known only from all operations, which are loaded on demand. */

const loadKind = async (kind: string) => (await (await import("../../derive/schema.ts")).buildKinds(kind))[0];

const source: LayoutSource = {
  async listNames(kind, columns = []) {
    await CustomFields.refreshDefinitions(kind, columns);
    const info = await loadKind(kind);
    if (!info) return undefined;
    const fields = info.fields.filter(({ visible, creatable }) => visible || creatable).map(({ name }) => name);
    const custom = info.row.includes("custom_fields") ? fields.filter((name) => name.startsWith("custom_fields.")) : [];
    return {
      fields: new Set(fields),
      listFields: new Set([...info.row, ...VERSION_FIELDS, ...custom]),
      tabs: new Set([...info.tabs, ...info.related].map(({ name }) => name)),
    };
  },
  async findDefault(kind) {
    const info = await loadKind(kind);
    if (!info) throw new Error(`The caller cannot read ${kind}`);
    return info.layout;
  },
};

/** Lists show them on request. */
const VERSION_FIELDS = ["version", "updated_at", "updated_by"];

const verbs = createLayoutVerbs(source);

const path = "/layouts/{kind}";
const options = { path, tag: "Layouts", output: Info, kind: "record", findRecordId } as const;

export const layoutOperations = [
  operation({
    name: "getLayout",
    method: "GET",
    access: layoutGrants.read,
    summary: "Read the layout of a kind of record",
    description:
      "The layout that the tenant set for the role, else that for all roles, else the default. It contains only fields and tabs that the caller may see.",
    verb: verbs.get,
    ...options,
  }),
  operation({
    name: "replaceLayout",
    method: "PUT",
    access: layoutGrants.manage,
    summary: "Set the layout of a kind of record",
    description:
      "An omitted part is that of the default; without any part nothing changes. Custom fields are named `custom_fields.…`.",
    verb: verbs.replace,
    addressFields: ["role"],
    ...options,
  }),
  operation({
    name: "resetLayout",
    method: "DELETE",
    access: layoutGrants.manage,
    summary: "Remove the layout that the tenant set",
    description: "Answers with the layout that counts from now on.",
    verb: verbs.remove,
    ...options,
  }),
] as const;

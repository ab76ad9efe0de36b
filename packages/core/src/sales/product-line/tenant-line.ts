import type * as z from "zod";
import { conflict, invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import type { Field } from "../../kernel/field.ts";
import type { MasterRules } from "../../kernel/master-kind.ts";
import { Master } from "../../platform/master-data/master.ts";
import { loadValues } from "../../platform/master-data/values.ts";
import { readSet } from "../../platform/search-path/path-set.ts";
import { ALL, filterCount, readConsistent } from "../../storage/read/counter.ts";
import type { DetailDocument } from "../../storage/table/collection.ts";
import { LEAD } from "../lead/lead.kind.ts";
import { PRODUCT_LINES } from "../lead/lead.masters.ts";
import { listColumnFields, type ObjectNode } from "./json-schema.rules.ts";
import {
  isBuiltIn,
  type LineDescription,
  type LineDetail,
  type LineInput,
  NO_LINE,
  resolveLine,
  tenantDetailField,
} from "./product-line.rules.ts";
import { latestVersion, publishVersions, readTenantDocument, sealingForVersions, type Version } from "./tenant-line.rules.ts";

/** Product lines that a tenant added: master data with versions of a schema, and the documents of leads under them. */

interface TenantLine {
  code: string;
  name: string;
  versions: readonly Version[];
}

/** Loads all tenant lines, inactive and deleted ones too, because leads may still use them. */
async function loadLines(): Promise<(TenantLine & { isInUse: boolean })[]> {
  const { byId } = await loadValues(PRODUCT_LINES);
  return [...byId.values()]
    .filter(({ code }) => !isBuiltIn(code))
    .map(({ code, name, versions, is_active, deleted_at }) => ({
      ...{ code, name, versions: versions ?? [] },
      isInUse: is_active && !deleted_at,
    }));
}

/** Lists the lines that new leads may have. */
export const listActiveLines = async (): Promise<TenantLine[]> => (await loadLines()).filter(({ isInUse }) => isInUse);

/** Returns the documents of the lines in leads, by code: their schema and their sealed paths. */
export const buildDetails = async (): Promise<Record<string, DetailDocument>> =>
  Object.fromEntries(
    (await loadLines()).map(({ code, versions }) => [
      code,
      { schema: () => latestVersion(versions)?.schema ?? {}, sealing: sealingForVersions(versions) },
    ]),
  );

/**
 * Returns the line and the detail of a lead after a write, with a validated document of a tenant's line. A lead may keep a line that is no
 * longer in use.
 */
export async function normalizeLine(
  input: LineInput,
  current: LineDetail | undefined,
  { patch = false } = {},
): Promise<LineDetail> {
  const next = resolveLine(input, patch ? current : NO_LINE);
  const { product_line } = next;
  const sent = product_line && input.product_data ? input.product_data[product_line] : undefined;
  if (!product_line || sent == null) return next;
  const field = tenantDetailField(product_line);
  const lineRecord = await Master.find(
    PRODUCT_LINES,
    await Master.resolve(PRODUCT_LINES, product_line, field, current?.product_line),
  );
  if (lineRecord?.code !== product_line) throw invalid(field, `Must be the code of the line, ${lineRecord?.code}`);
  const reading = readTenantDocument(lineRecord.versions ?? [], sent);
  if ("document" in reading) return { ...next, product_data: { [product_line]: reading.document } };
  throw invalidAll(reading.wrong.map((detail) => ({ ...detail, field: [field, detail.field].filter(Boolean).join(".") })));
}

/** Lists the lines as forms need them. */
export const describeLines = async (): Promise<z.output<typeof LineDescription>[]> =>
  (await listActiveLines()).flatMap(({ code, versions }) => {
    const present = latestVersion(versions);
    return present ? [{ product_line: code, field: tenantDetailField(code), ...present }] : [];
  });

/** Lists the values of documents as columns of files: `product_data.pet.breed`. */
export const listFields = async (): Promise<Field[]> =>
  (await listActiveLines()).flatMap(({ code, name, versions }) => {
    const root = latestVersion(versions)?.schema as ObjectNode | undefined;
    const places = root
      ? [{ name: "schema_version", type: "integer", label: "Schema version" } as const, ...listColumnFields(root)]
      : [];
    return places.map((place) => ({
      ...place,
      name: `${tenantDetailField(code)}.${place.name}`,
      label: `${name}: ${place.label}`,
      required: false,
    }));
  });

/** The most lines that a tenant adds: in use, and including inactive and deleted ones. Each is read with all of its versions. */
const MAX_LINES = { active: 20, total: 40 };

export const rules: MasterRules = {
  async validate(value, before) {
    const after = value as typeof value & Partial<TenantLine>;
    const earlierVersions = (before as Partial<TenantLine> | undefined)?.versions ?? [];
    const existingLines = before ? [] : await loadLines();
    if (existingLines.length >= MAX_LINES.total || existingLines.filter(({ isInUse }) => isInUse).length >= MAX_LINES.active)
      throw ruleViolation(
        `A tenant can have at most ${MAX_LINES.active} active product lines of its own, and ${MAX_LINES.total} including former ones`,
      );
    const versions = publishVersions(after.versions ?? [], earlierVersions);
    await requireNoSearchPath(String(after.code), sealingForVersions(versions).names, sealingForVersions(earlierVersions).names);
    return { ...value, versions };
  },
  async requireUnused({ code }) {
    const [counter] = await readConsistent(LEAD.name, [ALL]);
    if (Number(counter?.[filterCount("product_line", code)] ?? 0) > 0)
      throw conflict("The line has leads: make it inactive, so that no other lead gets it");
  },
};

/** Refuses to seal a name that a search path of leads contains, because the index of the path holds its values in clear text. */
async function requireNoSearchPath(code: string, names: readonly string[], before: readonly string[]): Promise<void> {
  const fresh = names.filter((name) => !before.includes(name));
  if (fresh.length === 0) return;
  const { declared } = await readSet(LEAD.name);
  const declaration = declared.find(
    ({ path }) =>
      path.startsWith(`${tenantDetailField(code)}.`) &&
      path.split(".").some((step) => fresh.includes(step.replace("[]", "").toLowerCase())),
  );
  if (declaration) throw ruleViolation(`Lists find leads by ${declaration.path}: drop that search path before sealing the field`);
}

export * as TenantLines from "./tenant-line.ts";

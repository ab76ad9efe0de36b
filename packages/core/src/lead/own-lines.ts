import type * as z from "zod";
import { conflict, invalid, invalidAll, ruleViolation } from "../kernel/error.ts";
import type { Field } from "../kernel/field.ts";
import type { MasterRules } from "../kernel/master.ts";
import { Master } from "../masters/master.ts";
import { valuesOf } from "../masters/values.ts";
import { readSet } from "../search-path/set.ts";
import { ALL, filterCount, now } from "../storage/read/counter.ts";
import type { Detail } from "../storage/table/collection.ts";
import { LEAD } from "./lead.domain.ts";
import { PRODUCT_LINES } from "./lead.masters.ts";
import { type ObjectNode, placesOf } from "./line-schema.rules.ts";
import { presentOf, published, readOwn, sealingOfVersions, type Version } from "./own-line.rules.ts";
import { type Described, type Given, isBuiltIn, type Lined, lineOf, NOTHING, ownFieldOf } from "./product-line.rules.ts";

/** The product lines that a tenant has added, as master data with versions of a schema, and what leads hold by them. */

interface OwnLine {
  code: string;
  name: string;
  versions: readonly Version[];
}

/** All of them, inactive and deleted ones too: leads may still have them. */
async function all(): Promise<(OwnLine & { isInUse: boolean })[]> {
  const { byId } = await valuesOf(PRODUCT_LINES);
  return [...byId.values()]
    .filter(({ code }) => !isBuiltIn(code))
    .map(({ code, name, versions, is_active, deleted_at }) => ({
      ...{ code, name, versions: versions ?? [] },
      isInUse: is_active && !deleted_at,
    }));
}

/** Those that new leads may have. */
export const inUse = async (): Promise<OwnLine[]> => (await all()).filter(({ isInUse }) => isInUse);

/** Their documents in leads, by code: what one holds, and what of it is sealed. */
export const documents = async (): Promise<Record<string, Detail>> =>
  Object.fromEntries(
    (await all()).map(({ code, versions }) => [
      code,
      { schema: () => presentOf(versions)?.schema ?? {}, sealing: sealingOfVersions(versions) },
    ]),
  );

/**
 * The line and the detail of a lead after a write, a document of a tenant's line in its form. The line that the lead has stays good
 * for it where nobody else gets it any more.
 */
export async function lined(given: Given, current: Lined | undefined, { patch = false } = {}): Promise<Lined> {
  const next = lineOf(given, patch ? current : NOTHING);
  const { product_line: line } = next;
  const sent = line && given.product_data ? given.product_data[line] : undefined;
  if (!line || sent == null) return next;
  const field = ownFieldOf(line);
  const found = await Master.find(PRODUCT_LINES, await Master.resolve(PRODUCT_LINES, line, field, current?.product_line));
  if (found?.code !== line) throw invalid(field, `Named by its code, ${found?.code}`);
  const reading = readOwn(found.versions ?? [], sent);
  if ("document" in reading) return { ...next, product_data: { [line]: reading.document } };
  throw invalidAll(reading.wrong.map((each) => ({ ...each, field: [field, each.field].filter(Boolean).join(".") })));
}

/** Lines as forms are built from them. */
export const described = async (): Promise<z.output<typeof Described>[]> =>
  (await inUse()).flatMap(({ code, versions }) => {
    const present = presentOf(versions);
    return present ? [{ product_line: code, field: ownFieldOf(code), ...present }] : [];
  });

/** Single values of documents as columns of files: `product_data.pet.breed`. */
export const fields = async (): Promise<Field[]> =>
  (await inUse()).flatMap(({ code, name, versions }) => {
    const root = presentOf(versions)?.schema as unknown as ObjectNode | undefined;
    const places = root ? [{ name: "schema_version", type: "integer", label: "Schema version" } as const, ...placesOf(root)] : [];
    return places.map((place) => ({
      ...place,
      name: `${ownFieldOf(code)}.${place.name}`,
      label: `${name}: ${place.label}`,
      required: false,
    }));
  });

/** Lines that a tenant adds, in use and with those that are not any more: each of them is read with all of its versions. */
const MOST_LINES = { inUse: 20, ever: 40 };

export const rules: MasterRules = {
  async checked(value, before) {
    const after = value as typeof value & Partial<OwnLine>;
    const had = (before as Partial<OwnLine> | undefined)?.versions ?? [];
    const known = before ? [] : await all();
    if (known.length >= MOST_LINES.ever || known.filter(({ isInUse }) => isInUse).length >= MOST_LINES.inUse)
      throw ruleViolation(
        `A tenant has at most ${MOST_LINES.inUse} product lines of its own in use, and ${MOST_LINES.ever} with all that were`,
      );
    const versions = published(after.versions ?? [], had);
    await requireNotFoundBy(String(after.code), sealingOfVersions(versions).names, sealingOfVersions(had).names);
    return { ...value, versions };
  },
  async requireUnused({ code }) {
    const [counter] = await now(LEAD.name, [ALL]);
    if (Number(counter?.[filterCount("product_line", code)] ?? 0) > 0)
      throw conflict("Leads are of this line: make it inactive, and no other lead gets it");
  },
};

/** What lists find leads by lies open in their index: that goes before it can be sealed. */
async function requireNotFoundBy(code: string, names: readonly string[], before: readonly string[]): Promise<void> {
  const fresh = names.filter((name) => !before.includes(name));
  if (fresh.length === 0) return;
  const { declared } = await readSet(LEAD.name);
  const found = declared.find(
    ({ path }) =>
      path.startsWith(`${ownFieldOf(code)}.`) &&
      path.split(".").some((step) => fresh.includes(step.replace("[]", "").toLowerCase())),
  );
  if (found) throw ruleViolation(`Lists find leads by ${found.path}: drop that search path before it is sealed`);
}

export * as OwnLines from "./own-lines.ts";

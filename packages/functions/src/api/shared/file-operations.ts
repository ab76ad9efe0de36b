import { fn } from "@crm/core/kernel/fn.ts";
import type { Permission } from "@crm/core/kernel/permission.ts";
import type { ListDefinition } from "@crm/core/platform/export/exportable.ts";
import { buildStartSchema, StartResult as Exported } from "@crm/core/platform/export/start-input.ts";
import type { Importable } from "@crm/core/platform/import/importable.ts";
import { StartResult as Imported, Start, type StartInput } from "@crm/core/platform/import/start-input.ts";
import type { BaseRecord } from "@crm/core/storage/table/collection.ts";
import type * as z from "zod";
import { operation } from "../../http/operation.ts";

/** Operations that import and export the records of an entity. Their code is loaded on demand. */

/** Builds the operation that imports records of an entity. */
export const buildImportOperation = <const N extends string>(
  name: N,
  entity: string,
  tag: string,
  access: Permission,
  description: string,
  load: () => Promise<Importable>,
) => buildImportOperationWith(Start, name, entity, tag, access, description, load);

/** Like `buildImportOperation`, with an input schema for this entity. */
export const buildImportOperationWith = <const N extends string, S extends z.ZodType<StartInput>>(
  schema: S,
  name: N,
  entity: string,
  tag: string,
  access: Permission,
  description: string,
  load: () => Promise<Importable>,
) =>
  operation({
    name,
    method: "POST",
    path: `/${entity}/import`,
    tag,
    access,
    summary: `Import ${entity} from a CSV or XLSX file`,
    description: `${description} Rows are validated like single requests; rejected rows are reported and can be corrected.`,
    verb: fn(schema, async (input) => (await import("@crm/core/platform/import/start.ts")).start(await load(), input)),
    output: Imported,
    status: 202,
    takesFile: true,
  });

/** Builds the operation that exports a list. The list is at `/<entity>` by default. */
export const buildExportOperation = <const N extends string, R extends BaseRecord>(
  name: N,
  entity: string,
  tag: string,
  access: Permission,
  list: ListDefinition<R>,
  path?: string,
) => buildExportOperationWith(async () => list, name, entity, tag, access, list.query, path);

/** Like `buildExportOperation`, for a list whose export has code of its own: it is loaded on demand. */
export const buildExportOperationWith = <const N extends string, R extends BaseRecord>(
  load: () => Promise<ListDefinition<R>>,
  name: N,
  entity: string,
  tag: string,
  access: Permission,
  query: z.ZodObject,
  path = `/${entity}`,
) =>
  operation({
    name,
    method: "POST",
    path: `${path}/export`,
    tag,
    access,
    summary: `Export ${tag === "Audit" ? "the audit trail" : entity} to a CSV or XLSX file`,
    description:
      "All records that the list shows with these parameters, by creation. The response is an export: follow it to get the file.",
    verb: fn(buildStartSchema(query), async (input) =>
      (await import("@crm/core/platform/export/start.ts")).start(await load(), { entity, read: access }, input),
    ),
    output: Exported,
    onlyReads: true,
    status: 202,
  });

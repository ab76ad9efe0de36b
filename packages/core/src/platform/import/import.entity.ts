import * as z from "zod";
import { CONTACT_LIST } from "../../engagement/contact-list/contact-list.kind.ts";
import { actor } from "../../kernel/actor.ts";
import { Clock } from "../../kernel/clock.ts";
import { registryName } from "../../kernel/registry.ts";
import { id, instant, oneOf, text, zone } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import type { Item } from "../../storage/table/item.ts";
import { Job } from "../../storage/write/job.ts";
import { IMPORT } from "./import.kind.ts";

export const statuses = ["queued", "running", "completed", "failed", "cancelled", "reverting", "reverted"] as const;

export const modes = ["create", "update", "upsert"] as const;
export const duplicateActions = ["skip", "update", "create"] as const;

/** How a file is read, and what its rows do. */
export const Options = z.strictObject({
  dry_run: z.boolean().default(false).describe("Reports what would happen, and changes nothing"),
  mode: oneOf(modes).default("create").describe("`update` changes what `match_on` finds, `upsert` makes what it does not"),
  match_on: text(100)
    .optional()
    .describe("The field by which a row finds its record: `id`, `external_key`, a unique custom field"),
  on_duplicate: oneOf(duplicateActions).optional().describe("In mode `create`, with what is there already: see the operation"),
  date_format: text(30).optional().describe("Such as `DD.MM.YYYY`; otherwise as the column's values tell"),
  decimal_mark: oneOf([".", ","]).optional(),
  delimiter: z.string().min(1).max(1).optional(),
  encoding: text(40).optional().describe("Such as `windows-1252`; otherwise as the bytes tell"),
  sheet: text(100).optional().describe("Of a workbook; otherwise the first that is shown"),
  timezone: zone().optional().describe("Of times without an offset; the tenant's unless told otherwise"),
  default_country: z
    .string()
    .regex(/^[A-Z]{2}$/, "Not an ISO 3166-1 alpha-2 code")
    .optional()
    .describe("Of telephone numbers without a country; the tenant's unless told otherwise"),
  defaults: z.record(text(100), z.json()).optional().describe("Field → value, where the file has none"),
  create_masters: z.boolean().default(false).describe("Adds values of master data that the tenant does not have yet"),
  historic: z.boolean().default(false).describe("Takes `created_at` from the file"),
});
export type Options = z.output<typeof Options>;

export const Mapping = z.record(text(500), text(100)).describe("Column → field; columns not named are left out");
export const ValueMap = z.record(text(100), z.record(text(500), text(500))).describe("Field → value in the file → value");

export const Conventions = z.object({
  date_format: z.string().optional(),
  decimal_mark: oneOf([".", ","]).optional(),
  timezone: z.string(),
  default_country: z.string(),
  currency: z.string().optional(),
});

/** One import of a file. Until it ends, its live progress is in an item beside it (row-log.ts). */
export const Stored = z.object({
  entity: registryName("imports"),
  owner_id: actor().describe("Who asked, and as whom its rows are written"),
  reverted_by: actor().nullish().describe("Who asked to take it back, and as whom that is done"),
  file_name: z.string(),
  object_key: z.string(),
  status: oneOf(statuses),
  format: z.string(),
  encoding: z.string().nullable(),
  delimiter: z.string().nullable(),
  sheet: z.string().nullable(),
  header: z.array(z.string()).describe("Columns of the file"),
  mapping: z.record(z.string(), z.string()).describe("Column → field, as given or as suggested"),
  ignored: z
    .array(z.object({ column: z.string(), reason: z.string() }))
    .nullable()
    .describe("Columns that go into no field, and why; null for imports of earlier releases"),
  is_suggested: z.boolean().describe("Whether the mapping was suggested from header and samples"),
  value_map: z.record(z.string(), z.record(z.string(), z.string())),
  options: Options,
  list_id: id(CONTACT_LIST).nullable().describe("The list that contacts join which its rows make or find"),
  conventions: Conventions.describe("How numbers and dates are read"),
  total_rows: z.number().nullable().describe("null until the file has been read to its end"),
  processed: z.number(),
  created: z.number(),
  updated: z.number(),
  skipped: z.number(),
  failed: z.number().describe("Refused rows; `errors` has them"),
  error: z
    .object({ message: z.string(), details: z.array(z.object({ field: z.string(), message: z.string() })) })
    .nullable()
    .describe("Why the whole has failed"),
  reverted: z
    .object({ removed: z.number(), restored: z.number(), kept: z.number() })
    .nullable()
    .describe("What a revert has done: `kept` was changed by somebody since"),
  started_at: instant().nullable(),
  finished_at: instant().nullable(),
  turn: z.number().describe("Workers that have been called for it"),
  attention_at: instant().nullable().describe("When it is looked after, if its worker has not come back by then"),
});
export type ImportRecord = z.output<typeof Stored> & BaseRecord;

/** Whether the import has not ended yet. */
export const isOpen = ({ status }: Pick<ImportRecord, "status">): boolean =>
  status === "queued" || status === "running" || status === "reverting";

const resumable = Job.resumableDefinition<ImportRecord>(isOpen);

export const Imports = new Collection<ImportRecord>({
  kind: IMPORT,
  schema: Stored,
  row: [
    "entity",
    "owner_id",
    "file_name",
    "status",
    "format",
    "total_rows",
    "processed",
    "created",
    "updated",
    "skipped",
    "failed",
    "started_at",
    "finished_at",
  ],
  indexes: { by_time: indexBy(), by_owner: indexBy("owner_id"), by_status: indexBy("status"), by_class: indexBy("entity") },
  owner: "owner_id",
  filters: { status: { index: "by_status", field: "status" }, entity: { index: "by_class", field: "entity" } },
  ...resumable,
  internal: [...resumable.internal, "object_key", "conventions"],
  // Imports of earlier releases kept their rows and reports without end.
  migrations: [
    (stored) => (isOpen(stored as unknown as ImportRecord) ? stored : { ...stored, attention_at: computeExpiry(stored) }),
  ],
});

/** Seconds for which an ended import keeps data of its file: rows that it did not reach, and refused rows. */
export const KEEP_SECONDS = 7 * 24 * 60 * 60;

const computeExpiry = ({ finished_at, updated_at }: Item): string =>
  Clock.addSeconds(KEEP_SECONDS, Date.parse(String(finished_at ?? updated_at)));

import * as z from "zod";
import { CONTACT_LIST } from "../../engagement/contact-list/contact-list.kind.ts";
import { actor } from "../../kernel/actor.ts";
import { Clock } from "../../kernel/clock.ts";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { id, instant, oneOf, text, zone } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import type { Item } from "../../storage/table/item.ts";
import { Job } from "../../storage/write/job.ts";
import { IMPORT } from "./import.kind.ts";

export const statuses = ["queued", "running", "completed", "failed", "cancelled", "reverting", "reverted"] as const;

export const modes = ["create", "update", "upsert"] as const;
export const duplicateActions = ["skip", "update", "create"] as const;

export const unknownValueActions = ["refuse", "leave_empty", "keep_as_text"] as const;

/** How a file is read, and what its rows do. */
export const Options = personalData(
  "free_text",
  z.strictObject({
    dry_run: z.boolean().default(false).describe("Reports what would happen, and changes nothing"),
    mode: oneOf(modes)
      .default("create")
      .describe("`update` changes the record that `match_on` finds; `upsert` also creates records that it does not find"),
    match_on: text(100)
      .optional()
      .describe("The field by which a row finds its record: `id`, `external_key`, a unique custom field"),
    on_duplicate: oneOf(duplicateActions)
      .optional()
      .describe("In mode `create`: what to do with existing records; see the operation"),
    date_format: text(30)
      .optional()
      .describe("Such as `DD.MM.YYYY`; by default detected from the values of the file. An ended import has what was detected"),
    decimal_mark: oneOf([".", ","])
      .optional()
      .describe("By default detected from the values of the file. An ended import has what was detected"),
    delimiter: z.string().min(1).max(1).optional(),
    encoding: text(40).optional().describe("Such as `windows-1252`; by default detected from the bytes"),
    sheet: text(100).optional().describe("Sheet of a workbook; defaults to the first visible one that looks like a table"),
    timezone: zone().optional().describe("Time zone of times without an offset; defaults to the tenant's"),
    default_country: z
      .string()
      .regex(/^[A-Z]{2}$/, "Must be an ISO 3166-1 alpha-2 code")
      .optional()
      .describe("Country of telephone numbers without a country code; defaults to the tenant's"),
    defaults: z.record(text(100), z.json()).optional().describe("Field → value, used if the file has none"),
    create_masters: z.boolean().default(false).describe("Adds values of master data that do not exist in the tenant"),
    unknown_values: oneOf(unknownValueActions)
      .optional()
      .describe(
        "Handling of values that name no choice, master data or user: `refuse` (default) refuses the row, `leave_empty` leaves the field empty, and `keep_as_text` also adds the value to the notes of a new record",
      ),
    historic: z.boolean().default(false).describe("Takes `created_at` from the file"),
    is_sample: z
      .boolean()
      .default(false)
      .describe("The rows are sample data: a revert also deletes created records that users changed since"),
  }),
);
export type Options = z.output<typeof Options>;

export const Mapping = z.record(text(500), text(100)).describe("Column → field; columns that are not listed are ignored");
export const ValueMap = z
  .record(text(100), z.record(text(500), text(500).nullable()))
  .describe("Field → value in the file → value; null leaves the field empty");
export const NewValues = z
  .record(text(100), z.array(text(255)).max(1000))
  .describe("Field → values in the file that are added to its master data, by the rows that are imported");

export const Conventions = z.object({
  date_format: z.string().optional(),
  decimal_mark: oneOf([".", ","]).optional(),
  timezone: z.string(),
  default_country: z.string(),
  currency: z.string().optional(),
});

/** One import of a file. Until it ends, its live progress is in an item beside it (row-log.ts). */
export const Stored = z.object({
  entity: personalData("none", registryName("imports")),
  owner_id: actor().describe("The user who started the import; its rows are written with this user's permissions"),
  reverted_by: actor().nullish().describe("The user who started the revert, which runs with this user's permissions"),
  file_name: z.string(),
  object_key: personalData("none", z.string()),
  status: oneOf(statuses),
  format: personalData("none", z.string()),
  encoding: personalData("none", z.string().nullable()),
  delimiter: personalData("none", z.string().nullable()),
  sheet: personalData("none", z.string().nullable()),
  header: z.array(z.string()).describe("Columns of the file"),
  mapping: personalData("none", z.record(z.string(), z.string()).describe("Column → field, as given or as suggested")),
  ignored: personalData(
    "none",
    z
      .array(z.object({ column: z.string(), reason: z.string() }))
      .nullable()
      .describe("Columns that are not mapped to a field, and why; null for imports of earlier releases"),
  ),
  is_suggested: z.boolean().describe("Whether the mapping was suggested from header and samples"),
  value_map: z.record(z.string(), z.record(z.string(), z.string().nullable())),
  new_values: z
    .record(z.string(), z.array(z.string()))
    .nullish()
    .describe("Field → values in the file that are added to its master data"),
  options: Options,
  list_id: personalData("none", id(CONTACT_LIST).nullable().describe("The list that contacts created or found by the rows join")),
  conventions: personalData("none", Conventions.describe("How numbers and dates are read")),
  total_rows: z.number().nullable().describe("null until the file has been read to its end"),
  processed: z.number(),
  created: z.number(),
  updated: z.number(),
  skipped: z.number(),
  failed: z.number().describe("Rejected rows; `errors` lists them"),
  error: personalData(
    "free_text",
    z
      .object({ message: z.string(), details: z.array(z.object({ field: z.string(), message: z.string() })) })
      .nullable()
      .describe("Why the import failed as a whole"),
  ),
  reverted: personalData(
    "none",
    z
      .object({ removed: z.number(), restored: z.number(), kept: z.number() })
      .nullable()
      .describe("Result of a revert; `kept` counts records that were changed since"),
  ),
  started_at: personalData("none", instant().nullable()),
  finished_at: personalData("none", instant().nullable()),
  turn: z.number().describe("Number of workers that were started for it"),
  attention_at: personalData(
    "none",
    instant().nullable().describe("When recovery checks it, if its worker has not returned by then"),
  ),
});
export type ImportRecord = z.output<typeof Stored> & BaseRecord;

/** Whether the import has not ended yet. */
export const isOpen = ({ status }: Pick<ImportRecord, "status">): boolean =>
  status === "queued" || status === "running" || status === "reverting";

const resumable = Job.resumableDefinition<ImportRecord>(isOpen);

export const Imports = new Collection<ImportRecord>({
  kind: IMPORT,
  schema: Stored,
  personalData: {
    purpose: "Bring records of the tenant in from files.",
    subject: aboutPerson(),
    retention: "The file and the report are deleted after 7 days. The record of the import stays until a user deletes it.",
  },
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

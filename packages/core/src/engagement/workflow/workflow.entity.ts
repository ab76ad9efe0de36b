import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { personalData } from "../../kernel/personal-data.ts";
import { id, instant, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { findKindById } from "../../storage/table/collection-registry.ts";
import { fieldChanged } from "../../storage/table/event-filter.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import type { Item } from "../../storage/table/item.ts";
import { Job } from "../../storage/write/job.ts";
import { Definition, definitionFields } from "./definition.ts";
import { Walk } from "./walk-queue.rules.ts";
import { WORKFLOW, WORKFLOW_VERSION } from "./workflow.kind.ts";

/** An ENDED workflow enrolls no further record; those inside go on. */
export const statuses = ["DRAFT", "ACTIVE", "PAUSED", "ENDED"] as const;
export type WorkflowStatus = (typeof statuses)[number];

/** The fields that users write. */
export const fields = {
  name: name(150),
  description: text(2000).nullish(),
  owner_id: id(USER).nullish().describe("The user with whose rights its steps run").meta(createHelp("Default: the caller")),
  ...definitionFields,
};

export const pauseReasons = ["user", "owner", "quota", "loop", "error"] as const;

export const Stored = z.object({
  ...toStoredShape(fields),
  status: oneOf(statuses),
  managed_by: z
    .string()
    .nullable()
    .describe("The rule or the record that makes this workflow and changes it, such as stage_automation; null for one of a user"),
  published_version: z.number().int().nullable().describe("The version by which records are enrolled; null before the first"),
  published_at: instant().nullable(),
  published_by: actor().nullable(),
  is_changed: z.boolean().describe("Whether the draft differs from the published version"),
  paused_at: instant().nullable(),
  pause_reason: oneOf(pauseReasons).nullable(),
  pause_message: z.string().nullable().describe("Why the system paused it"),
  next_run_at: instant().nullable().describe("When a schedule enrolls records the next time"),
  published_run_as: oneOf(["owner", "system"])
    .nullable()
    .describe(
      "With whose rights the published version runs: those of the owner, or those of the system; null before the first publication",
    ),
  system_rights_withdrawn_at: instant()
    .nullable()
    .describe(
      "When the published version lost the rights of the system, because a user who is no ADMIN changed the workflow. Publishing clears it",
    ),
  system_rights_withdrawn_by: actor().nullable(),
  webhook_token: z.string().nullable().describe("Identifies the workflow in its own address"),
  webhook_set_at: instant().nullable().describe("When its own address was made or renewed; null without one"),
  walk: Walk.nullable().describe("Work on many records that is under way, such as the enrollment of existing ones"),
  turn: z.number(),
  attention_at: instant().nullable(),
});

export type WorkflowRecord = z.output<typeof Stored> & BaseRecord;

/**
 * Whether a record manages the workflow, such as a re-engagement batch. The operations of its steps then ask themselves whether a person may be
 * processed, and no limits of enrollments apply, because the record says whom they concern.
 */
export const isManagedByRecord = ({ managed_by }: Pick<WorkflowRecord, "managed_by">): boolean =>
  managed_by !== null && findKindById(managed_by) !== undefined;

/** Whether a worker goes over many records for the workflow. */
export const isWalking = ({ walk }: Pick<WorkflowRecord, "walk">): boolean => walk !== null;

const jobDefinition = Job.resumableDefinition<WorkflowRecord>(isWalking);

export const Workflows = new Collection<WorkflowRecord>({
  kind: WORKFLOW,
  schema: Stored,
  personalData: { purpose: "Automate what happens when records are created or changed." },
  row: [
    "name",
    "kind",
    "status",
    "owner_id",
    "run_as",
    "published_version",
    "published_at",
    "is_changed",
    "pause_reason",
    "paused_at",
    "managed_by",
    "webhook_set_at",
  ],
  indexes: { by_time: indexBy(), by_status: indexBy("status") },
  filters: { status: { index: "by_status", field: "status" } },
  searchWords: (workflow) => textSearchWords(workflow.name),
  ...jobDefinition,
  internal: ["webhook_token", "walk", "turn", "attention_at"],
  missingValues: { published_run_as: null, system_rights_withdrawn_at: null, system_rights_withdrawn_by: null },
  // The former shape is the same: the job finds workflows whose draft and published version disagree about `run_as`.
  migrations: [(stored) => stored],
  migrateRecord: async (workflow) => (await import("./run-rights.ts")).settleRunAs(workflow),
  needsMigration: ({ published_version, published_run_as }) => published_version !== null && published_run_as === null,
  clocks: {
    ...jobDefinition.clocks,
    run: ({ status, next_run_at }) => (status === "ACTIVE" ? next_run_at : null),
  },
  events: {
    ...jobDefinition.events,
    status_changed: fieldChanged("status"),
    paused: (after, before) => after.status === "PAUSED" && before?.status === "ACTIVE" && after.pause_reason !== "user",
    system_rights_withdrawn: (after, before) =>
      after.system_rights_withdrawn_at !== null && after.system_rights_withdrawn_at !== before?.system_rights_withdrawn_at,
  },
});

/** A published version. It never changes, because enrollments follow it. */
export const StoredVersion = z.object({
  workflow_id: id(WORKFLOW),
  number: z.number().int(),
  definition: Definition,
  owner_id: id(USER).nullable(),
  published_at: instant(),
  published_by: actor(),
  pins: personalData(
    "staff",
    z
      .record(z.string(), z.json())
      .nullable()
      .describe(
        "The templates and macros that its steps use, as they were at the publication (pins.ts); null: the steps use the present state",
      ),
  ),
});

export type VersionRecord = z.output<typeof StoredVersion> & BaseRecord;

/** Stores pins beside the row, because the last release cannot read a row with another column. Versions in lists have no pins. */
class VersionCollection extends HistoryCollection<VersionRecord> {
  override toItem(tenant: string, version: VersionRecord): Item {
    const pins = version.pins === null ? {} : { pins: deflateRawSync(JSON.stringify(version.pins)) };
    return { ...super.toItem(tenant, version), ...pins };
  }

  override fromItem(item: Item): VersionRecord {
    const { pins } = item;
    const stored = pins instanceof Uint8Array ? (JSON.parse(inflateRawSync(pins).toString()) as VersionRecord["pins"]) : null;
    return { ...super.fromItem(item), pins: stored };
  }
}

export const WorkflowVersions = new VersionCollection({
  kind: WORKFLOW_VERSION,
  schema: StoredVersion,
  personalData: { purpose: "Keep the versions of workflows that enrollments follow." },
  row: ["workflow_id", "number", "definition", "owner_id", "published_at", "published_by"],
  internal: ["pins"],
  parent: "workflow_id",
});

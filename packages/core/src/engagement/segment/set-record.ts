import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import type { Kind } from "../../kernel/id.ts";
import { type KindPersonalData, personalData } from "../../kernel/personal-data.ts";
import { instant, json, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords, textSortKey } from "../../kernel/text.ts";
import type { FilterExpression } from "../../storage/read/where-clause.ts";
import { type BaseRecord, Collection, indexBy, sortedIndexBy } from "../../storage/table/collection.ts";
import { Quintiles } from "./quintile.rules.ts";

/**
 * Sets of records of one kind, for example segments of customers. Users add members, or a filter finds them. This file is the same for all kinds;
 * segment-type.ts says how kinds differ.
 */

export const membershipModes = ["STATIC", "DYNAMIC"] as const;

/** The fields of a set that users edit. */
export const fields = {
  name: personalData("none", name(100)),
  description: personalData("none", text(1000).nullish()),
  filter: json(8192)
    .meta({ examples: [{ status: "ACTIVE", "interactions.90d": { gte: 3 } }] })
    .nullish()
    .describe("DYNAMIC only: conditions as in `where` of a list, also on fields of the segments guide"),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  membership: oneOf(membershipModes).describe(
    "DYNAMIC: records that match the filter, and records added by hand. Cannot be changed",
  ),
  condition: z.custom<FilterExpression>().nullable().describe("The filter with all references resolved"),
  revision: z.number().int().describe("The build that applies the present filter to the members"),
  filter_author: actor().nullable().describe("User who wrote the present filter; null for filters of earlier releases"),
});

export type SetRecord = z.output<typeof Stored> & BaseRecord;

export const createSetCollection = (kind: Kind, personalData: KindPersonalData) =>
  new Collection<SetRecord>({
    kind,
    schema: Stored,
    personalData,
    row: ["name", "description", "membership", "revision"],
    indexes: { by_time: indexBy(), by_status: indexBy("membership"), by_rank: sortedIndexBy((set) => textSortKey(set.name)) },
    filters: { membership: { index: "by_status", field: "membership" } },
    filterableFields: ["name", "membership", "created_at"],
    sorts: { name: "by_rank" },
    searchWords: (set) => textSearchWords(set.name),
    missingValues: { filter_author: null },
    internal: ["condition", "revision", "filter_author"],
  });

/**
 * The build record of a kind: its sets, and the progress of their memberships. A write that affects memberships updates the set and this record in
 * one transaction, so the record never lags behind.
 */
const StoredBuild = z.object({
  sets: z
    .array(z.object({ id: z.string(), fields: z.array(z.string()) }))
    .describe("Each set with the fields that its filter uses"),
  revision: z.number().int().describe("Increases with each change of a filter"),
  wanted: z.number().int().describe("Increases with each change that requires a rebuild over all records"),
  built: z.number().int().describe("The last rebuild that was completed"),
  began_at: instant().nullable().describe("When the present rebuild began"),
  as_of: instant().nullable().describe("When the last completed rebuild began"),
  quintiles: Quintiles.nullable(),
  due_at: instant().nullable().describe("When the work continues, or starts because a new day begins"),
});

export type BuildRecord = z.output<typeof StoredBuild> & BaseRecord;

export const createBuildCollection = (kind: Kind, purpose: string) =>
  new Collection<BuildRecord>({
    kind,
    schema: StoredBuild,
    personalData: { purpose },
    row: ["revision", "wanted", "built", "due_at"],
    indexes: { by_time: indexBy() },
    clocks: { work: ({ due_at }) => due_at },
  });

/**
 * The definition of the one table. The local table engine and the deployed stacks both use it.
 *
 * Indexes are named after their purpose, and every kind of record may use each of them. Indexes in order of time share the attribute `id`
 * as their sort key (ids sort by time), which keeps items small. Each index projects one attribute, `row`: what a list shows, as one
 * string, so that a page is one query (marshalling the same row as a map took most of a list's time). There are as few indexes as possible:
 * each costs a write unit for every change of an item in it.
 */
export const indexes = {
  by_time: { sort: "id" },
  by_owner: { sort: "id" },
  by_status: { sort: "id" },
  by_related: { sort: "id" },
  by_class: { sort: "id" },
  by_outcome: { sort: "id" },
  by_rank: { sort: "by_rank_sort" },
  by_date: { sort: "by_date_sort" },
  by_change: { sort: "id" },
  due: { sort: "due_sort" },
} as const;

export type IndexName = keyof typeof indexes;
export const indexNames = Object.keys(indexes) as IndexName[];

export const sortAttribute = (index: IndexName): string => indexes[index].sort;

const projectedAttributes = ["row"];

/** Returns whether an index holds only keys, so that readers must load the records. */
export const isKeysOnly = (index: string): boolean => index === "due" || index === "by_change";

const keyAttributes = [...new Set(["pk", "sk", ...indexNames.flatMap((name) => [name, sortAttribute(name)])])];

/** The schema of the table, for CreateTable and the CDK construct. */
export const table = {
  partitionKey: "pk",
  sortKey: "sk",
  timeToLive: "ttl",
  streamViewType: "NEW_AND_OLD_IMAGES",
  /** Attributes that are keys of the table or an index: all strings. */
  keys: keyAttributes,
  indexes: indexNames.map((name) => ({
    name,
    partitionKey: name,
    sortKey: sortAttribute(name),
    projected: isKeysOnly(name) ? [] : projectedAttributes,
  })),
} as const;

/** Limits of DynamoDB. */
export const dynamodbLimits = { transaction: 100, item: 400 * 1024, batchGet: 100, batchWrite: 25 } as const;

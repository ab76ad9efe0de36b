/**
 * The one table, defined once: the table engine of a laptop serves it and the stacks deploy it from here.
 *
 * Indexes are named after the question that they answer, and every kind of record may use each of them.
 * Those in order of time share the attribute `id` as their sort key (ids sort by time), which keeps items small.
 * Each projects one attribute, `row`: what a list shows, as one string, so that a page is one query
 * (marshalling the same row as a map was most of a list's time). They are as few as serve: each costs a write unit for
 * every change of an item in it.
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

/** The sort attribute of an index. */
export const sortAttribute = (index: IndexName): string => indexes[index].sort;

export const projectedAttributes = ["row"];

/** What these find, their readers then load: they hold keys alone. */
export const isKeysOnly = (index: string): boolean => index === "due" || index === "by_change";

const keyAttributes = [...new Set(["pk", "sk", ...indexNames.flatMap((name) => [name, sortAttribute(name)])])];

/** What CreateTable and the CDK construct are made of. */
export const table = {
  partitionKey: "pk",
  sortKey: "sk",
  timeToLive: "ttl",
  streamViewType: "NEW_AND_OLD_IMAGES",
  /** Attributes that are keys somewhere: all strings. */
  keys: keyAttributes,
  indexes: indexNames.map((name) => ({
    name,
    partitionKey: name,
    sortKey: sortAttribute(name),
    projected: isKeysOnly(name) ? [] : projectedAttributes,
  })),
} as const;

/** DynamoDB's own bounds. */
export const dynamodbLimits = { transaction: 100, item: 400 * 1024, batchGet: 100, batchWrite: 25 } as const;

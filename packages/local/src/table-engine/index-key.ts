import type { IndexDefinition, Row } from "./storage.ts";

export interface IndexKey {
  readonly partition: string;
  readonly sort: string;
}

/** Returns the key of a row in an index; undefined if it lacks one of the two attributes. */
export function readIndexKey({ item }: Pick<Row, "item">, { partitionKey, sortKey }: IndexDefinition): IndexKey | undefined {
  const [partition, sort] = [item[partitionKey], item[sortKey]];
  return partition && sort && "S" in partition && "S" in sort ? { partition: partition.S, sort: sort.S } : undefined;
}

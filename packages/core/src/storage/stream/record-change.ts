import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import { runIn, systemContext, usePorts } from "../../kernel/context.ts";
import { fillArchived, isStub } from "../table/archived-record.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { loadCollectionById } from "../table/collection-registry.ts";
import type { Item } from "../table/item.ts";

/** The writer and request of a version. It is stored in the item, because the stream delivers only items. */
export interface WriteContext {
  actor: string;
  request: string;
  session?: string;
  ip?: string;
  user_agent?: string;
  reason?: string;
}

/** One committed version of a record, from the table's stream. */
export interface RecordChange {
  tenant: string;
  collection: Collection<BaseRecord>;
  id: string;
  version: number;
  before: BaseRecord | undefined;
  after: BaseRecord | undefined;
  writtenBy: WriteContext;
  changedAt: string;
  /** The sequence number in the stream. */
  sequence: string;
}

/** Loads the record of a stub that a change has replaced. */
const loadArchived = (tenant: string, stub: Item): Promise<Item> =>
  runIn(systemContext(usePorts(), tenant, "stream"), async () => (await fillArchived([stub]))[0] as Item);

const RECORD_KEY_PATTERN = /^T#([^#]+)#[PE]#/;

/** Returns the tenant in the key of a stream record. */
export const parseTenant = ({ dynamodb }: DynamoDBRecord): string | undefined =>
  RECORD_KEY_PATTERN.exec(dynamodb?.Keys?.pk?.S ?? "")?.[1];

/**
 * Parses the change in a stream record. Returns undefined for other items in the stream, such as counters, words, audit entries, locks and
 * stored responses: nothing is derived from projections.
 */
export async function parseChange(record: DynamoDBRecord): Promise<RecordChange | undefined> {
  const { Keys: keys, NewImage, OldImage, SequenceNumber: sequence = "" } = record.dynamodb ?? {};
  const tenant = parseTenant(record);
  const id = keys?.sk?.S ?? "";
  const collection = tenant === undefined ? undefined : await loadCollectionById(id);
  if (!tenant || !collection || collection.kind.isDerived) return undefined;
  const before = OldImage && (unmarshall(OldImage as Record<string, AttributeValue>) as Item);
  const after = NewImage && (unmarshall(NewImage as Record<string, AttributeValue>) as Item);
  const latest = after ?? before;
  // A stub replaces a record that moves to the archive: the record itself does not change.
  if (!latest || isStub(after)) return undefined;
  // The permanent removal of a record counts as the version after its last.
  const version = Number(latest.version) + (after ? 0 : 1);
  const next = after && collection.fromItem(after);
  return {
    tenant,
    collection,
    id,
    version,
    before: before && collection.fromItem(isStub(before) ? await loadArchived(tenant, before) : before),
    after: next,
    writtenBy: JSON.parse(String(latest.context ?? "{}")) as WriteContext,
    changedAt: next?.updated_at ?? new Date(Number(record.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000).toISOString(),
    sequence,
  };
}

import { hasPermission } from "../../kernel/context.ts";
import type { BulkManifest } from "../../kernel/domain.ts";
import { forbidden } from "../../kernel/error.ts";
import type { Verb } from "../../kernel/fn.ts";
import { findDeclaration, listDomains } from "../../kernel/tenant-domains.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { loadCollectionByName } from "../../storage/table/collection-registry.ts";
import type { UpsertMatching } from "../../storage/write/upsert.ts";
import { type Exportable, loadExportable } from "../export/exportable.ts";
import type { BulkChangeRecord } from "./bulk-change.ts";

/** The verbs that read, change, delete and restore one record of a kind; the same that its usual operations call. */
interface Verbs {
  readonly get: Verb;
  readonly update: Verb;
  readonly remove: Verb;
  readonly restore: Verb;
  /** The values by which upserts find a record: each is unique to one record. */
  readonly matching?: (parameters: object) => Promise<UpsertMatching>;
}

/** A kind of record that can be changed in bulk, as its domain's manifest declares. */
export interface Changeable extends Pick<BulkManifest, "write" | "remove" | "decides"> {
  readonly kind: string;
  readonly collection: Collection<BaseRecord>;
  readonly verbs: Verbs;
}

type Action = BulkChangeRecord["action"];

export async function loadChangeable(kind: string): Promise<Changeable> {
  const bulk = findDeclaration("bulk", kind);
  if (!bulk) throw new Error(`No domain of this function supports bulk changes of ${kind}`);
  const [collection, verbs] = await Promise.all([loadCollectionByName(kind), bulk.load()]);
  const { write, remove, decides = {} } = bulk;
  return { kind, write, remove, decides, collection, verbs: verbs as Verbs };
}

/** Returns how the list of a kind is walked from beginning to end; undefined for a kind without an export. */
export async function loadSelectable({ kind }: Changeable): Promise<Exportable | undefined> {
  const domain = listDomains().find(({ kinds }) => kinds.some(({ name }) => name === kind));
  const all = await Promise.all(Object.keys(domain?.exports ?? {}).map(loadExportable));
  return all.find(({ collection, values }) => collection.name === kind && !values);
}

/** Refuses callers who may not do the action on a single record. Checked at the start and in each slice: a role may be revoked meanwhile. */
export function requireRight({ kind, write, remove }: Changeable, action: Action): void {
  const right = action === "update" ? write : remove;
  if (!hasPermission(right)) throw forbidden(`The permission ${right.name} is required to ${action} records of the kind ${kind}`);
}

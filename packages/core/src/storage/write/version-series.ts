import { conflict } from "../../kernel/error.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { Records } from "./records.ts";
import type { Transaction } from "./transaction.ts";

/** Versions of an offer. Each version is a record; the latest one is the primary one. */

export interface VersionedRecord extends BaseRecord {
  status: string;
  /** The latest version. */
  is_primary: boolean;
  version_number: number;
  previous_version_id: string | null;
  /** Number of versions created, deleted ones included: their numbers are not used again. */
  versions_made: number;
}

/** Refuses a new version unless the record is the latest one, does not wait for approval, and was not accepted. */
export function requireLatest({ status, is_primary }: VersionedRecord): void {
  if (status === "ACCEPTED") throw conflict("The record was accepted: create another", [{ field: "status", message: status }]);
  if (status === "PENDING_APPROVAL")
    throw conflict("The record is waiting for approval: change it, or wait for the decision", [
      { field: "status", message: status },
    ]);
  requirePrimary({ is_primary });
}

/** Refuses unless the record is the latest version. */
export function requirePrimary({ is_primary }: Pick<VersionedRecord, "is_primary">): void {
  if (!is_primary)
    throw conflict("A later version has replaced this one", [
      { field: "is_primary", message: "A later version is the primary one" },
    ]);
}

/** Builds a number such as `Q-2030-000017-3`. Numbers are unique, and versions of one record share their beginning. */
export const buildNumber = (number: string, { version_number }: VersionedRecord, next: number): string =>
  `${version_number === 1 ? number : number.slice(0, number.lastIndexOf("-"))}-${next}`;

/** When a version is deleted, makes the version before it the latest again. */
export async function promotePrevious<R extends VersionedRecord>(
  collection: Collection<R>,
  current: R,
  tx: Transaction,
): Promise<void> {
  if (!current.is_primary) throw conflict("A later version has replaced this one: delete that version first");
  const previous = await loadPrevious(collection, current);
  if (!previous || previous.deleted_at) return;
  const latest = { ...previous, is_primary: true, versions_made: current.versions_made };
  tx.replace(collection, previous, Records.nextVersion(previous, latest));
}

/** When a version is restored, makes it the latest again, unless another version is. */
export async function demotePrevious<R extends VersionedRecord>(
  collection: Collection<R>,
  current: R,
  tx: Transaction,
): Promise<R> {
  const previous = await loadPrevious(collection, current);
  if (!previous) return current;
  if (previous.deleted_at) throw conflict(`The previous version is deleted: restore ${previous.id} first`);
  if (!previous.is_primary) throw conflict("Another version has replaced the previous one");
  tx.replace(collection, previous, Records.nextVersion(previous, { ...previous, is_primary: false }));
  return { ...current, versions_made: previous.versions_made };
}

const loadPrevious = async <R extends VersionedRecord>(
  collection: Collection<R>,
  { previous_version_id }: R,
): Promise<R | undefined> => (previous_version_id === null ? undefined : Records.load(collection, previous_version_id));

export * as VersionSeries from "./version-series.ts";

import { isDeepStrictEqual } from "node:util";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { ContactRecord } from "@crm/core/accounts/contact/contact.entity.ts";
import { Contact } from "@crm/core/accounts/contact/contact.ts";
import type { CustomerRecord } from "@crm/core/accounts/customer/customer.entity.ts";
import { Customer } from "@crm/core/accounts/customer/customer.ts";
import { collectBytes } from "@crm/core/kernel/bytes.ts";
import { runIn, systemContext, useTenant } from "@crm/core/kernel/context.ts";
import { isFailure } from "@crm/core/kernel/error.ts";
import type { Kind } from "@crm/core/kernel/id.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import type { PersonRecord } from "@crm/core/people/person/person.entity.ts";
import { Password } from "@crm/core/platform/auth/password.ts";
import { Tenants } from "@crm/core/platform/tenant/tenant.entity.ts";
import { Login } from "@crm/core/platform/user/login.ts";
import type { UserRecord } from "@crm/core/platform/user/user.entity.ts";
import { User } from "@crm/core/platform/user/user.ts";
import { PART_ATTRIBUTE, readStubs, stubObjectPath } from "@crm/core/storage/table/archived-record.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { loadCollection } from "@crm/core/storage/table/collection-registry.ts";
import { readItem } from "@crm/core/storage/table/database.ts";
import { checkpointKey } from "@crm/core/storage/table/key.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "@crm/core/storage/write/transaction.ts";
import { startApp } from "../app.ts";
import { findRunningServer } from "../server/running-server.ts";
import { readArchiveDays } from "../store/archive-days.ts";
import { Refusal } from "../store/state.ts";
import { findKind, isRecordKey, requireStoreFolder } from "./backup.ts";
import { type BackupHeader, type MarshalledItem, verifyBackup } from "./file-format.ts";
import { openBackup, type RestoreSource } from "./restore-store.ts";

/** Counts of what happened to the records of a kind. Records made since the backup stay as they are. */
interface KindRestoreResult {
  restored: number;
  unchanged: number;
  failed: { id: string; message: string }[];
}

/** Limits of one request; a record is at most 400 KB. */
const MAX_BATCH = { records: 200, bytes: 4 * 1024 * 1024 };

/**
 * Restores the records of a kind as new versions, through the same write path as other changes. Counters, search and audit follow, so it works while
 * a server runs, and can be repeated.
 */
export async function restoreKind(
  file: string,
  data: string,
  tenantReference: string | undefined,
  requestedKind: string | undefined,
): Promise<KindRestoreResult & { header: BackupHeader; tenant: { id: string; slug: string }; kind: string }> {
  const header = await verifyBackup(file);
  const kindDefinition = await findKind(requestedKind ?? header.kind ?? "");
  const kind = kindDefinition.name;
  if (header.kind !== undefined && header.kind !== kind)
    throw new Refusal(`${file} contains records of kind ${header.kind}, not ${kind}.`);
  const folder = requireStoreFolder(data);
  const running = await findRunningServer(folder);
  const app = running ? undefined : await startApp({ data, archiveDays: readArchiveDays(), logFrom: "error" });
  const total: KindRestoreResult = { restored: 0, unchanged: 0, failed: [] };
  try {
    const source = await openBackup(file, header, tenantReference, folder);
    const { tenant } = source;
    const reason = `Restored from the backup of ${header.made_at}`;
    const apply = async (items: readonly MarshalledItem[]): Promise<void> => {
      const batch: RestoreBatch = { tenant: tenant.id, kind, items, reason };
      const result = app
        ? await restoreBatch(app.ports, batch)
        : await running?.call<KindRestoreResult>("POST", "restore", batch);
      total.restored += result?.restored ?? 0;
      total.unchanged += result?.unchanged ?? 0;
      total.failed.push(...(result?.failed ?? []));
    };
    try {
      let items: MarshalledItem[] = [];
      let bytes = 0;
      for await (const item of readRecordItems(source, kindDefinition)) {
        const size = Buffer.byteLength(JSON.stringify(item));
        if (items.length === MAX_BATCH.records || bytes + size > MAX_BATCH.bytes) {
          await apply(items);
          [items, bytes] = [[], 0];
        }
        items.push(item);
        bytes += size;
      }
      if (items.length > 0) await apply(items);
    } finally {
      source.close();
    }
    await app?.settle();
    return { ...total, header, tenant, kind };
  } finally {
    await app?.stop();
  }
}

/** Yields the items of a kind's records. Those of archived records are in parts, which follow their stubs in the backup. */
async function* readRecordItems({ tenant, entries }: RestoreSource, kind: Kind): AsyncGenerator<MarshalledItem> {
  const stubsByFile = new Map<string, Record<string, unknown>[]>();
  for await (const entry of entries()) {
    if ("file" in entry) {
      const stubs = stubsByFile.get(entry.file);
      if (!stubs) continue;
      for (const item of readStubs(stubs, await collectBytes(entry.content))) yield marshall(item) as MarshalledItem;
    } else if ("item" in entry && isRecordKey(String(entry.item.pk?.S), String(entry.item.sk?.S), kind)) {
      if (entry.item[PART_ATTRIBUTE] === undefined) {
        yield entry.item;
        continue;
      }
      const stub = unmarshall(entry.item);
      const file = `objects/${tenant.id}/${stubObjectPath(stub)}`;
      const stubs = stubsByFile.get(file);
      if (stubs) stubs.push(stub);
      else stubsByFile.set(file, [stub]);
    }
  }
}

export interface RestoreBatch {
  tenant: string;
  kind: string;
  items: readonly MarshalledItem[];
  /** The reason in the audit entries. */
  reason: string;
}

/** Restores some records of a kind. The server calls it for `/_local/restore`. */
export async function restoreBatch(ports: Ports, { tenant, kind, items, reason }: RestoreBatch): Promise<KindRestoreResult> {
  const collection = await loadCollection(await findKind(kind));
  const result: KindRestoreResult = { restored: 0, unchanged: 0, failed: [] };
  const context = systemContext(ports, tenant, "restore", ["login"]);
  await runIn({ ...context, request: { ...context.request, reason } }, async () => {
    if (!(await Records.load(Tenants, tenant))) {
      throw new Refusal(`The tenant ${tenant} is not in this store: restore the whole tenant first, without --kind.`);
    }
    for (let offset = 0; offset < items.length; offset += 10) {
      await Promise.all(
        items.slice(offset, offset + 10).map(async (item) => {
          const backupRecord = collection.fromItem(unmarshall(item));
          try {
            if (await restoreRecord(collection, backupRecord)) result.restored++;
            else result.unchanged++;
          } catch (error) {
            if (!isFailure(error)) throw error;
            result.failed.push({ id: backupRecord.id, message: error.message });
          }
        }),
      );
    }
    User.forget();
  });
  return result;
}

async function restoreRecord(collection: Collection<BaseRecord>, backupRecord: BaseRecord): Promise<boolean> {
  return retryOnConflict(async () => {
    const current = await Records.load(collection, backupRecord.id);
    const tx = transaction();
    const after = await (relatedWriters[collection.name] ?? writeNothing)(tx, current, backupRecord);
    if (!current) {
      // A record that was removed for good has a checkpoint with its last version; the restored record continues from that version.
      const checkpoint = await readItem(checkpointKey(useTenant(), backupRecord.id));
      const before = { ...backupRecord, version: Number(checkpoint?.version ?? 0) };
      await tx.create(collection, Records.nextVersion(before, after)).commit(undefined);
      return true;
    }
    if (isDeepStrictEqual(omitVersionFields(current), omitVersionFields(after))) return false;
    await tx.replace(collection, current, Records.nextVersion(current, after)).commit(undefined);
    return true;
  });
}

function omitVersionFields(record: BaseRecord): object {
  const { version: _version, updated_at: _at, updated_by: _by, ...content } = record;
  return content;
}

/** Adds writes of related items to the transaction. Returns the record to restore. */
type RelatedWriter = (
  tx: Transaction,
  current: BaseRecord | undefined,
  backupRecord: BaseRecord,
) => BaseRecord | Promise<BaseRecord>;

const writeNothing: RelatedWriter = (_tx, _current, backupRecord) => backupRecord;

const relatedWriters: Partial<Record<string, RelatedWriter>> = {
  /** Moves the login with the email and the user, and updates the count of administrators. */
  async user(tx, current, backupRecord) {
    const [before, after] = [current as UserRecord | undefined, backupRecord as UserRecord];
    const signsIn = (user: UserRecord | undefined): user is UserRecord => user !== undefined && !user.deleted_at;
    if (signsIn(before) && signsIn(after)) Login.move(tx, before, after, await Password.read(after.id));
    else if (signsIn(before)) Login.remove(tx, before);
    else if (signsIn(after)) Login.add(tx, after, await Password.read(after.id));
    User.countAdmins(tx, before, after);
    return after;
  },
  /** Keeps contact points that were added since the backup: their locks still belong to the person and are never released. */
  person(_tx, current, backupRecord) {
    const [before, after] = [current as PersonRecord | undefined, backupRecord as PersonRecord];
    const backupPoints = new Set(after.contact_points.map(({ normalized }) => normalized));
    const since = before?.contact_points.filter(({ normalized }) => !backupPoints.has(normalized)) ?? [];
    const person: PersonRecord = { ...after, contact_points: [...after.contact_points, ...since] };
    return person;
  },
  /** Moves the customer's locks on unique values. A value that another record took since is a conflict. */
  async customer(tx, current, backupRecord) {
    await Customer.moveLocks(
      tx,
      nullIfDeleted(current as CustomerRecord | undefined),
      nullIfDeleted(backupRecord as CustomerRecord),
    );
    return backupRecord;
  },
  async contact(tx, current, backupRecord) {
    await Contact.moveLocks(
      tx,
      nullIfDeleted(current as ContactRecord | undefined),
      nullIfDeleted(backupRecord as ContactRecord),
    );
    return backupRecord;
  },
};

const nullIfDeleted = <R extends BaseRecord>(record: R | undefined): R | null =>
  record === undefined || record.deleted_at ? null : record;

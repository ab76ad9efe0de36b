import { hasPermission, useActor } from "../../kernel/context.ts";
import { type BaseRecord, type Collection, loadTenantSealings } from "../../storage/table/collection.ts";
import { findLoadedCollection, loadCollectionByName } from "../../storage/table/collection-registry.ts";
import { maskDocument, readDocument, redactDocument, replaceDocuments } from "../../storage/vault/sealed-detail.rules.ts";
import { SealedDetail } from "../../storage/vault/sealed-detail.ts";
import type { Sealed } from "../../storage/vault/vault.ts";
import { CustomFields } from "../custom-field/values.ts";

/**
 * Decides what a reader sees of a record in every answer: reads, lists, writes and their repeats, exports, and the audit trail
 * (docs/platform/sensitive-data.md). The collection declares what each field is; this module applies it.
 */

type Fields = Record<string, unknown>;

/** A record without internal fields. Custom fields are presented when it is answered (storage/read/answer-presenter.ts). */
export type RedactedRecord<R> = Omit<R, "sealed">;

export interface Redactor<R> {
  /** For answers of writes, which are stored for repeats: sealed values are masked for every reader. */
  mask(record: R): RedactedRecord<R>;
  /** Sealed values are readable for callers with the permission, and masked for others. */
  reveal(record: R): Promise<RedactedRecord<R>>;
}

/** Returns how the caller sees records of a kind. */
export async function createRedactor<R extends BaseRecord & { sealed: Sealed | null }>(
  collection: Collection<R>,
): Promise<Redactor<R>> {
  const { sealed, internal = [], unsealPermission } = collection.definition;
  const sealings = await loadTenantSealings(collection);
  const hidden = new Set<string>([...internal, ...(sealed ? [sealed] : [])]);
  const omitHidden = (record: R): RedactedRecord<R> => {
    return Object.fromEntries(Object.entries(record).filter(([field]) => !hidden.has(field))) as RedactedRecord<R>;
  };
  const masked = (record: R): RedactedRecord<R> => omitHidden(mapDocuments(record, sealings, maskDocument));
  return {
    mask: masked,
    reveal: async (record) =>
      unsealPermission && hasPermission(unsealPermission)
        ? omitHidden(await SealedDetail.unseal(record, sealings))
        : masked(record),
  };
}

/** Returns the record with `show` applied to the sealed values in its documents. */
function mapDocuments<R extends object>(record: R, sealings: SealedDetail.Sealings, show: typeof maskDocument): R {
  const documents = Object.entries(sealings).flatMap(([path, sealing]): [string, unknown][] => {
    const document = readDocument(record, path);
    return sealing && document ? [[path, show(document, sealing)]] : [];
  });
  return replaceDocuments(record, new Map(documents));
}

const isCut = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ["cut", "characters", "sha256"].every((part) => part in value);

/**
 * Returns the values of an audit entry that the caller may see under today's field definitions, because an entry may be older than the sealing or
 * hiding of a field. A value that was cut for its length cannot be partly hidden, so it is omitted.
 */
export async function redactHistory(kind: string, values: Fields | null): Promise<Fields | null> {
  if (values === null) return null;
  const collection = await loadCollectionByName(kind);
  const { secret = [], internal = [], sealed } = collection.definition;
  const sealings = await loadTenantSealings(collection);
  const hidden = new Set<string>([...secret, ...internal, ...(sealed ? [sealed] : [])]);
  const redactedValues: Fields = {};
  for (const [field, value] of Object.entries(values)) {
    const isSealed = Object.keys(sealings).some((path) => path === field || path.startsWith(`${field}.`));
    if (hidden.has(field)) redactedValues[field] = "***";
    else if (field === "custom_fields") redactedValues[field] = await CustomFields.redactHistory(kind, value);
    else if (isSealed)
      redactedValues[field] = isCut(value) ? {} : mapDocuments({ [field]: value }, sealings, redactDocument)[field];
    else redactedValues[field] = value;
  }
  return redactedValues;
}

/** Returns an answer that was stored for a repeat, as the caller may see it now: roles and definitions may have changed. */
export async function redactStoredAnswer(answer: unknown, merged = "person"): Promise<unknown> {
  if (answer === null || typeof answer !== "object" || useActor().type === "public") return answer;
  if (Array.isArray(answer))
    return (await Promise.all(answer.map((item) => redactStoredAnswer(item, merged)))).filter((item) => item !== undefined);
  const { id, field, survivor_id } = answer as Fields;
  const ofMerge = findLoadedCollection(String(survivor_id))?.name ?? merged;
  // One line of a merge preview.
  const slot = /^custom_fields\.(.*)$/.exec(String(field))?.[1];
  if (slot !== undefined && !Object.hasOwn((await CustomFields.loadPresenter(ofMerge))(null), slot)) return undefined;
  const collection = findLoadedCollection(String(id));
  const parts = Object.entries(answer).map(async ([name, value]) => [
    name,
    name === "custom_fields" ? value : await redactStoredAnswer(value, ofMerge),
  ]);
  const rest = Object.fromEntries(await Promise.all(parts)) as Fields;
  if (!collection) return rest;
  // An earlier release may have stored it unsealed.
  const sealed = mapDocuments(rest, await loadTenantSealings(collection), maskDocument);
  // Collections with the `customFields` adapter present their custom fields in every answer.
  if (!collection.definition.pathDeclarationSources || collection.definition.customFields || !sealed.custom_fields) return sealed;
  const open = (await CustomFields.loadPresenter(collection.name))(null);
  return {
    ...sealed,
    custom_fields: Object.fromEntries(Object.entries(sealed.custom_fields).filter(([name]) => Object.hasOwn(open, name))),
  };
}

export * as Redaction from "./redaction.ts";

import { hasPermission, useActor } from "../../kernel/context.ts";
import { type BaseRecord, type Collection, loadTenantSealings } from "../../storage/table/collection.ts";
import { findLoadedCollection, loadCollectionByName } from "../../storage/table/collection-registry.ts";
import { maskDocument, readDocument, redactDocument, replaceDocuments } from "../../storage/vault/sealed-detail.rules.ts";
import { SealedDetail } from "../../storage/vault/sealed-detail.ts";
import type { Sealed } from "../../storage/vault/vault.ts";
import { CustomFields } from "../custom-field/values.ts";

/**
 * What of a record its reader is shown, whatever way it comes to them: read, listed, answered by a write or its repeat, exported,
 * told by the audit trail (docs/platform/sensitive-data.md). The collection says of each field what it is; here stands what follows.
 */

type Fields = Record<string, unknown>;

/** A record as it is shown, without its bookkeeping; its custom fields are shown where it is answered (storage/read/answer-presenter.ts). */
export type RedactedRecord<R> = Omit<R, "sealed">;

export interface Redactor<R> {
  /** As answers of writes show it, which are kept for repeats: with masks for everybody. */
  mask(record: R): RedactedRecord<R>;
  /** With what is sealed in the clear for who may see it. */
  reveal(record: R): Promise<RedactedRecord<R>>;
}

/** How the caller is shown the records of a kind. */
export async function createRedactor<R extends BaseRecord & { sealed: Sealed | null }>(
  collection: Collection<R>,
): Promise<Redactor<R>> {
  const { sealed, internal = [], unsealPermission: opens } = collection.definition;
  const sealings = await loadTenantSealings(collection);
  const hidden = new Set<string>([...internal, ...(sealed ? [sealed] : [])]);
  const shown = (record: R): RedactedRecord<R> => {
    return Object.fromEntries(Object.entries(record).filter(([field]) => !hidden.has(field))) as RedactedRecord<R>;
  };
  const masked = (record: R): RedactedRecord<R> => shown(mapDocuments(record, sealings, maskDocument));
  return {
    mask: masked,
    reveal: async (record) =>
      opens && hasPermission(opens) ? shown(await SealedDetail.unseal(record, sealings)) : masked(record),
  };
}

/** The record, with its documents as `show` has what is sealed in them. */
function mapDocuments<R extends object>(record: R, sealings: SealedDetail.Sealings, show: typeof maskDocument): R {
  const documents = Object.entries(sealings).flatMap(([at, sealing]): [string, unknown][] => {
    const document = readDocument(record, at);
    return sealing && document ? [[at, show(document, sealing)]] : [];
  });
  return replaceDocuments(record, new Map(documents));
}

const isCut = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ["cut", "characters", "sha256"].every((part) => part in value);

/**
 * Values of an audit entry as the caller sees them, by what their fields are today: an entry may be older than that a field was
 * sealed or hidden. Of what was cut because it is long, a part cannot be left out, so then it is left out as a whole.
 */
export async function redactHistory(kind: string, values: Fields | null): Promise<Fields | null> {
  if (values === null) return null;
  const collection = await loadCollectionByName(kind);
  const { secret = [], internal = [], sealed } = collection.definition;
  const sealings = await loadTenantSealings(collection);
  const hidden = new Set<string>([...secret, ...internal, ...(sealed ? [sealed] : [])]);
  const shown: Fields = {};
  for (const [field, value] of Object.entries(values)) {
    const isSealed = Object.keys(sealings).some((at) => at === field || at.startsWith(`${field}.`));
    if (hidden.has(field)) shown[field] = "***";
    else if (field === "custom_fields") shown[field] = await CustomFields.redactHistory(kind, value);
    else if (isSealed) shown[field] = isCut(value) ? {} : mapDocuments({ [field]: value }, sealings, redactDocument)[field];
    else shown[field] = value;
  }
  return shown;
}

/** An answer that was kept for a repeat, with what the caller may see of it by now: roles and definitions change. */
export async function redactStoredAnswer(answer: unknown, merged = "person"): Promise<unknown> {
  if (answer === null || typeof answer !== "object" || useActor().type === "public") return answer;
  if (Array.isArray(answer))
    return (await Promise.all(answer.map((each) => redactStoredAnswer(each, merged)))).filter((each) => each !== undefined);
  const { id, field, survivor_id } = answer as Fields;
  const ofMerge = findLoadedCollection(String(survivor_id))?.name ?? merged;
  // A line of the preview of a merge.
  const slot = /^custom_fields\.(.*)$/.exec(String(field))?.[1];
  if (slot !== undefined && !Object.hasOwn((await CustomFields.loadPresenter(ofMerge))(null), slot)) return undefined;
  const collection = findLoadedCollection(String(id));
  const parts = Object.entries(answer).map(async ([name, value]) => [
    name,
    name === "custom_fields" ? value : await redactStoredAnswer(value, ofMerge),
  ]);
  const rest = Object.fromEntries(await Promise.all(parts)) as Fields;
  if (!collection) return rest;
  // Kept by a release that did not seal it yet.
  const sealed = mapDocuments(rest, await loadTenantSealings(collection), maskDocument);
  // Kinds that have `own` are shown theirs as every answer is.
  if (!collection.definition.pathDeclarationSources || collection.definition.customFields || !sealed.custom_fields) return sealed;
  const open = (await CustomFields.loadPresenter(collection.name))(null);
  return {
    ...sealed,
    custom_fields: Object.fromEntries(Object.entries(sealed.custom_fields).filter(([name]) => Object.hasOwn(open, name))),
  };
}

export * as Redaction from "./redaction.ts";

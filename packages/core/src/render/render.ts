import { CustomFields } from "../custom-field/values.ts";
import { may, useActor } from "../kernel/context.ts";
import { type BaseRecord, type Collection, sealingsOf } from "../storage/table/collection.ts";
import { collectionNamed, loadedOf } from "../storage/table/collections.ts";
import { maskedIn, redacted } from "../storage/vault/detail.rules.ts";
import { SealedDetail } from "../storage/vault/detail.ts";
import type { Sealed } from "../storage/vault/vault.ts";

/**
 * What of a record its reader is shown, whatever way it comes to them: read, listed, answered by a write or its repeat, exported,
 * told by the audit trail (docs/sensitive-data.md). The collection says of each field what it is; here stands what follows.
 */

type Fields = Record<string, unknown>;

/** A record as it is shown, without its bookkeeping. */
export type Rendered<R> = Omit<R, "sealed" | "custom_fields"> & { custom_fields: ReturnType<CustomFields.Seen> };

export interface Rendering<R> {
  /** As answers of writes show it, which are kept for repeats: with masks for everybody. */
  masked(record: R): Rendered<R>;
  /** With what is sealed in the clear for who may see it. */
  whole(record: R): Promise<Rendered<R>>;
}

/** How the caller is shown the records of a kind. */
export async function rendering<R extends BaseRecord & { sealed: Sealed | null }>(
  collection: Collection<R>,
): Promise<Rendering<R>> {
  const { sealed, internal = [], opens } = collection.definition;
  const seen = collection.fields.includes("custom_fields") ? await CustomFields.seen(collection.name) : undefined;
  const sealings = sealingsOf(collection);
  const hidden = new Set<string>([...internal, ...(sealed ? [sealed] : [])]);
  const shown = (record: R): Rendered<R> => {
    const fields = Object.fromEntries(Object.entries(record).filter(([field]) => !hidden.has(field)));
    if (seen) fields.custom_fields = seen((fields.custom_fields ?? null) as Parameters<CustomFields.Seen>[0]);
    return fields as Rendered<R>;
  };
  const masked = (record: R): Rendered<R> => shown({ ...record, ...documentsIn(record, sealings, maskedIn) });
  return {
    masked,
    whole: async (record) => (opens && may(opens) ? shown(await SealedDetail.opened(record, sealings)) : masked(record)),
  };
}

/** The documents of a record, as `show` has what is sealed in them. */
function documentsIn(record: object, sealings: SealedDetail.Sealings, show: typeof maskedIn): Fields {
  const fields = record as Fields;
  return Object.fromEntries(
    Object.entries(sealings).flatMap(([field, sealing]) =>
      sealing && fields[field] ? [[field, show(fields[field], sealing)]] : [],
    ),
  );
}

const isCut = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ["cut", "characters", "sha256"].every((part) => part in value);

/**
 * Values of an audit entry as the caller sees them, by what their fields are today: an entry may be older than that a field was
 * sealed or hidden. Of what was cut because it is long, a part cannot be left out, so then it is left out as a whole.
 */
export async function inHistory(kind: string, values: Fields | null): Promise<Fields | null> {
  if (values === null) return null;
  const { secret = [], internal = [], sealed, ...definition } = (await collectionNamed(kind)).definition;
  const hidden = new Set<string>([...secret, ...internal, ...(sealed ? [sealed] : [])]);
  const shown: Fields = {};
  for (const [field, value] of Object.entries(values)) {
    const sealing = definition.detail?.[field as keyof BaseRecord]?.sealing;
    if (hidden.has(field)) shown[field] = "***";
    else if (field === "custom_fields") shown[field] = await CustomFields.inHistory(kind, value);
    else if (sealing && sealing.names.length > 0) shown[field] = isCut(value) ? {} : redacted(value, sealing);
    else shown[field] = value;
  }
  return shown;
}

/** An answer that was kept for a repeat, with what the caller may see of it by now: roles and definitions change. */
export async function stillShown(answer: unknown): Promise<unknown> {
  if (answer === null || typeof answer !== "object" || useActor().type === "public") return answer;
  if (Array.isArray(answer)) return (await Promise.all(answer.map(stillShown))).filter((each) => each !== undefined);
  const { id, field } = answer as Fields;
  // A line of the preview of a merge.
  const slot = /^custom_fields\.(.*)$/.exec(String(field))?.[1];
  if (slot !== undefined && !Object.hasOwn((await CustomFields.seen("person"))(null), slot)) return undefined;
  const collection = loadedOf(String(id));
  const parts = Object.entries(answer).map(async ([name, value]) => [
    name,
    name === "custom_fields" ? value : await stillShown(value),
  ]);
  const rest = Object.fromEntries(await Promise.all(parts)) as Fields;
  if (!collection) return rest;
  // Kept by a release that did not seal it yet.
  Object.assign(rest, documentsIn(rest, sealingsOf(collection), maskedIn));
  if (!collection.definition.declares || !rest.custom_fields) return rest;
  const open = (await CustomFields.seen(collection.name))(null);
  return {
    ...rest,
    custom_fields: Object.fromEntries(Object.entries(rest.custom_fields).filter(([name]) => Object.hasOwn(open, name))),
  };
}

export * as Render from "./render.ts";

import * as z from "zod";
import { requestTime, today } from "../../kernel/day.ts";
import { invalid } from "../../kernel/error.ts";
import type { Kind } from "../../kernel/id.ts";
import { id, text } from "../../kernel/schema.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import type { Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { VersionSeries } from "../../storage/write/version-series.ts";
import { compareFields } from "./comparison.rules.ts";
import type { OfferRecord } from "./offer-fields.ts";
import { toExpiryInstant } from "./offer-state.ts";

/** Versions of quotes and proposals: each is a record of its own, and the latest is the primary one. */

/** Creates a DRAFT with the content of the latest version. The new version becomes the primary one. */
export const createVersion = <R extends OfferRecord>(
  collection: Collection<R>,
  record: string,
  buildNext: (previous: R) => R,
  addWrites?: (tx: Transaction, previous: R) => Promise<void>,
): Promise<R> =>
  retryOnConflict(async () => {
    const previous = await Records.read(collection, record);
    Records.requireVersion(previous);
    VersionSeries.requireLatest(previous);
    const version = buildNext(previous);
    const tx = transaction().create(collection, version);
    tx.replace(collection, previous, Records.nextVersion(previous, { ...previous, is_primary: false }));
    await addWrites?.(tx, previous);
    return tx.commit(version);
  });

/** Returns number, dates and series of the next version. It is valid for the same number of days as the previous one, from today. */
export function continueSeries(previous: OfferRecord, { number, date }: { number: string; date: string }) {
  const version_number = previous.versions_made + 1;
  const expiration_date = addDays(today(), daysBetween(date, previous.expiration_date));
  return {
    number: VersionSeries.buildNumber(number, previous, version_number),
    series: {
      status_changed_at: requestTime(),
      expiration_date,
      expires_at: toExpiryInstant(expiration_date),
      version_number,
      versions_made: version_number,
      previous_version_id: previous.id,
      series_id: previous.series_id,
    },
  };
}

export const CompareInput = (kind: Kind) =>
  z.strictObject({ id: text(64), with: id(kind).describe("The version to compare with") });

export const Difference = z.object({ field: z.string(), from: z.json(), to: z.json() });

/** Schema of a comparison, without its lines or sections. */
export function buildComparisonSchema(kind: Kind) {
  const Version = z.object({ id: id(kind), version_number: z.number().int() });
  return z.object({ from: Version, to: Version, differences: z.array(Difference) });
}

/** Lists the differences of the fields of two versions. */
export async function compareVersions<R extends OfferRecord, F extends keyof R & string>(
  collection: Collection<R>,
  input: { id: string; with: string },
  fields: readonly F[],
) {
  const [from, to] = [await Records.read(collection, input.id), await Records.find(collection, input.with)];
  if (!to) throw invalid("with", `No such ${collection.name}`);
  if (to.series_id !== from.series_id) throw invalid("with", `Must be a version of the same ${collection.name}`);
  const toVersionInfo = ({ id, version_number }: R) => ({ id, version_number });
  return {
    from,
    to,
    comparison: { from: toVersionInfo(from), to: toVersionInfo(to), differences: compareFields<R, F>(from, to, fields) },
  };
}

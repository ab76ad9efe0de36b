import type { RecordData } from "./kind.ts";
import { findPages, type OutcomeName } from "./page-manifest.ts";

/** What became of records: the fields that name it. Rules that need no browser. */

interface Outcome {
  readonly name: OutcomeName;
  readonly links: readonly string[];
  readonly at: string | undefined;
}

/** Lists what became of a record, with the references that have a value. */
export const listOutcomes = (kind: string, record: RecordData): Outcome[] =>
  (findPages(kind).record?.outcomes ?? []).flatMap(({ name, links, at }): Outcome[] => {
    const filled = links.filter((link) => typeof record[link] === "string" && record[link] !== "");
    const instant = at === undefined ? undefined : record[at];
    return filled.length === 0 ? [] : [{ name, links: filled, at: typeof instant === "string" ? instant : undefined }];
  });

/** Lists the fields that the banner above a record repeats: what it became, and when. */
export const listBannerFields = (kind: string, record: RecordData): string[] =>
  listOutcomes(kind, record).flatMap(({ name, links }) => [
    ...links,
    ...(name === "converted" ? ["is_converted", "converted_date", "converted_at"] : []),
  ]);

/** Returns the reference to what a converted record became last, which its head opens. */
export const findResult = (kind: string, record: RecordData): string | undefined =>
  listOutcomes(kind, record)
    .find(({ name }) => name === "converted")
    ?.links.at(-1);

/** Lists the references to what a converted record became besides its result, for the cards beside it. */
export const listCardLinks = (kind: string, record: RecordData): readonly string[] =>
  findPages(kind).record?.hasOutcomeCards
    ? listOutcomes(kind, record).flatMap(({ name, links }) => (name === "converted" ? links.slice(0, -1) : []))
    : [];

/** Whether nothing more is expected of a record: it is closed, or became another one. */
export const isEnded = (kind: string, record: RecordData): boolean =>
  record.is_converted === true ||
  record.is_closed === true ||
  listOutcomes(kind, record).some(({ name }) => name === "converted" || name === "merged");

/** Lists the references that name what records of a kind became. */
export const listOutcomeFields = (kind: string): string[] =>
  (findPages(kind).record?.outcomes ?? []).flatMap(({ links }) => links);

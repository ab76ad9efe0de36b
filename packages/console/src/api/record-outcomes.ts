import type { RecordData } from "./kind.ts";
import { findPages, type OutcomeName } from "./page-manifest.ts";

/** What became of records: the fields that name it. Rules that need no browser. */

/** The place of a converted record in its path. */
export const CONVERTED = "converted";

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

/** The columns of a board as the path of a converted record: the last one is what became of it, and no record left the path. */
export const endInConversion = <Stage extends { readonly code: string; readonly name: string; readonly isExit: boolean }>(
  stages: readonly Stage[],
  name: string,
): { readonly id: string; readonly label: string }[] => [
  ...stages
    .filter(({ isExit }) => !isExit)
    .slice(0, -1)
    .map(({ code, name: label }) => ({ id: code, label })),
  { id: CONVERTED, label: name },
];

/** Lists the references that name what records of a kind became. */
export const listOutcomeFields = (kind: string): string[] =>
  (findPages(kind).record?.outcomes ?? []).flatMap(({ links }) => links);

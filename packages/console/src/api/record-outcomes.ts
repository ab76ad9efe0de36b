import type { RecordData } from "./kind.ts";

/** What became of records, by kind: the fields that name it. Rules that need no browser. */

export type OutcomeName = "converted" | "merged" | "split";

interface OutcomeFields {
  readonly name: OutcomeName;
  /** The references to what the record became. It has this outcome if one of them has a value. */
  readonly links: readonly string[];
  /** The instant of it, if the record has one of its own. */
  readonly at?: string;
}

const merged: OutcomeFields = { name: "merged", links: ["merged_into"] };

const outcomes: Readonly<Record<string, readonly OutcomeFields[]>> = {
  lead: [
    {
      name: "converted",
      links: ["converted_customer_id", "converted_contact_id", "converted_opportunity_id"],
      at: "converted_date",
    },
  ],
  potential: [{ name: "converted", links: ["converted_opportunity_id"], at: "converted_at" }],
  quote: [{ name: "converted", links: ["deal_id", "contract_id", "order_id"] }],
  deal: [{ name: "converted", links: ["order_id"] }],
  contract: [{ name: "converted", links: ["order_id"] }],
  ticket: [
    { name: "merged", links: ["merged_into_id"], at: "closed_at" },
    { name: "split", links: ["split_from_id"], at: "created_at" },
  ],
  customer: [merged],
  contact: [merged],
  person: [merged],
};

interface Outcome {
  readonly name: OutcomeName;
  readonly links: readonly string[];
  readonly at: string | undefined;
}

/** Lists what became of a record, with the references that have a value. */
export const listOutcomes = (kind: string, record: RecordData): Outcome[] =>
  (outcomes[kind] ?? []).flatMap(({ name, links, at }): Outcome[] => {
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

/** The status of a lead is where it stood before it was converted, and says nothing any more. */
export const isConvertedStatus = (field: string, { is_converted }: Readonly<Record<string, unknown>>): boolean =>
  field === "lead_status_id" && is_converted === true;

/** Returns the reference to what a converted record became last, which its head opens. */
export const findResult = (kind: string, record: RecordData): string | undefined =>
  listOutcomes(kind, record)
    .find(({ name }) => name === "converted")
    ?.links.at(-1);

/** Kinds whose page has room for cards of what a record became, beside the list of its last result. */
const kindsWithCards: ReadonlySet<string> = new Set(["lead"]);

/** Lists the references to what a converted record became besides its result, for the cards beside it. */
export const listCardLinks = (kind: string, record: RecordData): readonly string[] =>
  kindsWithCards.has(kind)
    ? listOutcomes(kind, record).flatMap(({ name, links }) => (name === "converted" ? links.slice(0, -1) : []))
    : [];

/** Whether nothing more is expected of a record: it is closed, or became another one. */
export const isEnded = (kind: string, record: RecordData): boolean =>
  record.is_converted === true ||
  record.is_closed === true ||
  listOutcomes(kind, record).some(({ name }) => name === "converted" || name === "merged");

/** Lists the references that name what records of a kind became. */
export const listOutcomeFields = (kind: string): string[] => (outcomes[kind] ?? []).flatMap(({ links }) => links);

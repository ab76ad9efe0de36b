interface RecordLists {
  /** Lists of objects inside the record, with the columns of their tables. */
  readonly parts?: readonly { readonly name: string; readonly columns: readonly string[] }[];
  /** Related records, by the names of their lists in the schema. */
  readonly lists?: readonly string[];
  /** Whether files have a tab in place of the card beside the record. */
  readonly hasFiles?: boolean;
}

const LINE_COLUMNS: readonly string[] = ["name", "quantity", "unit_price", "discount_percent", "total_price"];

/** What the tabs of a record of sales show, in their order. */
export const recordLists: Readonly<Record<string, RecordLists>> = {
  opportunity: {
    parts: [
      { name: "products", columns: LINE_COLUMNS },
      { name: "competitors", columns: ["competitor_name", "is_primary_competitor", "strengths", "weaknesses"] },
    ],
    lists: ["quote", "activity"],
  },
  lead: { lists: ["activity", "note"], hasFiles: true },
  contact: { lists: ["interaction", "opportunity", "note"] },
  deal: { parts: [{ name: "items", columns: LINE_COLUMNS }], lists: ["order", "activity"] },
};

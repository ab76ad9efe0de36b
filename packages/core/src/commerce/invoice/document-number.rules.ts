/** Pure rules: the numbers of invoices and credit notes. */

export const documentTypes = ["INVOICE", "CREDIT_NOTE"] as const;
export type DocumentType = (typeof documentTypes)[number];

export const seriesByType: Readonly<Record<DocumentType, string>> = { INVOICE: "INV", CREDIT_NOTE: "CN" };

/** `INV-2026-000001`. A series has a million numbers in a year before they become longer. */
export const formatNumber = (type: DocumentType, year: string, position: number): string =>
  `${seriesByType[type]}-${year}-${String(position).padStart(6, "0")}`;

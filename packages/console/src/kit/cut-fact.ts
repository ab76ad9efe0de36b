/** A short fact. Red is for what is late. */
export type CutFact = string | { readonly text: string; readonly isLate: boolean } | undefined;

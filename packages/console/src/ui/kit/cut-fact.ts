/** A short fact. Red is for what is late: the fact, or the words of it that say how late. */
export type CutFact = string | { readonly text: string; readonly isLate: boolean; readonly late?: string } | undefined;

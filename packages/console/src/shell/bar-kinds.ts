interface ListedKind {
  readonly kind: string;
  readonly operations: readonly string[];
}

/** Kinds for the bar of a phone, the most used first. */
const BAR_KINDS = ["lead", "opportunity", "ticket", "customer", "contact", "activity"];
const MAX_BAR_KINDS = 2;

/** Returns the kinds that the bar of a phone has beside home, notifications and "More": the first ones that the user may list. */
export const listBarKinds = <K extends ListedKind>(kinds: readonly K[]): K[] =>
  BAR_KINDS.flatMap((name) => kinds.filter(({ kind, operations }) => kind === name && operations.includes("list"))).slice(
    0,
    MAX_BAR_KINDS,
  );

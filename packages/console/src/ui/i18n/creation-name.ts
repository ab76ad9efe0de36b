import { toNoun } from "./noun.ts";
import type { Translate } from "./use-text.ts";

interface CreatedKind {
  readonly kind: string;
  readonly label: string;
}

/** Returns the command that creates a record of a kind: users are invited. */
export const nameCreation = ({ kind, label }: CreatedKind, t: Translate): string =>
  kind === "user" ? t("Invite a user") : t("New {kind}", { kind: toNoun(label) });

import type { Translate } from "../ui/i18n/use-text.ts";

/** The work that made a change for a user: a workflow, a send, a batch, an import or a bulk change. */
export interface Work {
  readonly kind: string;
  readonly title: string | null;
}

/** Names the work that made a change, and the user for whom: "Workflow Welcome for Anna". */
export function nameWork(
  { kind, title }: Work,
  person: string | undefined,
  kinds: readonly { readonly kind: string; readonly label: string }[],
  t: Translate,
): string {
  const label = kinds.find((candidate) => candidate.kind === kind)?.label ?? t("Automation");
  const work = title === null ? label : t("{kind} “{title}”", { kind: label, title });
  return person === undefined ? work : t("{work} for {name}", { work, name: person });
}

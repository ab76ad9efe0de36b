import type { Translate } from "../../../ui/i18n/use-text.ts";
import { nameRuleKind } from "./rule-names.ts";

interface RulePage {
  readonly id: string;
  readonly label: string;
  readonly href: string;
  readonly isCurrent: boolean;
}

/** Kinds of rules as neighboring pages. The address holds the kind: `?rule=customer_assignment`; the first one is the page without it. */
export const listRulePages = (path: string, kinds: readonly string[], current: string, t: Translate): RulePage[] =>
  kinds.map((kind, index) => ({
    id: kind,
    label: nameRuleKind(kind, kind, t),
    href: index === 0 ? path : `${path}?rule=${kind}`,
    isCurrent: kind === current,
  }));

import type { ReactNode } from "react";
import { useText } from "../../ui/i18n/use-text.ts";
import { joinClasses } from "../../ui/kit/classes.ts";
import { Link } from "../../ui/kit/link.tsx";
import type { DuplicatePair } from "./merge-data.ts";
import { formatLevel, formatReasons } from "./reason-text.ts";

interface PairListProps {
  readonly label: string;
  readonly pairs: readonly DuplicatePair[];
  readonly currentId: string | undefined;
  readonly onOpen: (id: string) => void;
  readonly foot: ReactNode;
}

/** The pairs: both names, how sure it is, and why. */
export function PairList({ label, pairs, currentId, onOpen, foot }: PairListProps) {
  const t = useText();
  return (
    <section aria-label={label} className="flex min-w-0 flex-col gap-2">
      <h2 className="text-control font-medium text-text-muted tabular-nums">{label}</h2>
      <ul className="flex min-w-0 flex-col gap-1">
        {pairs.map(({ id, person_name, other_person_name, level, reasons }) => (
          <li
            key={id}
            className={joinClasses(
              "flex min-w-0 flex-col items-start gap-1 rounded-control border px-3 py-2",
              id === currentId ? "border-accent bg-accent-subtle" : "border-border bg-surface",
            )}
          >
            <Link variant="title" aria-current={id === currentId ? "true" : undefined} onPress={() => onOpen(id)}>
              {t("{first} and {second}", {
                first: person_name ?? t("Without a name"),
                second: other_person_name ?? t("Without a name"),
              })}
            </Link>
            <span className="max-w-full text-meta text-text-muted tablet:truncate" title={formatReasons(reasons, t)}>
              {formatLevel(level, t)} · {formatReasons(reasons, t)}
            </span>
          </li>
        ))}
      </ul>
      {foot === null ? null : <span>{foot}</span>}
    </section>
  );
}

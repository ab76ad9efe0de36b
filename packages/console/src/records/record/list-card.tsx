import type { ReactNode } from "react";
import { formatTotal } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { joinClasses } from "../../ui/kit/classes.ts";
import { Skeleton } from "../../ui/kit/skeleton.tsx";

interface ListCardProps {
  readonly title: string;
  /** How many entries there are, once it is known. */
  readonly count: number | undefined;
  /** Whether there may be more. */
  readonly isLowerBound?: boolean | undefined;
  readonly isPending: boolean;
  readonly hasFailed: boolean;
  /** Stands at the end of the head, such as a button that creates an entry. */
  readonly action?: ReactNode;
  /** Says more than the count does when there is nothing yet. */
  readonly empty?: string;
  /** Stands below the entries, such as the link to all of them. */
  readonly more?: ReactNode;
  readonly children: ReactNode;
}

/** A short list beside a record. */
export function ListCard({
  title,
  count,
  isLowerBound = false,
  isPending,
  hasFailed,
  action,
  empty,
  more,
  children,
}: ListCardProps) {
  const t = useText();
  return (
    <section
      aria-label={title}
      aria-busy={isPending}
      data-card
      className="flex flex-col gap-2 rounded-card border border-border bg-surface p-4"
    >
      <header className="flex min-h-target items-center gap-2">
        <h2 className="min-w-0 truncate text-body font-semibold" title={title}>
          {title}
        </h2>
        <span className="text-control tabular-nums text-text-muted">
          {count === undefined || (count === 0 && isLowerBound) ? "" : formatTotal({ total: count, isLowerBound })}
        </span>
        {action === undefined ? null : <span className="ms-auto print:hidden">{action}</span>}
      </header>
      {isPending ? <Skeleton width="medium" /> : null}
      {hasFailed ? <span className="text-control text-danger">{t("The list could not be loaded")}</span> : null}
      {count === 0 && !isLowerBound && empty !== undefined ? <span className="text-control text-text-muted">{empty}</span> : null}
      <ul className="flex flex-col gap-2 empty:hidden">{children}</ul>
      {more ? <span className="text-control print:hidden">{more}</span> : null}
    </section>
  );
}

interface ListCardRowProps {
  readonly title: ReactNode;
  /** An amount at the end of the first line. */
  readonly end?: ReactNode;
  /** Facts of the second line. */
  readonly facts: readonly string[];
  /** What can be done with the entry. */
  readonly actions?: ReactNode;
  /** The sum of the entries above it. */
  readonly isSum?: boolean;
}

/** An entry of a short list: its title and an amount, and below them what tells it from others. */
export function ListCardRow({ title, end, facts, actions, isSum = false }: ListCardRowProps) {
  return (
    <li
      className={joinClasses("flex min-w-0 flex-col text-control", isSum && "border-t border-border-strong pt-2 font-semibold")}
    >
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="min-w-0 flex-1 wrap-anywhere">{title}</span>
        {end === undefined ? null : <span className="shrink-0 tabular-nums">{end}</span>}
        {actions ? <span className="-my-1 shrink-0 print:hidden">{actions}</span> : null}
      </span>
      {facts.length === 0 ? null : (
        <span className="line-clamp-2 min-w-0 text-meta font-normal wrap-anywhere text-text-muted" title={facts.join(" · ")}>
          {facts.join(" · ")}
        </span>
      )}
    </li>
  );
}

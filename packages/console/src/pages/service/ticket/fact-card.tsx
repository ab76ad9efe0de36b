import type { ReactNode } from "react";

interface FactCardProps {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** A few facts about a record beside a thread. */
export function FactCard({ title, action, children }: FactCardProps) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-1 text-control">
      <header className="flex min-h-target items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate text-body font-semibold" title={title}>
          {title}
        </h2>
        {action === undefined ? null : <span className="flex items-center gap-2">{action}</span>}
      </header>
      {children}
    </section>
  );
}

import type { ReactNode } from "react";

/** A table under its title, in a frame. */
export function TableSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="text-body font-semibold">{title}</h2>
      <div className="rounded-card border border-border bg-surface px-4 py-2">{children}</div>
    </section>
  );
}

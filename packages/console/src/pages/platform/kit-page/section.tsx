import type { ReactNode } from "react";

/** The states of one component. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section id={title.toLowerCase()} aria-label={title} className="flex min-w-0 flex-col gap-4 border-t border-border pt-6">
      <h2 className="text-section font-semibold">{title}</h2>
      {children}
    </section>
  );
}

/** Examples in a row, which breaks where it is too long. */
export function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <h3 className="text-meta text-text-muted">{label}</h3>
      <div className="flex min-w-0 flex-wrap items-start gap-4">{children}</div>
    </div>
  );
}

/** A place as wide as a field of a form. */
export function FieldPlace({ children }: { readonly children: ReactNode }) {
  return <div className="w-field min-w-0 max-w-full">{children}</div>;
}

import type { ReactNode } from "react";

/** Facts with their names: one below the other on a phone, else two beside each other. */
export function FactList({ facts }: { readonly facts: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-1 gap-3 tablet:grid-cols-2">
      {facts.map(([label, value]) => (
        <div key={label} className="min-w-0">
          <dt className="text-meta text-text-muted">{label}</dt>
          <dd dir="auto" className="text-body wrap-anywhere">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

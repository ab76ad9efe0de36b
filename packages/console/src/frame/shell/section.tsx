import { createContext, type ReactNode, useContext, useEffect, useId } from "react";

/** A section of the page, as its links name it. */
export interface SectionEntry {
  readonly id: string;
  readonly title: string;
}

/** Adds a section to the links of the page. Returns what takes it away. */
export const SectionRegistry = createContext<(entry: SectionEntry) => () => void>(() => () => undefined);

interface SectionProps {
  /** The fragment of the address that leads to it. */
  readonly id?: string;
  readonly title: string;
  /** What the settings are for, in one sentence. */
  readonly description?: string;
  readonly children: ReactNode;
}

/** Settings that belong together. */
export function Section({ id: givenId, title, description, children }: SectionProps) {
  const ownId = useId();
  const id = givenId ?? ownId;
  const register = useContext(SectionRegistry);
  useEffect(() => register({ id, title }), [register, id, title]);
  return (
    <section id={id} className="flex min-w-0 flex-col gap-4 border-t border-border pt-6">
      <header className="flex flex-col gap-1">
        <h2 className="text-section font-semibold">{title}</h2>
        {description === undefined ? null : <p className="text-control text-text-muted">{description}</p>}
      </header>
      {children}
    </section>
  );
}

/** A choice with its label above it. */
export function Setting({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <span className="text-control font-medium">{label}</span>
      {children}
    </div>
  );
}

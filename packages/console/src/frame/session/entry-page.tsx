import type { FormEvent, ReactNode } from "react";
import icon from "../shell/icon.svg";

interface EntryPageProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly onSubmit?: (event: FormEvent) => Promise<void>;
}

/** A page for people who are not signed in: one narrow form in the middle. */
export function EntryPage({ title, children, onSubmit }: EntryPageProps) {
  return (
    <main className="flex min-h-dvh items-start justify-center bg-bg p-4 pt-12 tablet:items-center tablet:pt-4">
      <form
        noValidate
        onSubmit={(event) => void onSubmit?.(event)}
        className="flex w-full max-w-drawer flex-col gap-4 tablet:box-content tablet:max-w-panel tablet:rounded-card tablet:border tablet:border-border tablet:bg-surface tablet:p-8"
      >
        <span className="flex items-center gap-2 text-section font-semibold">
          <img src={icon} alt="" className="size-8" />
          {document.title}
        </span>
        <h1 className="text-title font-semibold wrap-anywhere">{title}</h1>
        {children}
      </form>
    </main>
  );
}

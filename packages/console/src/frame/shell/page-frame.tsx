import type { ReactNode } from "react";
import { joinClasses } from "../../ui/kit/classes.ts";
import { NavTabs } from "../../ui/kit/nav-tabs.tsx";
import { TrailBack } from "./trail-links.tsx";
import { usePagePath } from "./use-page-path.ts";

interface PageFrameProps {
  readonly title: string;
  /** One sentence below the title: what the page is good for. */
  readonly description?: string;
  /** Buttons at the end of the head. */
  readonly actions?: ReactNode;
  /** The neighboring pages, this one among them, and what they have in common. */
  readonly pages?: { readonly label: string; readonly tabs: readonly PageTab[] };
  /** What chooses the content, such as a period and filters. */
  readonly bar?: ReactNode;
  readonly isLoading?: boolean;
  /** The widest the content becomes: all of the window, a record, a list of settings, or a form. */
  readonly width?: "window" | "record" | "settings" | "form";
  readonly children: ReactNode;
}

interface PageTab {
  readonly id: string;
  readonly label: string;
  readonly href: string;
  readonly isCurrent: boolean;
}

const widthClasses = {
  window: "",
  record: "mx-auto max-w-page",
  settings: "mx-auto max-w-settings",
  form: "mx-auto max-w-form",
} as const;

/** A page that is not made from the schema: its title and actions, the neighboring pages, and its content. */
export function PageFrame({
  title,
  description,
  actions,
  pages,
  bar,
  isLoading = false,
  width = "window",
  children,
}: PageFrameProps) {
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-auto print:overflow-visible" aria-busy={isLoading}>
      <div className={joinClasses("flex w-full min-w-0 flex-col gap-4 px-4 pb-8 tablet:px-6", widthClasses[width])}>
        <div className="flex min-w-0 flex-col">
          <TrailBack path={usePagePath()} />
          <header className="flex min-h-page-head flex-wrap items-center gap-x-3 gap-y-2 py-2 tablet:py-3">
            <h1 dir="auto" className="min-h-control min-w-0 content-center text-title font-semibold wrap-anywhere">
              {title}
            </h1>
            {actions === undefined ? null : (
              // A short title leaves them room beside it on a phone too.
              <span className="ms-auto flex min-w-0 items-center gap-2 print:hidden">{actions}</span>
            )}
          </header>
          {description === undefined ? null : <p className="pb-2 text-control text-text-muted">{description}</p>}
          {pages === undefined ? null : (
            <div className="border-b border-border print:hidden">
              <NavTabs label={pages.label} tabs={pages.tabs} />
            </div>
          )}
        </div>
        {bar}
        {children}
      </div>
    </div>
  );
}

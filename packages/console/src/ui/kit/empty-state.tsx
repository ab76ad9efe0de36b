import { Inbox, Lock, Search, SearchX } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  /** Nothing yet, nothing found, nothing found so far, or nothing that the user may see. */
  readonly kind: "empty" | "nothing-found" | "searching" | "forbidden";
  /** What belongs here, which filters hide it, or who can allow it. */
  readonly title: string;
  /** What it is good for. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** Whether it stands in place of a whole page, so that its title is the heading of the page. */
  readonly isPage?: boolean;
}

const icons = { empty: <Inbox />, "nothing-found": <SearchX />, searching: <Search />, forbidden: <Lock /> };

/** In place of a list or chart without content. */
export function EmptyState({ kind, title, children, action, isPage = false }: EmptyStateProps) {
  const Title = isPage ? "h1" : "p";
  return (
    <div data-empty className="flex flex-col items-center gap-3 px-4 py-12 text-center">
      <span className="flex size-control items-center justify-center rounded-full bg-hover text-text-muted">{icons[kind]}</span>
      <div className="flex max-w-drawer flex-col gap-1 wrap-anywhere">
        <Title className="text-body font-medium text-text">{title}</Title>
        {children === undefined ? null : <p className="text-control text-text-muted">{children}</p>}
      </div>
      {action}
    </div>
  );
}

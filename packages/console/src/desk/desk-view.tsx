import { lazy, type ReactNode, Suspense } from "react";
import type { ListQuery } from "../data/kind.ts";
import type { Kind } from "../data/schema.ts";

/** What the desk of a kind needs of its list. */
export interface DeskProps {
  readonly kind: Kind;
  /** Filters, search and order of the list. */
  readonly query: ListQuery;
  /** The queue in the address. */
  readonly queue: string | undefined;
  readonly onQueue: (queue: string) => void;
  /** Search and filters of the list. */
  readonly tools: ReactNode;
}

const desks = {
  ticket: lazy(() => import("./ticket-desk.tsx").then(({ TicketDesk: desk }) => ({ default: desk }))),
  conversation: lazy(() => import("./conversation-desk.tsx").then(({ ConversationDesk: desk }) => ({ default: desk }))),
};

/** The records of a list as a queue, with the open one beside it. */
export function DeskView(props: DeskProps) {
  const Desk = desks[props.kind.kind as keyof typeof desks];
  return (
    <Suspense>
      <Desk {...props} />
    </Suspense>
  );
}

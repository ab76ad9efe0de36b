import { lazy, Suspense } from "react";
import type { DeskProps } from "./desk-props.ts";

const desks = {
  ticket: lazy(() => import("./ticket-desk.tsx").then(({ TicketDesk: desk }) => ({ default: desk }))),
  conversation: lazy(() =>
    import("../conversation/conversation-desk.tsx").then(({ ConversationDesk: desk }) => ({ default: desk })),
  ),
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

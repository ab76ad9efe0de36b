import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const form = part(() => import("./ticket-form-page.tsx"), "TicketFormPage");

export const ticket = definePage({
  kind: "ticket",
  isInFeed: true,
  routes: { "support/tickets/create": form, "support/tickets/add": form },
  list: {
    display: { mode: "desk", view: part(() => import("./ticket-desk.tsx"), "TicketDesk") },
    creationButton: part(() => import("./ticket-button.tsx"), "TicketButton"),
  },
  record: {
    isAnswered: true,
    outcomes: [
      { name: "merged", links: ["merged_into_id"], at: "closed_at" },
      { name: "split", links: ["split_from_id"], at: "created_at" },
    ],
    frame: part(() => import("./ticket-parts.tsx"), "TicketParts"),
    // With their whole texts, the API lists 20 comments at a time.
    thread: {
      list: "comments",
      messageKind: "ticket_comment",
      query: { limit: 20, include: "body,attachment_ids,event,mentioned_ids", expand: "labels,mentioned" },
    },
  },
});

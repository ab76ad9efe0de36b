import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

export const conversation = definePage({
  kind: "conversation",
  list: { display: { mode: "desk", view: part(() => import("./conversation-desk.tsx"), "ConversationDesk"), isUsual: true } },
  record: {
    frame: part(() => import("./conversation-parts.tsx"), "ConversationParts"),
    thread: { list: "messages", messageKind: "message", query: { limit: 30, expand: "labels" } },
  },
});

import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const feed = part(() => import("../../../records/comments/feed-page.tsx"), "FeedPage");

export const comment = definePage({ kind: "comment", isInFeed: true, routes: { feed, "advanced-features/collaboration": feed } });

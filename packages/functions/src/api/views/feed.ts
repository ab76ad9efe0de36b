import { feedGrants } from "@crm/core/people/comment/comment.kind.ts";
import { Feed } from "@crm/core/views/feed.ts";
import { operation } from "../../http/operation.ts";

export const feedOperations = [
  operation({
    name: "readFeed",
    method: "GET",
    path: "/feed",
    tag: "Comments",
    access: feedGrants.read,
    summary: "Read the activity feed, newest first",
    description:
      "By record, or by user or team, or without a filter of the records that the caller follows. Entries are about records that the caller sees.",
    verb: Feed.list,
    output: Feed.FeedPage.meta({ id: "FeedPage" }),
    inBatch: true,
  }),
] as const;

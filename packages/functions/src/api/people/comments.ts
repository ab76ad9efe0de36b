import { commentGrants } from "@crm/core/people/comment/comment.kind.ts";
import { Comment } from "@crm/core/people/comment/comment.ts";
import * as z from "zod";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { feedOperations } from "../views/feed.ts";
import { commentLinks } from "./links.ts";

const { read, write } = commentGrants;

export const comments = [
  operation({
    name: "listMentionable",
    method: "GET",
    path: "/comments/mentionable",
    tag: "Comments",
    access: write,
    summary: "List the users and teams that a comment can mention",
    description:
      "Up to 10 active users who can see the record, and up to 10 teams. Users who are away now have the end of their absence.",
    verb: Comment.listMentionable,
    output: z.array(Comment.Mentionable.meta({ id: "Mentionable" })),
  }),
  ...crud({
    noun: "Comment",
    plural: "Comments",
    tag: "Comments",
    path: "/comments",
    read,
    write,
    remove: write,
    domain: Comment,
    output: recordSchema("Comment", Comment.Info),
    row: recordSchema("CommentRow", Comment.Row),
    links: commentLinks,
  }),
  buildExportOperation("exportComments", "comments", "Comments", read, Comment.listDefinition),
  ...feedOperations,
] as const;

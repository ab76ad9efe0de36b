import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

/** A message to a person or from one, stored permanently. */
export const MESSAGE = kind("message", "msg", {
  shape: 2,
  path: "/messages",
  load: () => import("./message.entity.ts"),
  display: { menu: "messages", icon: "send", title: "{body}" },
});

/** All messages between one address and one sender on a channel. */
export const CONVERSATION = kind("conversation", "cvn", {
  shape: 2,
  path: "/conversations",
  load: () => import("./conversation.entity.ts"),
  display: { menu: "messages", icon: "messages-square", title: "{address}" },
});

/** The messages that wait to be sent from one number or mail account, and the worker's lease. */
export const MESSAGE_QUEUE = kind("message_queue", "mqu", { derived: true, load: () => import("../delivery/queue.entity.ts") });

export const messageGrants = declarePermissions("message", {
  read: everyone,
  send: [...leaders, "SALES_REP", "SUPPORT_AGENT", "MARKETER", "USER"],
  /** The right to read counts of all messages by day. */
  report: [...leaders, "MARKETER", "ANALYST"],
});

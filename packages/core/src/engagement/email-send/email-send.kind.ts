import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

/** An email send: one template, mailed to all members of a segment or of a contact list. */
export const EMAIL_SEND = kind("email_send", "ems", {
  work: {},
  path: "/email-sends",
  load: () => import("./email-send.entity.ts"),
  display: { menu: "marketing", icon: "send", title: "{name}" },
});

export const emailSendGrants = declarePermissions(
  "email_send",
  {
    read: everyone,
    write: [...leaders, "MARKETER"],
    assign: [...leaders, "MARKETER"],
  },
  { checkedByVerbs: ["assign"] },
);

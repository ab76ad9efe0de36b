import { domain } from "../../kernel/domain.ts";

/** Invitations to activities: out by mail, with iCalendar, and answers back by a link or by iCalendar. */
export const invitation = domain({
  name: "invitation",
  kinds: [],
  subscribers: {
    invitations: {
      events: ["activity.invites", "activity.invitation_due"],
      uses: ["mail", "secrets"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        // What was sent before, and the users of the tenant.
        { actions: ["Query"], indexes: ["table", "by_time"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("./delivery.ts")).onInvitationDue,
    },
  },
});

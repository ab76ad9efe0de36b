import { domain } from "../../kernel/domain.ts";

/** Invitations to activities: sent by mail with iCalendar, answered by a link or by iCalendar. */
export const invitation = domain({
  name: "invitation",
  kinds: [],
  subscribers: {
    invitations: {
      basis: "release",
      events: ["activity.invites", "activity.invitation_due"],
      uses: ["mail", "secrets:links", "secrets:lookups"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        // Reads the ledger of sent invitations, and the users of the tenant.
        { actions: ["Query"], indexes: ["table", "by_time"] },
        { actions: ["UpdateItem"], keyspace: "throttle" },
      ],
      load: async () => (await import("./delivery.ts")).onInvitationDue,
    },
  },
});

import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";

/** Users of the tenant, and what becomes of the records of one who leaves. */

export const userStatuses = ["ACTIVE", "PENDING_ACTIVATION", "INACTIVE", "SUSPENDED"] as const;

export function nameUserStatus(status: string, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    ACTIVE: t("Active"),
    PENDING_ACTIVATION: t("Invited"),
    INACTIVE: t("Deactivated"),
    SUSPENDED: t("Suspended"),
    DELETED: t("Deleted"),
  };
  return names[status] ?? status;
}

export const userHues: Readonly<Record<string, Hue>> = {
  ACTIVE: "green",
  PENDING_ACTIVATION: "blue",
  INACTIVE: "gray",
  SUSPENDED: "orange",
};

/** What an administrator can do with a user, beside editing. */
export type UserAction = "invite" | "deactivate" | "suspend" | "activate" | "end-sessions" | "reset-factor";

/** Lists what can be done with a user. An administrator can shut out others only. */
export function listUserActions(status: string, isSelf: boolean): UserAction[] {
  const others: UserAction[] = isSelf ? [] : ["suspend", "deactivate"];
  switch (status) {
    case "PENDING_ACTIVATION":
      return ["invite", ...others.filter((action) => action === "deactivate")];
    case "ACTIVE":
      return ["end-sessions", "reset-factor", ...others];
    default:
      return ["activate", "reset-factor"];
  }
}

interface HandoverKind {
  readonly kind: string;
  /** The field with the owner. */
  readonly field: string;
  /** Leaves out what is over: past sales and activities stay with the user who made them. */
  readonly open?: Readonly<Record<string, boolean>>;
}

/** The kinds whose records get a new owner when a user leaves. Bulk changes take all of them. */
export const handoverKinds: readonly HandoverKind[] = [
  { kind: "lead", field: "owner_id", open: { is_converted: false } },
  { kind: "customer", field: "owner_id" },
  { kind: "contact", field: "owner_id" },
  { kind: "opportunity", field: "owner_id", open: { is_closed: false } },
  { kind: "potential", field: "assigned_to" },
  { kind: "deal", field: "owner_id" },
  { kind: "quote", field: "owner_id" },
  { kind: "proposal", field: "owner_id" },
  { kind: "contract", field: "owner_id" },
  { kind: "order", field: "owner_id" },
  { kind: "project", field: "owner_id" },
  { kind: "campaign", field: "owner_id" },
  { kind: "ticket", field: "assigned_to_id", open: { is_resolved: false } },
  { kind: "activity", field: "assigned_to_id", open: { is_completed: false } },
];

/** The query that finds the records of a user. */
export const buildHandoverQuery = ({ open }: HandoverKind, user: string): Record<string, string | boolean> => ({
  owner: user,
  ...open,
});

/** The bulk change that gives the records of a user to another one. */
export const buildHandover = (entry: HandoverKind, user: string, successor: string) => ({
  kind: entry.kind,
  action: "update",
  query: buildHandoverQuery(entry, user),
  changes: { [entry.field]: successor },
});

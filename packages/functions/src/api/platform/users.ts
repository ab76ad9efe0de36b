import { SessionRules } from "@crm/core/platform/auth/session-rule.ts";
import { SecondFactor } from "@crm/core/platform/second-factor/second-factor.ts";
import { Auth } from "@crm/core/platform/sign-in/auth.ts";
import { Availability } from "@crm/core/platform/user/availability.ts";
import { Teams } from "@crm/core/platform/user/team.entity.ts";
import { Team } from "@crm/core/platform/user/team.ts";
import { Users } from "@crm/core/platform/user/user.entity.ts";
import { availabilityGrants, teamGrants, userGrants } from "@crm/core/platform/user/user.kind.ts";
import { User } from "@crm/core/platform/user/user.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation, buildExportOperationWith } from "../shared/file-operations.ts";
import { linksFor } from "../shared/links.ts";

const userLinks = linksFor(Users);
const user = { output: recordSchema("User", User.Info), kind: "record", links: userLinks } as const;

const operations = [
  ...crud({
    noun: "User",
    plural: "Users",
    tag: "Users",
    path: "/users",
    read: userGrants.read,
    write: userGrants.manage,
    remove: userGrants.manage,
    domain: User,
    output: user.output,
    row: recordSchema("UserRow", User.Row),
    links: userLinks,
    keyspaces: ["login"],
    sessionRule: SessionRules.administratorAccess,
  }),
  buildExportOperationWith(
    async () => (await import("@crm/core/platform/user/user.export.ts")).users,
    "exportUsers",
    "users",
    "Users",
    userGrants.read,
    User.list.schema,
  ),
  operation({
    name: "setUserStatus",
    method: "PATCH",
    path: "/users/{id}/status",
    tag: "Users",
    access: userGrants.manage,
    summary: "Activate, deactivate or suspend a user",
    verb: User.setStatus,
    sessionRule: SessionRules.administratorAccess,
    ...user,
  }),
  operation({
    name: "inviteUser",
    method: "POST",
    path: "/users/{id}/invite",
    tag: "Users",
    access: userGrants.manage,
    summary: "Send the invitation again",
    verb: User.invite,
    sessionRule: SessionRules.administratorAccess,
    keyspaces: ["throttle"],
    ...user,
  }),
  operation({
    name: "revokeUserSessions",
    method: "DELETE",
    path: "/users/{id}/sessions",
    tag: "Users",
    access: userGrants.manage,
    summary: "End all sessions of a user",
    verb: Auth.revokeAll,
    sessionRule: SessionRules.administratorAccess,
    keyed: false,
  }),
  operation({
    name: "removeUserSecondFactor",
    method: "DELETE",
    path: "/users/{id}/second-factor",
    tag: "Users",
    access: userGrants.manage,
    summary: "Remove the second factor of a user who has lost it",
    description: "The user then signs in with the password alone, and gets a mail.",
    verb: SecondFactor.remove,
    sessionRule: SessionRules.removedSecondFactor,
    keyed: false,
  }),
  operation({
    name: "getUserAvailability",
    method: "GET",
    path: "/users/{id}/availability",
    tag: "Users",
    access: availabilityGrants.read,
    summary: "Read when rules may assign leads to a user",
    description: "The caller's own, or any user's for managers and above.",
    verb: Availability.get,
    output: Availability.Info,
    inBatch: true,
  }),
  operation({
    name: "replaceUserAvailability",
    method: "PUT",
    path: "/users/{id}/availability",
    tag: "Users",
    access: availabilityGrants.write,
    summary: "Change the availability of a user",
    description:
      "Rules assign leads and tickets to a user only within the availability. Omitted fields get their default: no limit, at all times, never away.",
    verb: Availability.replace,
    output: Availability.Info,
  }),
  ...crud({
    noun: "Team",
    plural: "Teams",
    tag: "Teams",
    path: "/teams",
    read: teamGrants.read,
    write: teamGrants.manage,
    remove: teamGrants.manage,
    domain: Team,
    output: recordSchema("Team", Team.Info),
    row: recordSchema("TeamRow", Team.Row),
    links: linksFor(Teams),
  }),
  buildExportOperation("exportTeams", "teams", "Teams", teamGrants.read, Team.listDefinition),
];

export const users = defineApiFunction(operations, { uses: ["secrets:sessions"] });

import { Auth } from "@crm/core/sign-in/auth.ts";
import { Availability } from "@crm/core/user/availability.ts";
import { Teams } from "@crm/core/user/team.entity.ts";
import { Team } from "@crm/core/user/team.ts";
import { availabilityGrants, teamGrants, userGrants } from "@crm/core/user/user.domain.ts";
import { Users } from "@crm/core/user/user.entity.ts";
import { User } from "@crm/core/user/user.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { exporting } from "./files.ts";
import { linksOf } from "./links.ts";

const userLinks = linksOf(Users);
const user = { output: recordOf("User", User.Info), kind: "record", links: userLinks } as const;

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
    row: recordOf("UserRow", User.Row),
    links: userLinks,
    keyspaces: ["login"],
  }),
  exporting(
    "exportUsers",
    "users",
    "Users",
    userGrants.read,
    User.list.schema,
    async () => (await import("@crm/core/user/user.export.ts")).users,
  ),
  operation({
    name: "setUserStatus",
    method: "PATCH",
    path: "/users/{id}/status",
    tag: "Users",
    access: userGrants.manage,
    summary: "Activate, deactivate or suspend a user",
    verb: User.setStatus,
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
    keyed: false,
  }),
  operation({
    name: "getUserAvailability",
    method: "GET",
    path: "/users/{id}/availability",
    tag: "Users",
    access: availabilityGrants.read,
    summary: "Read when a user is given leads by rules",
    description: "One's own, or anybody's for managers and above.",
    verb: Availability.get,
    output: Availability.Info,
  }),
  operation({
    name: "replaceUserAvailability",
    method: "PUT",
    path: "/users/{id}/availability",
    tag: "Users",
    access: availabilityGrants.write,
    summary: "Set when a user is given leads by rules, and how many",
    description: "What is left out has its default: no bound, at all times, never away.",
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
    output: recordOf("Team", Team.Info),
    row: recordOf("TeamRow", Team.Row),
    links: linksOf(Teams),
  }),
  exporting(
    "exportTeams",
    "teams",
    "Teams",
    teamGrants.read,
    Team.list.schema,
    async () => (await import("@crm/core/user/team.export.ts")).teams,
  ),
];

export const users = serves(operations);

import { BASE_PATH, type Linked } from "../http/operation.ts";

/** Addresses that answers carry, so that a client need not build them. Those of what is not there are left out. */
type Links = Record<string, string>;

const to = (path: string): string => `${BASE_PATH}${path}`;
const maybe = (name: string, path: string, id: unknown): Links => (typeof id === "string" ? { [name]: to(`${path}/${id}`) } : {});

export const tenantLinks = (): Links => ({ self: to("/tenant") });

export const userLinks = (user: Linked): Links => ({
  self: to(`/users/${user.id}`),
  ...maybe("team", "/teams", user.team_id),
  ...maybe("manager", "/users", user.manager_id),
});

export const teamLinks = (team: Linked): Links => ({
  self: to(`/teams/${team.id}`),
  ...maybe("manager", "/users", team.manager_id),
});

export const masterLinks = (master: Linked): Links => ({
  self: to(`/masters/${String(master.kind).replaceAll("_", "-")}/${master.id}`),
});

export const leadLinks = (lead: Linked): Links => ({
  self: to(`/leads/${lead.id}`),
  activities: to(`/leads/${lead.id}/activities`),
  ...maybe("person", "/persons", lead.personal_key_id),
  ...maybe("owner", "/users", lead.owner_id),
});

export const activityLinks = (activity: Linked): Links => ({
  self: to(`/activities/${activity.id}`),
  ...maybe(String(activity.related_to_type), `/${activity.related_to_type}s`, activity.related_to_id),
  ...maybe("assigned_to", "/users", activity.assigned_to_id),
});

export const personLinks = (person: Linked): Links => ({
  self: to(`/persons/${person.id}`),
  duplicates: to(`/persons/${person.id}/duplicates`),
});

export const candidateLinks = (candidate: Linked): Links => ({
  self: to(`/persons/duplicates/${candidate.id}`),
  ...maybe("person", "/persons", candidate.person_id),
  ...maybe("other_person", "/persons", candidate.other_person_id),
});

export const auditLinks = (entry: Linked): Links => ({ self: to(`/audit/${entry.id}`) });

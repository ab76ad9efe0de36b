import { Calendars } from "@crm/core/sla/calendar.entity.ts";
import { SupportCalendar } from "@crm/core/sla/calendar.ts";
import { Policies } from "@crm/core/sla/policy.entity.ts";
import { SlaPolicy } from "@crm/core/sla/policy.ts";
import { Explained, preview } from "@crm/core/sla/preview.ts";
import { slaGrants } from "@crm/core/sla/sla.domain.ts";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { linksOf } from "./links.ts";

const { read, manage } = slaGrants;
const tag = "Service levels";
const policy = recordOf("SlaPolicy", SlaPolicy.Info);

/** What support promises: policies, the calendars that they run on, and what both come to. */
export const serviceLevels = [
  operation({
    name: "previewSla",
    method: "POST",
    path: "/support/sla/preview",
    tag,
    access: read,
    summary: "Say when a target is due, and why",
    description: "By a calendar that need not be stored, with pauses. Nothing is stored.",
    verb: preview,
    output: Explained,
    onlyReads: true,
    keyed: false,
  }),
  ...crud({
    noun: "SlaPolicy",
    plural: "SlaPolicies",
    tag,
    path: "/support/sla",
    read,
    write: manage,
    remove: manage,
    domain: SlaPolicy,
    output: policy,
    row: policy,
    links: linksOf(Policies),
  }),
  ...crud({
    noun: "SupportCalendar",
    plural: "SupportCalendars",
    tag,
    path: "/support/calendars",
    read,
    write: manage,
    remove: manage,
    domain: SupportCalendar,
    output: recordOf("SupportCalendar", SupportCalendar.Info),
    row: recordOf("SupportCalendarRow", SupportCalendar.Row),
    links: linksOf(Calendars),
  }),
] as const;

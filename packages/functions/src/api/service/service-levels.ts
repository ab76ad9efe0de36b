import { Calendars } from "@crm/core/service/sla/calendar.entity.ts";
import { SupportCalendar } from "@crm/core/service/sla/calendar.ts";
import { Policies } from "@crm/core/service/sla/policy.entity.ts";
import { SlaPolicy } from "@crm/core/service/sla/policy.ts";
import { DueTimeExplanation, preview } from "@crm/core/service/sla/preview.ts";
import { slaGrants } from "@crm/core/service/sla/sla.kind.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { linksFor } from "../shared/links.ts";

const { read, manage } = slaGrants;
const tag = "Service levels";
const policy = recordSchema("SlaPolicy", SlaPolicy.Info);

/** Service levels: their policies, the calendars that these use, and the due times that follow. */
export const serviceLevels = [
  operation({
    name: "previewSla",
    method: "POST",
    path: "/support/sla/preview",
    tag,
    access: read,
    summary: "Calculate when a target is due, with an explanation",
    description: "With a calendar, which need not be stored, and pauses. Nothing is stored.",
    verb: preview,
    output: DueTimeExplanation,
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
    links: linksFor(Policies),
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
    output: recordSchema("SupportCalendar", SupportCalendar.Info),
    row: recordSchema("SupportCalendarRow", SupportCalendar.Row),
    links: linksFor(Calendars),
  }),
] as const;

import { fn } from "@crm/core/kernel/fn.ts";
import { Page } from "@crm/core/kernel/page.ts";
import { Calendars } from "@crm/core/service/sla/calendar.entity.ts";
import { SupportCalendar } from "@crm/core/service/sla/calendar.ts";
import { Policies } from "@crm/core/service/sla/policy.entity.ts";
import { SlaPolicy } from "@crm/core/service/sla/policy.ts";
import { DueTimeExplanation, preview } from "@crm/core/service/sla/preview.ts";
import { slaGrants } from "@crm/core/service/sla/sla.kind.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { linksFor } from "../shared/links.ts";
import { loadTranslation, translated } from "../shared/translated-names.ts";

/** Returns a function that names a policy as the caller reads it. Undefined: by its stored name. */
async function loadPolicyNamer(isTranslated: boolean): Promise<((policy: Named) => string) | undefined> {
  const translation = await loadTranslation(isTranslated);
  const translate = await translation?.loadTranslator(translation.language);
  return translate && ((policy) => (SlaPolicy.isNamedByDefault(policy) ? translate(policy.name) : policy.name));
}

type Named = Parameters<typeof SlaPolicy.isNamedByDefault>[0];

// Stored names are what callers change, so names are translated only if the caller asks for it.
const list = fn(SlaPolicy.Query.extend({ translated }), async ({ translated: isTranslated, ...input }) => {
  const nameOf = await loadPolicyNamer(isTranslated);
  const page = await SlaPolicy.listNamed(input, nameOf);
  return nameOf
    ? new Page(
        page.rows.map((row) => ({ ...row, name: nameOf(row) })),
        page.meta,
      )
    : page;
});

const get = fn(SlaPolicy.get.schema.extend({ translated }), async ({ id, translated: isTranslated }) => {
  const [stored, nameOf] = await Promise.all([SlaPolicy.get({ id }), loadPolicyNamer(isTranslated)]);
  return nameOf ? { ...stored, name: nameOf(stored) } : stored;
});

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
    domain: { ...SlaPolicy, list, get },
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

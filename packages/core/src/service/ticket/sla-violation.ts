import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id, instant, master, oneOf } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { TICKET_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { metrics } from "../sla/policy.rules.ts";
import { SLA_POLICY } from "../sla/sla.kind.ts";
import { Outcomes, Stored } from "./sla-outcome.entity.ts";

/** SLA violations. A user who can see a ticket can see its violations. */

export const Info = Stored;
export const Row = rowSchema(Stored, Outcomes.definition.row);

const Query = listSchema(Outcomes, {
  metric: oneOf(metrics).optional(),
  policy: id(SLA_POLICY).optional(),
  agent: id(USER).optional().describe("Assignee when the clock was violated"),
  category: master(TICKET_CATEGORIES).optional(),
  customer: id(CUSTOMER).optional(),
  from: instant().optional().describe("Violated at this instant or later"),
  to: instant({ day: "last" }).optional().describe("Violated at this instant or earlier"),
});

export const list = fn(Query, async ({ from, to, ...input }) => {
  const query = buildListQuery(Outcomes, await Master.resolveAll(Query.shape, input, input));
  const between = from || to ? { from, to } : undefined;
  return listRecords(Outcomes, { ...query, filters: { ...query.filters, state: "VIOLATED" }, timeRange: between });
});

export const get = fn(IdInput, async ({ id: violationId }) => {
  const outcome = await Records.read(Outcomes, violationId);
  if (outcome.state !== "VIOLATED") throw notFound();
  return outcome;
});

export * as SlaViolation from "./sla-violation.ts";

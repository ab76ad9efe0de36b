import type * as z from "zod";
import { CustomerLookup } from "../../accounts/customer/customer-lookup.ts";
import { compareOnSample } from "../../platform/rule/dry-run.ts";
import type { DryRunResult, DryRunRules, DryRunSample, RuleKind } from "../../platform/rule/rule-kind.ts";
import { Router } from "./router.ts";
import { TicketRouting } from "./routing.rule-kind.ts";
import { route } from "./routing.rules.ts";
import { Tickets } from "./ticket.entity.ts";

type Definition = z.output<typeof TicketRouting.schema>;

/** Simulates two versions of the rule on the newest tickets, with their original priority. Assignments are not simulated. */
const rehearse = ({ before, after }: DryRunRules<Definition>, sample: DryRunSample): Promise<DryRunResult> =>
  compareOnSample(Tickets, sample, async (tickets) => {
    const customers = [...new Set(tickets.flatMap(({ customer_id }) => customer_id ?? []))];
    const customerRecords = (await CustomerLookup.loadMany(customers)).filter((customer) => customer !== undefined);
    const vips = new Set(customerRecords.filter(({ vip_status }) => vip_status).map(({ id }) => id));
    return Promise.all(
      tickets.map(async (ticket) => {
        const originalTicket = { ...ticket, priority_id: ticket.routing?.raised_from ?? ticket.priority_id };
        const facts = { ...(await Router.buildFacts(originalTicket)), is_vip: vips.has(ticket.customer_id ?? "") };
        const describeRoute = ({ definition }: { definition: Definition }): string => {
          const routed = route(definition.cases, facts);
          return routed ? `${routed.reason}: level ${routed.level}, ${routed.target_hours} h` : "No case matches";
        };
        return {
          record_id: ticket.id,
          title: `${ticket.ticket_number} ${ticket.subject}`,
          before: describeRoute(before),
          after: describeRoute(after),
        };
      }),
    );
  });

export const ticketRouting: RuleKind<typeof TicketRouting.schema> = { ...TicketRouting, dryRun: rehearse };

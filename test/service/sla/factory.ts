import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Outcomes, outcomeId } from "@crm/core/service/ticket/sla-outcome.entity.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  type World,
} from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    previewSla: async () => ({
      calendar: { timezone: "UTC", hours: openingHours },
      start: "2030-01-15T09:00:00Z",
      target_minutes: 60,
    }),
    createSupportCalendar: async (_, world) => calendarInput(world, "createSupportCalendar"),
    replaceSupportCalendar: async (app, world) => ({
      ...calendarInput(world, "replaceSupportCalendar"),
      id: await makeTarget(app, world, "/support/calendars"),
    }),
    updateSupportCalendar: async (app, world) => ({
      ...calendarInput(world, "updateSupportCalendar"),
      id: await makeTarget(app, world, "/support/calendars"),
    }),
  },
  targets: {
    "/support/sla/violations": (app, world) => makeViolation(app, world),
  },
};

const openingHours = { mon: [["09:00", "17:00"]], fri: [["22:00", "02:00"]] };

/** Without public holidays, because a library computes them at each write. */
const calendarInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  hours: openingHours,
  holiday_country: undefined,
  holiday_region: undefined,
});

/** Creates a violated clock of a ticket. */
async function makeViolation(app: App, world: World): Promise<string> {
  const ticket_id = await makeTarget(app, world, "/support/tickets");
  const judged_at = new Date().toISOString();
  const clock = { ticket_id, metric: "resolution" as const, started_at: judged_at, judged_at };
  const emptyFields = {
    agent_id: null,
    team_id: null,
    category_id: null,
    customer_id: null,
    stopped_at: null,
    over_seconds: null,
  };
  const { ids } = world.seeds;
  const [policy] = (await world.tenant.admin.listSlaPolicies({ limit: 1 })).data;
  const violationFields = {
    policy_id: String(policy?.id),
    priority_id: String(ids["master priorities"]),
    judged_day: judged_at.slice(0, 10),
  };
  return runIn(systemContext(app.ports, world.tenant.id, "test"), () => {
    const judged = {
      ...clock,
      ...emptyFields,
      ...violationFields,
      state: "VIOLATED" as const,
      due_at: judged_at,
      target_seconds: 60,
    };
    const outcome = Records.init(Outcomes, judged, { id: outcomeId(clock) });
    return transaction().create(Outcomes, outcome).commit(outcome.id);
  });
}

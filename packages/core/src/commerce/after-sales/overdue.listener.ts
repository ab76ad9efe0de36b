import type { DomainEvent } from "../../kernel/event.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { AfterSalesCases, type CaseRecord } from "./after-sales.entity.ts";

/** At `after_sales_case.response_due` and `after_sales_case.resolution_due`: a service level is missed, and the user who works on the case is told. */

const miss =
  (level: CaseRecord["overdue"][number]) =>
  (record: CaseRecord): CaseRecord => ({ ...record, overdue: [...record.overdue, level] });

const onResponseDue = createClockListener((id, due_at) =>
  Clocks.runDue(AfterSalesCases, id, "response", due_at, miss("RESPONSE")),
);

const onResolutionDue = createClockListener((id, due_at) =>
  Clocks.runDue(AfterSalesCases, id, "resolution", due_at, miss("RESOLUTION")),
);

export const onServiceLevelDue = (event: DomainEvent): Promise<void> =>
  event.type === "after_sales_case.response_due" ? onResponseDue(event) : onResolutionDue(event);

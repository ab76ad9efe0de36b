import { concernsFields, type DomainEvent } from "../../kernel/event.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { createClockListener, SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { WorkHandover } from "./work-handover.ts";

const onAbsenceDue = createClockListener((id, due_at) => WorkHandover.proceed(id, due_at, SLICE_SECONDS));

/** The fields whose change gives a record to a user. */
const assigneeFields = ["assigned_to_id", "assigned_staff_id"];
/** The fields whose change gives a record to a user, or makes it work again. */
const workFields = [...assigneeFields, "status", "closed_at"];

/** Handles the beginning of absences, and work that comes for absent users. */
export async function onAbsenceEvent(event: DomainEvent): Promise<void> {
  if (event.type === "availability.absence_due") return onAbsenceDue(event);
  const { type, changed, record_id } = event;
  if (!concernsFields({ type, changed }, workFields)) return;
  const [kind = ""] = type.split(".");
  const isNew = concernsFields({ type, changed }, assigneeFields);
  await Tenant.runWithSettings(() => WorkHandover.redirect(kind, record_id, isNew));
}

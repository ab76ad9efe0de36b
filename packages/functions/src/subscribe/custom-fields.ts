import "@crm/core/records.ts";
import { CustomField } from "@crm/core/custom-field/custom-field.ts";
import { onClock, TURN } from "./clock.ts";

export const handle = onClock("custom-fields", (id, due_at) => CustomField.proceed(id, due_at, TURN));

import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { Customers } from "./customer.entity.ts";
import { Customer } from "./customer.ts";

export const CustomerActivities = createRecordActivities(Customers, (tx, customer, occurredAt) => {
  const [, latest = occurredAt] = [customer.last_activity_date ?? occurredAt, occurredAt].sort();
  Customer.touch(tx, customer, { last_activity_date: latest });
});

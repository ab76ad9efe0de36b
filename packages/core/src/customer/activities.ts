import { activitiesOf } from "../activity/activities-of.ts";
import { Customer } from "./customer.ts";

export const CustomerActivities = activitiesOf({
  type: "customer",
  read: Customer.read,
  touch: (tx, customer, at) => {
    const [, latest = at] = [customer.last_activity_date ?? at, at].sort();
    Customer.touch(tx, customer, { last_activity_date: latest });
  },
});

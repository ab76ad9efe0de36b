import { activitiesOf } from "../activity/activities-of.ts";
import { Contact } from "./contact.ts";

export const ContactActivities = activitiesOf({ type: "contact", read: Contact.read, touch: Contact.touch });

import { createRecordActivities } from "../../people/activity/record-activities.ts";
import { Contact } from "./contact.ts";

export const ContactActivities = createRecordActivities({ type: "contact", read: Contact.read, touch: Contact.touch });

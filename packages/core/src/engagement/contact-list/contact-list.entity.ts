import { aboutPerson } from "../../kernel/personal-data.ts";
import { createBuildCollection, createSetCollection } from "../segment/set-record.ts";
import { CONTACT_LIST, CONTACT_LIST_BUILD } from "./contact-list.kind.ts";

export const ContactLists = createSetCollection(CONTACT_LIST, {
  purpose: "Group persons for common work.",
  subject: aboutPerson(),
});
export const ContactListBuilds = createBuildCollection(CONTACT_LIST_BUILD, "Compute the members of contact lists.");

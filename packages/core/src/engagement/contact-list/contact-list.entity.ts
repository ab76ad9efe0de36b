import { createBuildCollection, createSetCollection } from "../segment/set-record.ts";
import { CONTACT_LIST, CONTACT_LIST_BUILD } from "./contact-list.kind.ts";

export const ContactLists = createSetCollection(CONTACT_LIST);
export const ContactListBuilds = createBuildCollection(CONTACT_LIST_BUILD);

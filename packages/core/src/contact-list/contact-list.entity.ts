import { buildsOf, setsOf } from "../segment/set-record.ts";
import { CONTACT_LIST, CONTACT_LIST_BUILD } from "./contact-list.domain.ts";

export const ContactLists = setsOf(CONTACT_LIST);
export const ContactListBuilds = buildsOf(CONTACT_LIST_BUILD);

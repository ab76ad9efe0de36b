import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const frame = part(() => import("./segment-parts.tsx"), "SegmentParts");
const form = part(() => import("./segment-form-page.tsx"), "SegmentFormPage");

export const segment = definePage({
  kind: "segment",
  routes: { "customers/segments/add": form, "customers/segments/create": form, "customers/segments/edit/$id": form },
  creation: { page: "/crm/customers/segments/add" },
  record: { frame },
});

export const contactList = definePage({
  kind: "contact_list",
  routes: { "contacts/lists/add": form, "contacts/lists/create": form, "contacts/lists/edit/$id": form },
  creation: { page: "/crm/contacts/lists/add" },
  record: { frame },
});

import { aboutUser, type PersonalData, reach } from "../personal-data/declaration.ts";
import { USER } from "../user/user.kind.ts";
import type { ViewRecord } from "./saved-view.entity.ts";

export const view: PersonalData<ViewRecord> = {
  purpose: "Keep filters that users saved.",
  subject: aboutUser(reach("audience", USER)),
  fields: {
    kind: "preference",
    name: "preference",
    description: "preference",
    sharing: "preference",
    query: "free_text",
    audience: "staff",
  },
};

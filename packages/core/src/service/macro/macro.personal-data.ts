import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { MacroRecord } from "./macro.entity.ts";

export const ticketMacro: PersonalData<MacroRecord> = {
  purpose: "Apply usual changes to tickets at once.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    sharing: "none",
    status: "none",
    priority_id: "none",
    category_id: "none",
    ticket_type: "none",
    team_id: "none",
    assigned_to_id: "staff",
    add_tags: "none",
    remove_tags: "none",
    comment: "none",
    comment_is_public: "none",
    audience: "staff",
  },
};

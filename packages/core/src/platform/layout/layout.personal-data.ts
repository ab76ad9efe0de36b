import type { PersonalData } from "../personal-data/declaration.ts";
import type { LayoutRecord } from "./layout.entity.ts";

export const layout: PersonalData<LayoutRecord> = {
  purpose: "Arrange fields, columns and tabs as the tenant wants them.",
  subject: undefined,
  fields: { kind: "none", role: "none", sections: "none", primary: "none", columns: "none", card: "none", tabs: "none" },
};

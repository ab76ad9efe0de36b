import type { PersonalData } from "../personal-data/declaration.ts";
import type { ApiKeyRecord } from "./api-key.ts";

export const apiKey: PersonalData<ApiKeyRecord> = {
  purpose: "Let programs of the tenant call the interface.",
  subject: undefined,
  fields: {
    name: "none",
    role: "none",
    expires_at: "none",
    hint: "none",
  },
};

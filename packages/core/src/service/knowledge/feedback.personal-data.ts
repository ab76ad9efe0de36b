import { aboutPerson, type PersonalData } from "../../platform/personal-data/declaration.ts";
import type { FeedbackRecord } from "./feedback.entity.ts";

export const articleFeedback: PersonalData<FeedbackRecord> = {
  purpose: "Learn which articles help.",
  subject: aboutPerson(),
  fields: {
    article_id: "none",
    is_helpful: "none",
    comment: "free_text",
    version_number: "none",
    given_by: "none",
    given_at: "none",
  },
};

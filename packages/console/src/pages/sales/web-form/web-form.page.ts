import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";
import { listStarterQuestions } from "./starter-questions.ts";

export const webForm = definePage({
  kind: "form",
  creation: {
    isFinishedOnPage: true,
    firstValues: (t) => ({ makes_lead: true, questions: listStarterQuestions(t) }),
  },
  record: {
    frame: part(() => import("./web-form-parts.tsx"), "WebFormParts"),
    shows: {
      fields: [
        ...[
          "title",
          "introduction",
          "questions",
          "submit_label",
          "language",
          "thank_you_text",
          "redirect_url",
          "allowed_origins",
        ],
        ...["makes_lead", "lead_source_id", "assigns_by_rule", "campaign_id", "field_mapping"],
        ...["consent_text", "is_consent_required", "consent_channel", "subscription_type", "confirms_by_mail"],
      ],
    },
  },
});

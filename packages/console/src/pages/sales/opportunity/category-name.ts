import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { Category } from "./forecast-rules.ts";

export const nameCategory = (category: Category, t: Translate): string =>
  ({ CLOSED: t("Won"), COMMIT: t("Commit"), BEST_CASE: t("Best case"), PIPELINE: t("Pipeline") })[category];

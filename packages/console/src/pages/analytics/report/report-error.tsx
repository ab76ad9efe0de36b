import { ApiError } from "@crm/sdk/index.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";

const LIST_PATH = "/crm/analytics/reports";

interface ReportErrorProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** In place of a report or its form: it does not exist, the user may not see it, or it could not be loaded. */
export function ReportError({ error, onRetry }: ReportErrorProps) {
  const t = useText();
  const status = error instanceof ApiError ? error.status : 0;
  const { form, fields } = readErrors(error, t);
  const list = (
    <Link variant="action" href={LIST_PATH}>
      {t("All reports")}
    </Link>
  );
  if (status === 404)
    return (
      <EmptyState isPage kind="nothing-found" title={t("This report does not exist, or is not shared with you")} action={list}>
        {t("Ask its owner to share it with your team or with everyone.")}
      </EmptyState>
    );
  if (status === 403)
    return (
      <EmptyState isPage kind="forbidden" title={t("Your role cannot read the records of this report")} action={list}>
        {t("Ask an administrator of your organization.")}
      </EmptyState>
    );
  return (
    <div className="p-4 tablet:p-6">
      <Banner
        kind="danger"
        title={form ?? Object.values(fields)[0] ?? t("The report could not be loaded")}
        action={
          <span className="flex flex-wrap gap-2">
            <Button onPress={onRetry}>{t("Try again")}</Button>
            {list}
          </span>
        }
      />
    </div>
  );
}

import type { Schemas } from "@crm/sdk/index.ts";
import { skipToken, useQuery } from "@tanstack/react-query";
import { crm } from "../data/client.ts";
import { recordPath, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { readErrors } from "../form/form-state.ts";
import { formatCount } from "../i18n/formatters.ts";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { Link } from "../kit/link.tsx";
import { ProgressBar } from "../kit/progress-bar.tsx";

interface ImportResultProps {
  readonly id: string;
  /** Called when the import has ended. */
  readonly onEnd: () => Promise<void>;
}

const POLL_MS = 1000;

const isOpen = ({ status }: Schemas.Import): boolean => status === "queued" || status === "running";

/** How far an import is, and how it ended. */
export function ImportResult({ id, onEnd }: ImportResultProps) {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const imports = kinds.find((candidate) => candidate.kind === "import");
  const { data, error } = useQuery({
    queryKey: [...scope, "import", id],
    queryFn: imports
      ? async () => {
          const next: Schemas.Import = await crm.request<Schemas.Import>("GET", `${imports.path}/${id}`);
          if (!isOpen(next)) await onEnd();
          return next;
        }
      : skipToken,
    refetchInterval: ({ state }) => (state.data && !isOpen(state.data) ? false : POLL_MS),
  });
  if (error) return <Banner kind="danger" title={readErrors(error, t).form ?? t("The import could not be read")} />;
  if (!data || isOpen(data))
    return (
      <div className="flex min-w-0 flex-col gap-2" aria-busy="true">
        <p className="text-body">{t("The rows are being imported")}</p>
        <ProgressBar label={t("The rows are being imported")} value={data?.processed ?? 0} max={data?.total_rows ?? undefined} />
      </div>
    );
  const text = t("{created} new, {updated} replaced, {failed} refused", {
    created: formatCount(data.created, locale),
    updated: formatCount(data.updated, locale),
    failed: formatCount(data.failed, locale),
  });
  return (
    <Banner
      kind={data.status !== "completed" ? "danger" : data.failed > 0 ? "warning" : "success"}
      title={data.status === "completed" ? t("The file was imported") : t("The import failed")}
    >
      <p className="tabular-nums">{data.status === "completed" ? text : data.error?.message}</p>
      {imports ? (
        <Link variant="value" href={recordPath(imports, id)}>
          {t("Show the import")}
        </Link>
      ) : null}
    </Banner>
  );
}

import { useEffect, useEffectEvent } from "react";
import { recordPath, useKindIndex } from "../../api/schema.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { readErrors } from "../../input/form/form-state.ts";
import { formatCount } from "../../ui/i18n/formatters.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { isOpenImport, useImport } from "./import-data.ts";
import { ImportProgress } from "./import-progress.tsx";

interface ImportResultProps {
  readonly id: string;
  /** Called when the import has ended. */
  readonly onEnd: () => Promise<void>;
}

/** How far an import is, and how it ended. */
export function ImportResult({ id, onEnd }: ImportResultProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const imports = kinds.find((candidate) => candidate.kind === "import");
  const { data, error } = useImport(id);
  const end = useEffectEvent(onEnd);
  const hasEnded = data !== undefined && !isOpenImport(data);
  useEffect(() => {
    if (hasEnded) void end();
  }, [hasEnded]);
  if (error) return <Banner kind="danger" title={readErrors(error, t).form ?? t("The import could not be read")} />;
  if (!data || isOpenImport(data)) return <ImportProgress job={data} />;
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
          {data.failed > 0 ? t("Correct the refused rows") : t("Show the import")}
        </Link>
      ) : null}
    </Banner>
  );
}

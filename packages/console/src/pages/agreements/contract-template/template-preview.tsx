import { useState } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useRecordChoice } from "../../../input/fields/use-record-choice.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { nameLanguage } from "../../../ui/i18n/language-name.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { listPlaceholders } from "./clause-rules.ts";
import { TermList } from "./contract-terms.tsx";
import { readFacts, useTemplatePreview } from "./template-data.ts";

/** What a contract of the template would say: with the values of a contract that the user chooses, or with blank lines. */
export function TemplatePreview({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  const { locale } = useTextOptions();
  const contract = useRecordChoice("contract");
  const languages = (record.languages ?? []) as readonly string[];
  const [language, setLanguage] = useState(languages[0]);
  const preview = useTemplatePreview({
    id: record.id,
    version: record.version,
    contractId: contract.chosen?.id,
    language,
  });
  const labels = new Map(listPlaceholders(readFacts(kind), []).map(({ id, label }) => [id, label]));
  const missing = Map.groupBy(preview.data?.missing ?? [], ({ key }) => key);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex max-w-form flex-wrap gap-4">
        <div className="min-w-field-short flex-1">
          <Reference
            label={t("With the values of a contract")}
            value={contract.chosen}
            search={contract.search}
            onChange={contract.choose}
          />
        </div>
        {languages.length > 1 ? (
          <div className="min-w-field-short">
            <Select
              label={t("Language")}
              options={languages.map((id) => ({ id, label: nameLanguage(id, locale) }))}
              value={language ?? null}
              onChange={(value) => setLanguage(String(value))}
            />
          </div>
        ) : null}
      </div>
      {preview.error ? (
        <Banner
          kind="danger"
          title={
            readErrors(preview.error, t).form ??
            Object.values(readErrors(preview.error, t).fields)[0] ??
            t("The preview could not be made")
          }
        />
      ) : null}
      {preview.isPending ? <Skeleton shape="block" /> : null}
      {preview.data && missing.size > 0 ? (
        <Banner
          kind="info"
          title={t("{count, plural, one {# value is} other {# values are}} not known: the text has blank lines in their place", {
            count: preview.data.missing.length,
          })}
        />
      ) : null}
      {preview.data && preview.data.terms.length > 0 ? (
        <TermList
          terms={preview.data.terms}
          notes={Object.fromEntries(
            [...missing].map(([key, values]) => [
              key,
              t("Not known: {fields}", { fields: values.map(({ path }) => labels.get(`{{${path}}}`) ?? path).join(", ") }),
            ]),
          )}
        />
      ) : null}
      {preview.data?.terms.length === 0 ? <EmptyState kind="empty" title={t("No clauses yet")} /> : null}
    </div>
  );
}

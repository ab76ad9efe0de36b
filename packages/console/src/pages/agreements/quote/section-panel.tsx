import { useQuery } from "@tanstack/react-query";
import { crm } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { editPath, type Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { isOpenDocument } from "./line-rules.ts";
import type { ProposalSection } from "./section-rules.ts";

interface ProposalPreview {
  readonly sections: readonly ProposalSection[];
  readonly missing?: readonly unknown[];
}

/** The sections of a proposal with the values that its customer reads. */
export function SectionPanel({ kind, record }: { readonly kind: Kind; readonly record: ConsoleRecord }) {
  const t = useText();
  const scope = useScope();
  const { data, error } = useQuery({
    queryKey: [...scope, "proposal preview", record.id, record.version],
    queryFn: async ({ signal }): Promise<ProposalPreview> =>
      crm.request<ProposalPreview>("GET", `${kind.path}/${record.id}/preview`, { signal }),
  });
  const edit =
    kind.operations.includes("update") && isOpenDocument(record) ? (
      <Link variant="action" href={editPath(kind, record.id)}>
        {t("Edit the content")}
      </Link>
    ) : null;
  if (error) return <Banner kind="danger" title={readErrors(error, t).form ?? t("The content could not be loaded")} />;
  if (!data) return <Skeleton shape="block" />;
  if (data.sections.length === 0)
    return (
      <EmptyState kind="empty" title={t("This proposal has no content")} action={edit}>
        {t("Sections are texts, pictures, and the lines of its quote.")}
      </EmptyState>
    );
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <span className="flex items-center justify-end">{edit}</span>
      {data.sections.map((section) => (
        <section key={section.id} className="flex min-w-0 flex-col gap-1 rounded-card border border-border bg-surface p-4">
          {section.heading ? (
            <h2 dir="auto" className="text-section font-semibold wrap-anywhere">
              {section.heading}
            </h2>
          ) : null}
          <p dir="auto" className="text-body whitespace-pre-line wrap-anywhere">
            {section.section_type === "QUOTE_LINES"
              ? t("The lines, totals and terms of the quote stand here.")
              : section.section_type === "PICTURE"
                ? t("Picture: {text}", { text: section.alt_text ?? "" })
                : section.text}
          </p>
        </section>
      ))}
    </div>
  );
}

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { crm } from "../../../api/client.ts";
import type { Field } from "../../../api/kind.ts";
import { type Kind, recordPath, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { ListCard, ListCardRow } from "../../../records/record/list-card.tsx";
import { readRowFacts } from "../../../records/record/row-facts.ts";
import { readShortList } from "../../../records/record/short-list.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Link } from "../../../ui/kit/link.tsx";
import type { ArticleHit } from "./article-rules.ts";

interface TicketHintsProps {
  readonly kind: Kind;
  readonly subject: string;
  readonly description: string;
  readonly customer: string | undefined;
}

const PAUSE_MS = 400;
/** Shorter texts match too much. */
const MIN_LENGTH = 4;
const MAX_LISTED = 5;
/** As long as the API takes a text for a suggestion with certainty. */
const MAX_TEXT_LENGTH = 4000;

/** Returns a text once the user has paused. */
function usePausedText(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}

/** While a ticket is written: articles that may answer it, and open tickets that may be the same. */
export function TicketHints({ kind, subject, description, customer }: TicketHintsProps) {
  const t = useText();
  const scope = useScope();
  const options = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const articles = kinds.find((candidate) => candidate.kind === "knowledge_article");
  const text = usePausedText(`${subject}\n${description}`.trim().slice(0, MAX_TEXT_LENGTH));
  const words = usePausedText(subject.trim());
  const hasText = text.length >= MIN_LENGTH;
  const filter = words.length >= MIN_LENGTH ? { search: words } : customer === undefined ? undefined : { customer };
  const found = useQuery({
    queryKey: [...scope, "suggestions", "knowledge_article", text],
    queryFn: ({ signal }) => crm.request<ArticleHit[]>("POST", "/api/v1/support/knowledge/suggest", { body: { text }, signal }),
    enabled: hasText && articles !== undefined,
    placeholderData: keepPreviousData,
  });
  const similar = useQuery({
    queryKey: [...scope, "related", "ticket", "similar", filter],
    queryFn: () =>
      readShortList(kind.path, { ...filter, is_resolved: "false", sort: "-created_at", limit: MAX_LISTED, expand: "labels" }),
    enabled: filter !== undefined,
    placeholderData: keepPreviousData,
  });
  const facts = ["status", "created_at"].flatMap((name) => kind.fields.find((field) => field.name === name) ?? []) as Field[];
  if (!hasText && filter === undefined)
    return (
      <p className="text-control text-text-muted">
        {t("While you type the subject, helpful articles and similar open tickets appear here.")}
      </p>
    );
  return (
    <aside aria-label={t("Help for this ticket")} className="flex min-w-0 flex-col gap-4">
      {articles ? (
        <ListCard
          title={t("Articles that may help")}
          count={hasText ? found.data?.slice(0, MAX_LISTED).length : undefined}
          isPending={hasText && found.isPending}
          hasFailed={hasText && found.error !== null}
          empty={t("No article matches")}
        >
          {hasText ? (
            (found.data ?? []).slice(0, MAX_LISTED).map(({ id, title, summary }) => (
              <ListCardRow
                key={id}
                title={
                  <Link variant="title" href={recordPath(articles, id)} target="_blank">
                    {title}
                  </Link>
                }
                facts={summary === null ? [] : [summary]}
              />
            ))
          ) : (
            <li className="text-control text-text-muted">{t("Type the subject to see them.")}</li>
          )}
        </ListCard>
      ) : null}
      <ListCard
        title={t("Open tickets like this")}
        count={filter === undefined ? undefined : similar.data?.rows.length}
        isPending={filter !== undefined && similar.isPending}
        hasFailed={filter !== undefined && similar.error !== null}
        empty={t("No open ticket is like this")}
      >
        {filter === undefined ? (
          <li className="text-control text-text-muted">{t("Type the subject or choose the customer to see them.")}</li>
        ) : (
          similar.data?.rows.map((row) => (
            <ListCardRow
              key={row.id}
              title={
                <Link variant="title" href={recordPath(kind, row.id)} target="_blank">
                  {String(row.subject)}
                </Link>
              }
              facts={[String(row.ticket_number), ...readRowFacts(row, facts, options).facts]}
            />
          ))
        )}
      </ListCard>
    </aside>
  );
}

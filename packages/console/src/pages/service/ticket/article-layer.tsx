import { useQuery } from "@tanstack/react-query";
import { BookOpen } from "lucide-react";
import { useMemo, useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import { sessionPaths } from "../../../api/session-reads.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import type { Option } from "../../../ui/kit/option.tsx";
import { OptionSearchList } from "../../../ui/kit/option-search-list.tsx";
import { SearchLayer } from "../../../ui/kit/search-layer.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { type ArticleHit, buildArticleLink, mergeHits, putPublicFirst, type TenantFacts } from "./article-rules.ts";

interface ArticleLayerProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** The ticket whose question suggests articles before the user types. */
  readonly ticketId?: string | undefined;
  /** The text goes into a note, which the customer does not read. */
  readonly isForNote?: boolean;
  readonly onInsert: (text: string) => void;
}

const LIMIT = 10;
const PATH = "/api/v1/support/knowledge";

/** Finds an article of the knowledge base, first what may answer the ticket and the newest, and puts its text or its public address into the message. */
export function ArticleLayer({ isOpen, onClose, ticketId, isForNote = false, onInsert }: ArticleLayerProps) {
  const t = useText();
  const scope = useScope();
  const [hits, setHits] = useState<ReadonlyMap<string, ArticleHit>>(new Map());
  const [chosen, setChosen] = useState<ArticleHit>();
  const [isLoading, setLoading] = useState(false);
  const { data: tenant } = useQuery({
    queryKey: [...scope, "tenant"],
    queryFn: async () => (await read<TenantFacts>(sessionPaths.tenant)).data,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const internal = t("Internal article");
  const search = useMemo(
    () =>
      async (text: string, signal: AbortSignal): Promise<Option[]> => {
        const list = (path: string, query: object): Promise<ArticleHit[]> =>
          crm.request<ArticleHit[]>("GET", path, { query: { limit: LIMIT, ...query }, signal });
        const found =
          text === ""
            ? mergeHits(
                await Promise.all([
                  ticketId === undefined ? [] : list(`/api/v1/support/tickets/${ticketId}/suggestions`, {}),
                  list(PATH, { status: "PUBLISHED", sort: "-created_at" }),
                ]),
                LIMIT,
              )
            : await list(`${PATH}/search`, { q: text });
        setHits((before) => new Map([...before, ...found.map((hit) => [hit.id, hit] as const)]));
        return (isForNote ? found : putPublicFirst(found)).map(({ id, title, summary, is_public }) => {
          const description = [is_public ? undefined : internal, summary].filter(Boolean).join(" · ");
          return { id, label: title, icon: <BookOpen />, ...(description === "" ? {} : { description }) };
        });
      },
    [ticketId, internal, isForNote],
  );
  const close = (): void => {
    setChosen(undefined);
    onClose();
  };
  const insert = (text: string): void => {
    close();
    onInsert(text);
  };
  const insertBody = async (hit: ArticleHit): Promise<void> => {
    setLoading(true);
    try {
      const { data } = await read<{ body: string | null }>(`${PATH}/${hit.id}`);
      insert(`${hit.title}\n\n${data.body ?? ""}`.trim());
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The article could not be loaded"), isError: true });
    } finally {
      setLoading(false);
    }
  };
  const link = chosen && buildArticleLink(chosen, tenant as TenantFacts | undefined, location.origin);
  return (
    <SearchLayer title={t("Knowledge base")} isOpen={isOpen} onOpenChange={(isNowOpen) => isNowOpen || close()}>
      {chosen ? (
        <div className="flex min-w-0 flex-col gap-3 p-4">
          <h2 dir="auto" className="text-section font-semibold wrap-anywhere">
            {chosen.title}
          </h2>
          {chosen.summary === null ? null : <p className="text-control text-text-muted wrap-anywhere">{chosen.summary}</p>}
          {chosen.is_public || isForNote ? null : (
            <Banner kind="warning" title={t("This article is internal. The customer would read its text.")} />
          )}
          {link === undefined ? (
            <p className="text-meta text-text-muted">
              {t("The public cannot read this article, so it has no link for customers.")}
            </p>
          ) : null}
          <span className="flex flex-wrap gap-2">
            <Button
              variant={chosen.is_public || isForNote ? "primary" : "secondary"}
              isPending={isLoading}
              onPress={() => void insertBody(chosen)}
            >
              {t("Insert text")}
            </Button>
            {link === undefined ? null : <Button onPress={() => insert(`${chosen.title}: ${link}`)}>{t("Insert link")}</Button>}
            <Button variant="quiet" onPress={() => setChosen(undefined)}>
              {t("Back")}
            </Button>
          </span>
        </div>
      ) : (
        <OptionSearchList label={t("Articles")} value={null} search={search} onChoose={({ id }) => setChosen(hits.get(id))} />
      )}
    </SearchLayer>
  );
}

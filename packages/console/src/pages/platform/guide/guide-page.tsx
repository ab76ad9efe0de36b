import { groups, pages } from "virtual:user-guide";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { GuideText } from "./guide-text.tsx";

const GUIDE_PATH = "/crm/guide";

const isEnglish = (): boolean => document.documentElement.lang.split("-")[0] === "en";

/** The user guide: the list of its pages, and beside it the page that the address names. */
export function GuidePage() {
  const t = useText();
  const { page } = useParams({ strict: false }) as { readonly page?: string };
  const title = groups.flatMap((group) => group.pages).find(({ name }) => name === page)?.title;
  return (
    <PageFrame
      title={title ?? t("User guide")}
      {...(isEnglish() ? {} : { description: t("The guide is in English.") })}
      width="record"
    >
      <div className="flex min-w-0 flex-col gap-6 desktop:flex-row desktop:gap-12">
        <GuideMenu page={page} />
        {page === undefined ? <GuideIndex /> : <GuideArticle key={page} page={page} />}
      </div>
    </PageFrame>
  );
}

/** All pages by group. A phone shows it on the first page only, where `GuideIndex` has the same links. */
function GuideMenu({ page }: { readonly page: string | undefined }) {
  const t = useText();
  return (
    <nav aria-label={t("Pages of the guide")} className="w-panel shrink-0 max-desktop:hidden">
      <ul className="sticky top-0 flex flex-col gap-4 py-2">
        {groups.map((group) => (
          <li key={group.title} className="flex flex-col gap-1">
            <span className="text-meta font-medium text-text-muted">{group.title}</span>
            {group.pages.map(({ name, title }) => (
              <Link key={name} variant="muted" href={`${GUIDE_PATH}/${name}`} aria-current={name === page ? "page" : undefined}>
                {title}
              </Link>
            ))}
          </li>
        ))}
      </ul>
    </nav>
  );
}

function GuideIndex() {
  return (
    <div className="flex min-w-0 max-w-form flex-1 flex-col gap-6">
      {groups.map((group) => (
        <section key={group.title} className="flex flex-col gap-3">
          <h2 className="text-section font-semibold">{group.title}</h2>
          <ul className="flex flex-col gap-2">
            {group.pages.map(({ name, title, summary }) => (
              <li key={name} className="flex flex-col">
                <Link variant="value" href={`${GUIDE_PATH}/${name}`}>
                  {title}
                </Link>
                <span className="text-control text-text-muted">{summary}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function GuideArticle({ page }: { readonly page: string }) {
  const t = useText();
  const load = pages[page];
  const query = useQuery({
    queryKey: ["guide", page],
    queryFn: () => load?.(),
    enabled: load !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!load)
    return (
      <EmptyState
        kind="nothing-found"
        title={t("The guide has no such page")}
        action={<Link href={GUIDE_PATH}>{t("All pages of the guide")}</Link>}
      />
    );
  if (query.error) return <LoadError query={query} text={t("The page could not be loaded.")} />;
  const { data } = query;
  return (
    <div aria-busy={data === undefined} className="flex min-w-0 max-w-form flex-1 flex-col gap-6">
      <span className="desktop:hidden">
        <Link variant="value" href={GUIDE_PATH}>
          {t("All pages of the guide")}
        </Link>
      </span>
      {data === undefined ? null : <GuideText content={data.content} pictures={data.pictures} />}
    </div>
  );
}

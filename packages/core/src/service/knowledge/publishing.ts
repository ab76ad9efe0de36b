import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { versionId } from "../../kernel/id.ts";
import { Page } from "../../kernel/page.ts";
import { IdInput, text } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { Records } from "../../storage/write/records.ts";
import { type ArticleContent, type ArticleRecord, Articles, isPublished } from "./article.entity.ts";
import { pickContent, withDraft } from "./article.ts";
import { ARTICLE_VERSION } from "./knowledge.kind.ts";
import { ArticleVersions, Stored, type VersionRecord } from "./version.entity.ts";

/** Publishes, withdraws and reverts articles. The article's history keeps each published version. */

const noDraft = { draft: null, has_draft: false } as const;

/** Publishes an article or its draft. A published article without a draft stays as it is. An empty body is refused. */
export const publish = fn(IdInput, ({ id }) =>
  Records.change(Articles, id, (current, tx): ArticleRecord => {
    if (isPublished(current) && !current.draft) return current;
    const content = current.draft ?? pickContent(current);
    if (content.body.trim() === "")
      throw ruleViolation("An article must have a body before it is published", [{ field: "body", message: "Required" }]);
    const [published_at, published_by] = [Clock.now(), useActorId()];
    const version_number = current.version_number + 1;
    const version = { article_id: current.id, version_number, ...content, published_at, published_by };
    const articleVersionId = versionId(ARTICLE_VERSION, Date.parse(published_at), version_number, current.id);
    tx.create(ArticleVersions, Records.init(ArticleVersions, version, { id: articleVersionId }));
    return { ...current, ...content, ...noDraft, status: "PUBLISHED", version_number, published_at, published_by };
  }),
);

/** Withdraws an article. Its draft, if any, becomes its content. */
const withdraw = (current: ArticleRecord, status: "DRAFT" | "ARCHIVED"): ArticleRecord => ({
  ...current,
  ...current.draft,
  ...noDraft,
  status,
});

export const unpublish = fn(IdInput, ({ id }) => Records.change(Articles, id, (current) => withdraw(current, "DRAFT")));

export const archive = fn(IdInput, ({ id }) => Records.change(Articles, id, (current) => withdraw(current, "ARCHIVED")));

export const discardDraft = fn(IdInput, ({ id }) => Records.change(Articles, id, (current) => ({ ...current, ...noDraft })));

export const Version = Stored;
/** List rows leave out the body. */
export const VersionRow = Stored.omit({ body: true });

export const listVersions = fn(listSchema(ArticleVersions, {}).extend(IdInput.shape), async ({ id, ...asks }) => {
  const article = await Records.read(Articles, id);
  const { rows, meta } = await listRecords(ArticleVersions, { ...buildListQuery(ArticleVersions, asks), parent: article.id });
  return new Page(
    rows.map(({ body: _long, ...row }) => row),
    meta,
  );
});

const VersionInput = IdInput.extend({ version_id: text(64) });

export const readVersion = fn(VersionInput, async ({ id, version_id }) =>
  loadVersion(await Records.read(Articles, id), version_id),
);

async function loadVersion(article: ArticleRecord, requestedId: string): Promise<VersionRecord> {
  const version = await Records.load(ArticleVersions, requestedId);
  if (version?.article_id !== article.id) throw notFound();
  return version;
}

/** Takes over the content of an earlier version: into the draft of a published article, else into the article itself. */
export const revert = fn(VersionInput, ({ id, version_id }) =>
  Records.change(Articles, id, async (current) => {
    const content: ArticleContent = pickContent(await loadVersion(current, version_id));
    const next = { ...current, ...content };
    return isPublished(current) ? withDraft(current, next, content) : next;
  }),
);

export * as Publishing from "./publishing.ts";

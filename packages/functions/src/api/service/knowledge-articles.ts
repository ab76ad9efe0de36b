import { Articles } from "@crm/core/service/knowledge/article.entity.ts";
import { Article } from "@crm/core/service/knowledge/article.ts";
import { Feedback } from "@crm/core/service/knowledge/feedback.ts";
import { knowledgeGrants } from "@crm/core/service/knowledge/knowledge.kind.ts";
import { Preview } from "@crm/core/service/knowledge/preview.ts";
import { Publishing } from "@crm/core/service/knowledge/publishing.ts";
import { ArticleSearch } from "@crm/core/service/knowledge/search.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { linksFor, linksFrom } from "../shared/links.ts";

/** The knowledge base: articles from draft to publication, the search for them, and the feedback of readers. */

const { read, write } = knowledgeGrants;
const tag = "Knowledge base";
const path = "/support/knowledge";
const recordPath = `${path}/{id}`;

const links = linksFor(Articles);
const article = `${path}/{article_id}`;
const versionLinks = linksFrom({ self: `${article}/versions/{id}`, article });
const feedbackLinks = linksFrom({ self: `${article}/feedback`, article });
const output = recordSchema("KnowledgeArticle", Article.Info);
const record = { tag, access: write, output, links, kind: "record" } as const;
const searchOptions = { tag, access: read, output: ArticleSearch.Hits } as const;

export const articles = [
  operation({
    name: "searchKnowledge",
    method: "GET",
    path: `${path}/search`,
    summary: "Search published articles",
    description: "Searches the full content. Best match first, with the words that matched.",
    verb: ArticleSearch.search,
    ...searchOptions,
  }),
  operation({
    name: "suggestArticles",
    method: "POST",
    path: `${path}/suggest`,
    summary: "Suggest articles for a text",
    description: "For example the question of a ticket. Nothing is stored.",
    verb: ArticleSearch.suggest,
    onlyReads: true,
    keyed: false,
    ...searchOptions,
  }),
  ...crud({
    noun: "KnowledgeArticle",
    plural: "KnowledgeArticles",
    tag,
    path,
    read,
    write,
    remove: write,
    domain: Article,
    output,
    row: recordSchema("KnowledgeArticleRow", Article.Row),
    links,
  }),
  buildExportOperation("exportKnowledgeArticles", "knowledge", tag, read, Article.listDefinition, path),
  operation({
    name: "publishArticle",
    method: "POST",
    path: `${recordPath}/publish`,
    summary: "Publish an article, or the draft of a published one",
    verb: Publishing.publish,
    ...record,
  }),
  operation({
    name: "unpublishArticle",
    method: "POST",
    path: `${recordPath}/unpublish`,
    summary: "Turn an article back into a draft",
    verb: Publishing.unpublish,
    ...record,
  }),
  operation({
    name: "archiveArticle",
    method: "POST",
    path: `${recordPath}/archive`,
    summary: "Archive an article",
    verb: Publishing.archive,
    ...record,
  }),
  operation({
    name: "discardArticleDraft",
    method: "DELETE",
    path: `${recordPath}/draft`,
    summary: "Discard the draft of a published article",
    verb: Publishing.discardDraft,
    ...record,
  }),
  operation({
    name: "previewArticle",
    method: "GET",
    path: `${recordPath}/preview`,
    tag,
    access: read,
    summary: "Preview an article as HTML",
    description: "Authors get the draft, if there is one. The HTML is safe to display.",
    verb: Preview.preview,
    output: Preview.Info,
    inBatch: true,
  }),
  operation({
    name: "listArticleVersions",
    method: "GET",
    path: `${recordPath}/versions`,
    tag,
    access: write,
    summary: "List the published versions of an article",
    verb: Publishing.listVersions,
    output: rowSchema("ArticleVersionRow", Publishing.VersionRow),
    kind: "list",
    links: versionLinks,
  }),
  operation({
    name: "getArticleVersion",
    method: "GET",
    path: `${recordPath}/versions/{version_id}`,
    tag,
    access: write,
    summary: "Read a published version of an article",
    verb: Publishing.readVersion,
    output: recordSchema("ArticleVersion", Publishing.Version),
    kind: "record",
    links: versionLinks,
  }),
  operation({
    name: "revertArticle",
    method: "POST",
    path: `${recordPath}/versions/{version_id}/revert`,
    summary: "Revert an article to a published version",
    description: "For a published article, the version becomes its draft.",
    verb: Publishing.revert,
    ...record,
  }),
  operation({
    name: "listRelatedArticles",
    method: "GET",
    path: `${recordPath}/related`,
    summary: "Find published articles on the same topic",
    verb: ArticleSearch.findRelated,
    ...searchOptions,
  }),
  operation({
    name: "giveArticleFeedback",
    method: "POST",
    path: `${recordPath}/feedback`,
    tag,
    access: read,
    summary: "Rate whether an article was helpful",
    description: "One rating for each reader: a new one replaces it.",
    verb: Feedback.give,
    output: recordSchema("ArticleFeedback", Feedback.Info),
    kind: "record",
    links: feedbackLinks,
  }),
  operation({
    name: "listArticleFeedback",
    method: "GET",
    path: `${recordPath}/feedback`,
    tag,
    access: write,
    summary: "List the feedback on an article",
    verb: Feedback.list,
    output: rowSchema("ArticleFeedbackRow", Feedback.Info),
    kind: "list",
    links: feedbackLinks,
  }),
  operation({
    name: "viewArticle",
    method: "POST",
    path: `${recordPath}/view`,
    tag,
    access: read,
    summary: "Record a view of an article",
    verb: Feedback.view,
    keyed: false,
  }),
  operation({
    name: "getArticleFigures",
    method: "GET",
    path: `${recordPath}/figures`,
    tag,
    access: read,
    summary: "Read the view and feedback counts of an article",
    verb: Feedback.readFigures,
    output: Feedback.Figures,
    inBatch: true,
  }),
] as const;

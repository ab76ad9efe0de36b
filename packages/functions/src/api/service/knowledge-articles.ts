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
    description: "By all that they say, the best first, with the words by which each was found.",
    verb: ArticleSearch.search,
    ...searchOptions,
  }),
  operation({
    name: "suggestArticles",
    method: "POST",
    path: `${path}/suggest`,
    summary: "Find the articles that answer a text",
    description: "Such as what a ticket asks. Nothing is stored.",
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
  buildExportOperation(
    "exportKnowledgeArticles",
    "knowledge",
    tag,
    read,
    Article.list.schema,
    async () => (await import("@crm/core/service/knowledge/article.export.ts")).articles,
    path,
  ),
  operation({
    name: "publishArticle",
    method: "POST",
    path: `${recordPath}/publish`,
    summary: "Publish an article, or what was drafted of a published one",
    verb: Publishing.publish,
    ...record,
  }),
  operation({
    name: "unpublishArticle",
    method: "POST",
    path: `${recordPath}/unpublish`,
    summary: "Make a draft of an article again",
    verb: Publishing.unpublish,
    ...record,
  }),
  operation({
    name: "archiveArticle",
    method: "POST",
    path: `${recordPath}/archive`,
    summary: "Take an article out of use",
    verb: Publishing.archive,
    ...record,
  }),
  operation({
    name: "discardArticleDraft",
    method: "DELETE",
    path: `${recordPath}/draft`,
    summary: "Drop what was drafted of a published article",
    verb: Publishing.discardDraft,
    ...record,
  }),
  operation({
    name: "previewArticle",
    method: "GET",
    path: `${recordPath}/preview`,
    tag,
    access: read,
    summary: "See an article as HTML",
    description: "To authors its draft, where it has one. The HTML is safe to show.",
    verb: Preview.preview,
    output: Preview.Info,
  }),
  operation({
    name: "listArticleVersions",
    method: "GET",
    path: `${recordPath}/versions`,
    tag,
    access: write,
    summary: "List what was published of an article",
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
    summary: "Read what an article said once",
    verb: Publishing.readVersion,
    output: recordSchema("ArticleVersion", Publishing.Version),
    kind: "record",
    links: versionLinks,
  }),
  operation({
    name: "revertArticle",
    method: "POST",
    path: `${recordPath}/versions/{version_id}/revert`,
    summary: "Go back to what an article said once",
    description: "It becomes the draft of a published article.",
    verb: Publishing.revert,
    ...record,
  }),
  operation({
    name: "listRelatedArticles",
    method: "GET",
    path: `${recordPath}/related`,
    summary: "Find published articles about the same",
    verb: ArticleSearch.findRelated,
    ...searchOptions,
  }),
  operation({
    name: "giveArticleFeedback",
    method: "POST",
    path: `${recordPath}/feedback`,
    tag,
    access: read,
    summary: "Say whether an article helped",
    description: "Each reader has one opinion: to say so again changes it.",
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
    summary: "List what readers said of an article",
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
    summary: "Tell that somebody reads an article",
    verb: Feedback.view,
    keyed: false,
  }),
  operation({
    name: "getArticleFigures",
    method: "GET",
    path: `${recordPath}/figures`,
    tag,
    access: read,
    summary: "Read how often an article was read, and helped",
    verb: Feedback.readFigures,
    output: Feedback.Figures,
  }),
] as const;

import { Articles } from "@crm/core/knowledge/article.entity.ts";
import { Article } from "@crm/core/knowledge/article.ts";
import { Feedback } from "@crm/core/knowledge/feedback.ts";
import { Find } from "@crm/core/knowledge/find.ts";
import { knowledgeGrants } from "@crm/core/knowledge/knowledge.domain.ts";
import { Preview } from "@crm/core/knowledge/preview.ts";
import { Publishing } from "@crm/core/knowledge/publishing.ts";
import { operation, recordOf, rowOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { exporting } from "./files.ts";
import { articleVersionLinks, feedbackLinks, linksOf } from "./links.ts";

/** The knowledge base: articles from draft to reader, and what is found of them. */

const { read, write } = knowledgeGrants;
const tag = "Knowledge base";
const path = "/support/knowledge";
const one = `${path}/{id}`;

const links = linksOf(Articles);
const output = recordOf("KnowledgeArticle", Article.Info);
const record = { tag, access: write, output, links, kind: "record" } as const;
const found = { tag, access: read, output: Find.Hits } as const;

export const articles = [
  operation({
    name: "searchKnowledge",
    method: "GET",
    path: `${path}/search`,
    summary: "Search published articles",
    description: "By all that they say, the best first, with the words by which each was found.",
    verb: Find.search,
    ...found,
  }),
  operation({
    name: "suggestArticles",
    method: "POST",
    path: `${path}/suggest`,
    summary: "Find the articles that answer a text",
    description: "Such as what a ticket asks. Nothing is stored.",
    verb: Find.suggest,
    onlyReads: true,
    keyed: false,
    ...found,
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
    row: recordOf("KnowledgeArticleRow", Article.Row),
    links,
  }),
  exporting(
    "exportKnowledgeArticles",
    "knowledge",
    tag,
    read,
    Article.list.schema,
    async () => (await import("@crm/core/knowledge/article.export.ts")).articles,
    path,
  ),
  operation({
    name: "publishArticle",
    method: "POST",
    path: `${one}/publish`,
    summary: "Publish an article, or what was drafted of a published one",
    verb: Publishing.publish,
    ...record,
  }),
  operation({
    name: "unpublishArticle",
    method: "POST",
    path: `${one}/unpublish`,
    summary: "Make a draft of an article again",
    verb: Publishing.unpublish,
    ...record,
  }),
  operation({
    name: "archiveArticle",
    method: "POST",
    path: `${one}/archive`,
    summary: "Take an article out of use",
    verb: Publishing.archive,
    ...record,
  }),
  operation({
    name: "discardArticleDraft",
    method: "DELETE",
    path: `${one}/draft`,
    summary: "Drop what was drafted of a published article",
    verb: Publishing.discardDraft,
    ...record,
  }),
  operation({
    name: "previewArticle",
    method: "GET",
    path: `${one}/preview`,
    tag,
    access: read,
    summary: "See an article as HTML",
    description: "To authors its draft, where it has one. The HTML is safe to show.",
    verb: Preview.preview,
    output: Preview.Shown,
  }),
  operation({
    name: "listArticleVersions",
    method: "GET",
    path: `${one}/versions`,
    tag,
    access: write,
    summary: "List what was published of an article",
    verb: Publishing.versions,
    output: rowOf("ArticleVersionRow", Publishing.VersionRow),
    kind: "list",
    links: articleVersionLinks,
  }),
  operation({
    name: "getArticleVersion",
    method: "GET",
    path: `${one}/versions/{version_id}`,
    tag,
    access: write,
    summary: "Read what an article said once",
    verb: Publishing.version,
    output: recordOf("ArticleVersion", Publishing.Version),
    kind: "record",
    links: articleVersionLinks,
  }),
  operation({
    name: "revertArticle",
    method: "POST",
    path: `${one}/versions/{version_id}/revert`,
    summary: "Go back to what an article said once",
    description: "It becomes the draft of a published article.",
    verb: Publishing.revert,
    ...record,
  }),
  operation({
    name: "listRelatedArticles",
    method: "GET",
    path: `${one}/related`,
    summary: "Find published articles about the same",
    verb: Find.related,
    ...found,
  }),
  operation({
    name: "giveArticleFeedback",
    method: "POST",
    path: `${one}/feedback`,
    tag,
    access: read,
    summary: "Say whether an article helped",
    description: "Each reader has one opinion: to say so again changes it.",
    verb: Feedback.give,
    output: recordOf("ArticleFeedback", Feedback.Info),
    kind: "record",
    links: feedbackLinks,
  }),
  operation({
    name: "listArticleFeedback",
    method: "GET",
    path: `${one}/feedback`,
    tag,
    access: write,
    summary: "List what readers said of an article",
    verb: Feedback.list,
    output: rowOf("ArticleFeedbackRow", Feedback.Info),
    kind: "list",
    links: feedbackLinks,
  }),
  operation({
    name: "viewArticle",
    method: "POST",
    path: `${one}/view`,
    tag,
    access: read,
    summary: "Tell that somebody reads an article",
    verb: Feedback.view,
    keyed: false,
  }),
  operation({
    name: "getArticleFigures",
    method: "GET",
    path: `${one}/figures`,
    tag,
    access: read,
    summary: "Read how often an article was read, and helped",
    verb: Feedback.figures,
    output: Feedback.Figures,
  }),
] as const;

import type { DemoContext, DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["products"], create: createKnowledge };

/** Creates knowledge articles in two languages. The public articles are at `/kb/{slug}`. */
async function createKnowledge({ admin, rep }: DemoContext): Promise<void> {
  await admin.updateTenant({ settings: { knowledge_is_public: true } });
  const open = { category_id: "how_to", is_public: true, tags: ["damage"] };
  const { data: damage } = await admin.createKnowledgeArticle({
    ...{ ...open, title: "Report a damage", summary: "What we need to know, and how soon we answer" },
    body: "## At once\n\n1. Take pictures of **all** that is broken.\n2. Write to us within *three days*.\n\n## Then\n\nWe call you the next morning.",
  });
  const { data: german } = await admin.createKnowledgeArticle({
    ...{ ...open, title: "Einen Schaden melden", language: "de", translation_of: damage.id },
    body: "Fotografieren Sie alles, was beschädigt ist, und schreiben Sie uns innerhalb von drei Tagen.",
  });
  const { data: inside } = await admin.createKnowledgeArticle({
    title: "Who signs off a damage",
    body: "Up to 5,000: the team's manager.",
  });
  for (const { id } of [damage, german, inside]) await admin.publishArticle({ id });
  await rep.as.giveArticleFeedback({ id: damage.id, is_helpful: true, comment: "Short and clear" });
}

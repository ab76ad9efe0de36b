import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue, type InputSeeds } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  type World,
} from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    // A translation needs an article without one in that language (test/service/knowledge).
    createKnowledgeArticle: async (_, { seeds: fillings }) => articleInput(fillings),
    getArticleVersion: (app, world) => articleVersionInput(app, world),
    revertArticle: (app, world) => articleVersionInput(app, world),
    knowledgePage: async (_, world) => ({ slug: await publishKnowledge(world) }),
    articlePage: (app, world) => publishArticle(app, world),
    sendArticlePage: async (app, world) => ({ ...(await publishArticle(app, world)), helpful: "yes", comment: world.seeds.mark }),
    seeArticlePage: (app, world) => publishArticle(app, world),
  },
  targets: {
    // A published article, which every reader sees.
    "/support/knowledge": async (_, { tenant: { admin }, seeds: fillings }) => {
      const { data } = await allowAnyInput(admin).createKnowledgeArticle(articleInput(fillings));
      return (await admin.publishArticle({ id: data.id })).data.id;
    },
  },
};

const articleInput = (fillings: InputSeeds): Input => ({
  ...(generateValue(inputSchema(findOperation("createKnowledgeArticle")), fillings) as Input),
  translation_of: undefined,
});

async function articleVersionInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/support/knowledge");
  const { data } = await world.tenant.admin.listArticleVersions({ id });
  return { id, version_id: data[0]?.id };
}

/** Makes the tenant's knowledge base public. */
async function publishKnowledge({ tenant: { admin, slug } }: World): Promise<string> {
  await admin.updateTenant({ settings: { knowledge_is_public: true } });
  return slug;
}

async function publishArticle(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/support/knowledge");
  await world.tenant.admin.updateKnowledgeArticle({ id, is_public: true });
  return { slug: await publishKnowledge(world), id };
}

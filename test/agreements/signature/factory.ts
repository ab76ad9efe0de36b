import type { App } from "@crm/local/app.ts";
import {
  type DomainFactory,
  findOperation,
  makeTarget,
  nextAddress,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";
import { inProcessTransport } from "../../support/app.ts";
import { createQuoteAfter, signersInput } from "../quote/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createSignatureAccount: async (_, world) => signatureAccountInput(world),
    updateSignatureAccount: async (app, world) => ({
      id: await makeTarget(app, world, "/signature-accounts"),
      name: `${world.seeds.mark} account again`,
      is_default: true,
    }),
    getSignatureCertificate: async (app, world) => ({ id: (await createSignedRequest(app, world)).id }),
    reassignSigner: async (app, world) => {
      const { id, signers } = await createSignatureRequest(app, world);
      return { id, signer_id: signers[0]?.id, name: world.seeds.mark, email: nextAddress("signer") };
    },
    signingPage: async (app, world) => ({ token: await readSignerToken(app, await createSignatureRequest(app, world)) }),
    sendSigningPage: async (app, world) => ({
      token: await readSignerToken(app, await createSignatureRequest(app, world)),
      act: "code",
    }),
    signingDocument: async (app, world) => ({ token: await readSignerToken(app, await createSignatureRequest(app, world)) }),
    signingCertificate: async (app, world) => ({ token: (await createSignedRequest(app, world)).token }),
  },
  targets: {
    "/signature-requests": async (app, world) => (await createSignatureRequest(app, world)).id,
  },
};

interface CreatedRequest {
  id: string;
  signers: { id: string }[];
}

/** Requests a signature for a quote. */
async function createSignatureRequest(app: App, world: World): Promise<CreatedRequest> {
  const input = { ...(await createQuoteAfter(app, world, "submitQuote")), ...signersInput(world) };
  return parseData<CreatedRequest>(await sendAs(app, world.tenant.token, findOperation("requestQuoteSignature"), input));
}

/** The token in the signer's link. */
async function readSignerToken(app: App, { id }: CreatedRequest): Promise<string> {
  await app.settle();
  const links = app.mail.sent().flatMap(({ text }) => text.match(/http\S+/g) ?? []);
  return links.findLast((link) => link.includes(id))?.split("/s/")[1] ?? "";
}

/** Creates a signed request. */
async function createSignedRequest(app: App, world: World): Promise<{ id: string; token: string }> {
  const request = await createSignatureRequest(app, world);
  const token = await readSignerToken(app, request);
  const transport = inProcessTransport(app);
  let cookie = "";
  const send = async (form: Record<string, string>): Promise<string> => {
    const headers = { "content-type": "application/x-www-form-urlencoded", ...(cookie === "" ? {} : { cookie }) };
    const answer = await transport({
      method: "POST",
      path: `/s/${token}`,
      query: "",
      headers,
      body: new URLSearchParams(form).toString(),
    });
    cookie = answer.headers["set-cookie"]?.split(";")[0] ?? cookie;
    return answer.body;
  };
  await send({ act: "code" });
  await app.settle();
  const code = app.mail.sent().findLast(({ text }) => /code is \d{6}/.test(text))?.text ?? "";
  const page = await send({ act: "enter", code: /code is (\d{6})/.exec(code)?.[1] ?? "" });
  const document_hash = /name="document_hash" value="(\w+)"/.exec(page)?.[1] ?? "";
  await send({ act: "sign", name: world.seeds.mark, consent: "yes", document_hash });
  await app.settle();
  return { id: request.id, token };
}

const signatureAccountInput = ({ seeds: { mark } }: World) => ({
  ...{ provider: "dropbox_sign", name: `${mark} account`, environment: "demo", is_default: true },
  api_key: "0123456789abcdef0123456789abcdef",
});

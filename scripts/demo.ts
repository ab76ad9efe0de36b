import { ApiError } from "@crm/functions/derive/client.ts";
import { main } from "@crm/local/main.ts";
import { connectToServer, findRunningServer, type RunningServer } from "@crm/local/server/running-server.ts";
import { Refusal } from "@crm/local/store/state.ts";
import { dataFolder, runCommand } from "@crm/local/terminal-command.ts";
import { Demo } from "./demo/year.ts";

/**
 * Fills a tenant with a year of realistic work through the API. It uses a running server, or starts one and leaves it running. The server's clock
 * moves through the year in steps of two days (`/_local/clock`), so records have dates of that year; at the end it is set back.
 */
const USAGE = "npm run demo [-- --url http://127.0.0.1:3000] [--slug demo] [--leads 70]";
const DEFAULT_LEADS = 70;

/** Returns the server at the URL, or of the data folder, or on PORT. If none runs, starts one in this process, which keeps running. */
async function resolveServer(url: string | undefined): Promise<RunningServer> {
  const usual = url ?? (await findRunningServer(dataFolder()))?.url ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`;
  if (await isReachable(usual)) return requireControls(usual);
  if (url) throw new Refusal(`No server responds at ${url}. Start one there, or omit --url.`);
  console.log("No server is running. This process starts one, which runs until Ctrl-C.");
  await main({ hints: false });
  if (await isReachable(usual)) return connectToServer(usual);
  // `main` has printed the problem.
  process.exit(1);
}

async function requireControls(url: string): Promise<RunningServer> {
  const running = connectToServer(url);
  await running.call("GET", "clock").catch(() => {
    throw new Refusal(`The clock of ${url} cannot be set. The demo requires a server that was started with "npm start".`);
  });
  return running;
}

async function isReachable(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

const RESUME_HINT = "Run npm run demo again to continue where it stopped.";

/** Explains why the run ended: a failed request, or a server that stopped, for instance by Ctrl-C. */
function explainFailure(error: Error & { code?: string }): never {
  if (error instanceof ApiError) throw new Refusal(`A request of the demo failed: ${error.message}. ${RESUME_HINT}`);
  const { code = (error.cause as { code?: string } | undefined)?.code } = error;
  if (!["ECONNREFUSED", "ECONNRESET", "UND_ERR_SOCKET"].includes(code ?? "")) throw error;
  throw new Refusal(`The server stopped before the tenant was complete. ${RESUME_HINT}`);
}

await runCommand(USAGE, ["url", "slug", "leads"], async ({ url, slug = "demo", leads }) => {
  const count = leads === undefined ? DEFAULT_LEADS : Number(leads);
  if (!Number.isInteger(count) || count < 1 || count > 10_000)
    throw new Refusal(`--leads must be a number from 1 to 10000: ${USAGE}`);
  const server = await resolveServer(url);
  const demo = new Demo(server, slug, count);
  const state = await demo.begin();
  if (state === "there") console.log(`The tenant ${slug} already exists. Use --slug to create another one.`);
  else {
    console.log(
      state === "unfinished"
        ? `The tenant ${slug} was left unfinished: continuing where it stopped.`
        : `Filling the tenant ${slug} with a year of data, which takes some minutes. An interrupted run continues when it is started again.`,
    );
    await demo.fill().catch(explainFailure);
  }
  await demo.explain();
});

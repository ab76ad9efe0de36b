import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, startTransition } from "react";
import type { Root } from "react-dom/client";
import { meQuery } from "./api/session.ts";
import { hasSessionHint } from "./api/storage-keys.ts";
import { loadLanguage } from "./ui/i18n/console-messages.ts";
import type { ConsoleLanguage } from "./ui/i18n/languages.ts";
import "./inter.css";
import { queryClient } from "./api/query-client.ts";
import { router } from "./routes.tsx";

const renderConsole = (root: Root): void =>
  startTransition(() =>
    root.render(
      <StrictMode>
        <RouterProvider router={router} />
      </StrictMode>,
    ),
  );

/** Shows the console from the start of the page. */
export async function showConsole(root: Root, language: ConsoleLanguage): Promise<void> {
  // The session is renewed while the code of the page is loaded.
  if (hasSessionHint(document.cookie)) void queryClient.prefetchQuery(meQuery);
  await loadLanguage(language);
  renderConsole(root);
}

/** Loads what the page at the address needs, before its user has signed in. */
export async function prepareConsole(language: ConsoleLanguage): Promise<void> {
  await Promise.all([loadLanguage(language), router.load()]);
}

/** Shows the console after the sign-in. Until it is ready, the page stays as it is. */
export async function openConsole(root: Root, language: ConsoleLanguage): Promise<void> {
  await Promise.all([prepareConsole(language), queryClient.prefetchQuery(meQuery)]);
  renderConsole(root);
}

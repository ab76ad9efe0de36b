import { I18nProvider } from "@lingui/react";
import { type ComponentType, lazy, StrictMode, Suspense } from "react";
import type { Root } from "react-dom/client";
import { catalog } from "../../ui/i18n/catalog.ts";
import { loadEntryLanguage } from "../../ui/i18n/entry-messages.ts";
import type { ConsoleLanguage } from "../../ui/i18n/languages.ts";
import { type EntryPath, findEntryPath } from "./entry-paths.ts";
import { VisitorPage } from "./visitor-page.tsx";

const pages: Readonly<Record<EntryPath, ComponentType>> = {
  "/crm/forgot-password": lazy(() =>
    import("./forgot-password-page.tsx").then(({ ForgotPasswordPage }) => ({ default: ForgotPasswordPage })),
  ),
  "/crm/reset-password": lazy(() =>
    import("./choose-password-page.tsx").then(({ ResetPasswordPage }) => ({ default: ResetPasswordPage })),
  ),
  "/crm/activate": lazy(() => import("./choose-password-page.tsx").then(({ ActivationPage }) => ({ default: ActivationPage }))),
};

const loadConsole = () => import("../../console.tsx");

/** Shows the pages for people who are not signed in. After the sign-in the console takes their place, and the address stays. */
export async function showEntry(root: Root, language: ConsoleLanguage): Promise<void> {
  await loadEntryLanguage(language);
  // A deployment may have removed a file. A reload gets the files of the new release, and the session is there already.
  const openConsole = (): Promise<void> =>
    loadConsole()
      .then((console) => console.openConsole(root, language))
      .catch(() => location.reload());
  const prepareConsole = (): void =>
    void loadConsole()
      .then((console) => console.prepareConsole(language))
      .catch(() => undefined);
  const path = findEntryPath(location.pathname);
  const Page = path && pages[path];
  root.render(
    <StrictMode>
      <I18nProvider i18n={catalog}>
        <Suspense>{Page ? <Page /> : <VisitorPage onSignIn={openConsole} onShow={prepareConsole} />}</Suspense>
      </I18nProvider>
    </StrictMode>,
  );
}

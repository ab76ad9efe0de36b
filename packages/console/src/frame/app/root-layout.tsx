import { I18nProvider as MessageProvider } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { type NavigateOptions, Outlet, useRouter } from "@tanstack/react-router";
import { RouterProvider } from "react-aria-components";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { queryClient } from "../../api/query-client.ts";
import { catalog } from "../../ui/i18n/catalog.ts";
import { formatLocaleFor } from "../../ui/i18n/format-region.ts";
import { ToastRegion } from "../../ui/kit/toast.tsx";
import { readAppearance } from "../shell/appearance.ts";
import { useLinkNavigation } from "../shell/use-link-navigation.ts";

/** What every page has around it: language, links without a reload, data, toasts. */
export function RootLayout() {
  const router = useRouter();
  useLinkNavigation();
  return (
    <MessageProvider i18n={catalog}>
      <I18nProvider locale={formatLocaleFor(catalog.locale, readAppearance().region)}>
        <RouterProvider navigate={(href) => void router.navigate({ href } as NavigateOptions)}>
          <QueryClientProvider client={queryClient}>
            <Outlet />
            <ToastRegion />
          </QueryClientProvider>
        </RouterProvider>
      </I18nProvider>
    </MessageProvider>
  );
}

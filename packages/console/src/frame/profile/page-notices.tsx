import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { readConnection, reportConnection, subscribeToConnection, watchedFetch } from "../../api/connection.ts";
import { storeViewedRole, usePreferences } from "../../api/preferences.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { readViewedRole, saveViewedRole } from "../../api/viewed-role.ts";
import { isFormatRegion } from "../../ui/i18n/format-region.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { isSameAppearance, readAppearance, saveAppearance } from "../shell/appearance.ts";
import { RequestWaitBanner } from "./request-wait-banner.tsx";
import { nameRole } from "./role-name.ts";

/** What holds for every page: the connection is lost, or an administrator views the data as another role. */
export function PageNotices() {
  usePreferenceCopy();
  return (
    <>
      <ViewedRoleBar />
      <ConnectionBanner />
      <RequestWaitBanner />
    </>
  );
}

/** Says as which role an administrator views the data, and ends it. */
function ViewedRoleBar() {
  const t = useText();
  const role = readViewedRole();
  const [isPending, setPending] = useState(false);
  if (role === undefined) return null;
  const stop = async (): Promise<void> => {
    setPending(true);
    // The view ends in this tab, even if the server cannot be reached.
    await storeViewedRole(null).catch(() => undefined);
    saveViewedRole(undefined);
    location.reload();
  };
  const name = nameRole(role, t);
  return (
    <div className="px-4 pt-2">
      <Banner
        kind="info"
        title={t("You view the data as {role}", { role: name })}
        action={
          <Button isSmall isPending={isPending} onPress={() => void stop()}>
            {t("Stop viewing as {role}", { role: name })}
          </Button>
        }
      >
        {t("You see what a user with your records and this role sees. Nothing can be changed.")}
      </Banner>
    </div>
  );
}

/** Whether this is the first page since the console was loaded. */
let isFirstPage = true;

/** Takes over what the user has set in another browser: the look, the language, and the page that opens first. */
function usePreferenceCopy(): void {
  const { data: preferences } = usePreferences();
  const navigate = useNavigate();
  useEffect(() => {
    if (!preferences) return;
    const { theme, density, language, start_page, ui } = preferences;
    const copy = readAppearance();
    const next = { theme, density, language, region: isFormatRegion(ui.region) ? ui.region : null };
    if (!isSameAppearance(copy, next)) {
      saveAppearance(next);
      // Texts and formats are read once. Without storage they stay those of the browser.
      const isReadOnce = copy.language !== next.language || copy.region !== next.region;
      if (isReadOnce && isSameAppearance(readAppearance(), next)) location.reload();
    }
    if (isFirstPage && start_page !== null && /^\/crm\/?$/.test(location.pathname))
      void navigate({ to: start_page, replace: true });
    isFirstPage = false;
  }, [preferences, navigate]);
}

const HEALTH_PATH = "/api/v1/health";
const RETRY_MS = 15_000;

function ConnectionBanner() {
  const t = useText();
  const queries = useQueryClient();
  const connection = useSyncExternalStore(subscribeToConnection, readConnection);
  const [isRetrying, setRetrying] = useState(false);
  const retry = useCallback(async (): Promise<void> => {
    setRetrying(true);
    try {
      const { ok } = await watchedFetch(HEALTH_PATH, { cache: "no-store" });
      if (ok) await queries.refetchQueries({ type: "active" });
    } catch {
      // The banner stays.
    } finally {
      setRetrying(false);
    }
  }, [queries]);
  useEffect(() => {
    const onOnline = (): void => reportConnection("online");
    const onOffline = (): void => reportConnection("offline");
    if (!navigator.onLine) onOffline();
    addEventListener("online", onOnline);
    addEventListener("offline", onOffline);
    return () => {
      removeEventListener("online", onOnline);
      removeEventListener("offline", onOffline);
    };
  }, []);
  useEffect(() => {
    if (connection !== "lost") return undefined;
    const timer = setInterval(() => void retry(), RETRY_MS);
    return () => clearInterval(timer);
  }, [connection, retry]);
  if (connection === "connected") return null;
  return (
    <div className="px-4 pt-2">
      <Banner
        kind="warning"
        title={connection === "offline" ? t("You are offline") : t("The server does not answer")}
        action={
          <Button isSmall isPending={isRetrying} onPress={() => void retry()}>
            {t("Try again")}
          </Button>
        }
      >
        {t("You see the data that was loaded last. Changes cannot be saved now.")}
      </Banner>
    </div>
  );
}

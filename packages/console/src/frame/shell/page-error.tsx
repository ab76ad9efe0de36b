import { ApiError } from "@crm/sdk/index.ts";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { isMissingChunk } from "../../api/missing-chunk.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { reloadForMissingChunk } from "./chunk-reload.ts";

/** In place of a page that failed. The menu stays, so the user can go on. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const t = useText();
  const router = useRouter();
  useEffect(() => {
    reloadForMissingChunk(error);
  }, [error]);
  const isOld = isMissingChunk(error);
  const retry = (): void => {
    if (isOld && navigator.onLine) location.reload();
    else {
      reset();
      void router.invalidate();
    }
  };
  const message = error instanceof Error ? error.message : String(error);
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <div className="min-h-0 flex-1 overflow-auto" role="alert">
      <EmptyState
        isPage
        kind="nothing-found"
        title={isOld ? t("A part of this page could not be loaded") : t("This page could not be shown")}
        action={<Button onPress={retry}>{t("Try again")}</Button>}
      >
        {isOld
          ? t("There may be a new version of the console. Load the page again.")
          : t("What you saved is not lost. Try again, or open another page.")}
      </EmptyState>
      <details className="mx-auto max-w-form px-4 pb-6 text-meta wrap-anywhere text-text-muted">
        <summary>{t("Details for support")}</summary>
        <p>{requestId === undefined ? message : `${message} (${requestId})`}</p>
      </details>
    </div>
  );
}

import { X } from "lucide-react";
import { Text } from "react-aria-components/Text";
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as AriaToastContent,
  UNSTABLE_ToastRegion as AriaToastRegion,
  UNSTABLE_ToastQueue as ToastQueue,
} from "react-aria-components/Toast";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";

interface ToastContent {
  readonly text: string;
  /** Takes the change back. */
  readonly undo?: () => void;
  /** What users mostly do next. */
  readonly next?: { readonly label: string; readonly run: () => void };
  readonly isError?: boolean;
}

const TIMEOUT_MS = 6000;
const MAX_TOASTS = 3;

const queue = new ToastQueue<ToastContent>({ maxVisibleToasts: MAX_TOASTS });

/** Says what happened, at the foot of the page. An error stays until it is closed. Do not use it for what the page shows anyway. */
export function showToast(content: ToastContent): void {
  queue.add(content, content.isError ? {} : { timeout: TIMEOUT_MS });
}

/** The place of the toasts. The root layout has one. */
export function ToastRegion() {
  const t = useText();
  return (
    <AriaToastRegion
      queue={queue}
      className="fixed start-4 bottom-toast z-20 flex max-w-drawer flex-col gap-2 rounded-card focus-ring tablet:bottom-4 print:hidden"
    >
      {({ toast }) => (
        <AriaToast
          toast={toast}
          className="flex items-center gap-2 rounded-card border border-border bg-raised ps-4 pe-2 py-2 text-control text-text shadow-menu focus-ring"
        >
          <AriaToastContent className="min-w-0 flex-1 wrap-anywhere">
            <Text slot="title" className={toast.content.isError ? "text-danger" : ""}>
              {toast.content.text}
            </Text>
          </AriaToastContent>
          {[toast.content.next, toast.content.undo && { label: t("Undo"), run: toast.content.undo }].map((button) =>
            button === undefined ? null : (
              <Button
                key={button.label}
                isSmall
                variant="quiet"
                onPress={() => {
                  button.run();
                  queue.close(toast.key);
                }}
              >
                {button.label}
              </Button>
            ),
          )}
          <IconButton isSmall label={t("Close")} icon={<X />} onPress={() => queue.close(toast.key)} />
        </AriaToast>
      )}
    </AriaToastRegion>
  );
}

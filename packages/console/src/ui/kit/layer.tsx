import { X } from "lucide-react";
import type { KeyboardEvent, ReactElement, ReactNode } from "react";
import { Dialog as AriaDialog, DialogTrigger } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import { IconButton } from "./icon-button.tsx";

/** What dialogs, drawers and sheets have in common. */
export interface LayerProps {
  readonly title: string;
  /** The content. A function gets what closes the layer. */
  readonly children: ReactNode | ((close: () => void) => ReactNode);
  /** Buttons at the foot. The last one is the action that the layer is for. */
  readonly actions?: (close: () => void) => ReactNode;
  /** The button that opens the layer. Without it `isOpen` says whether it is open. */
  readonly trigger?: ReactElement;
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
  /** A click outside closes it, as long as there is nothing to lose. */
  readonly isDismissable?: boolean;
  /** A layer without a way back, such as the sign-in over a page, has no close button and ignores Escape. */
  readonly isBlocking?: boolean;
}

interface LayerFrameProps extends LayerProps {
  readonly overlayClass: string;
  readonly modalClass: string;
  readonly role?: "dialog" | "alertdialog";
  /** The content reaches the edges. The title is for screen readers only. */
  readonly hasOwnHead?: boolean;
}

const callWith = (content: LayerProps["children"], close: () => void): ReactNode =>
  typeof content === "function" ? content(close) : content;

function LayerHead({ title, close }: { readonly title: string; readonly close: (() => void) | undefined }) {
  const t = useText();
  return (
    <header className="flex shrink-0 items-start gap-2 pt-2 ps-4 pe-2 tablet:ps-6 tablet:pt-4 tablet:pe-4">
      <Heading
        slot="title"
        className="min-h-control min-w-0 flex-1 content-center text-section font-semibold wrap-anywhere text-text"
      >
        {title}
      </Heading>
      {close === undefined ? null : <IconButton label={t("Close")} icon={<X />} onPress={close} />}
    </header>
  );
}

/** Inputs in which Enter means the action of the layer. A list takes Enter for its entry, and a form sends itself. */
const ENTER_INPUTS = "input:not([type=checkbox], [type=radio], [role=combobox]), [role=spinbutton]";

/** Enter in a field, and Ctrl and Enter anywhere, press the action of the layer. */
function pressAction(event: KeyboardEvent<HTMLElement>): void {
  const { key, target, currentTarget, ctrlKey, metaKey, nativeEvent } = event;
  if (key !== "Enter" || nativeEvent.isComposing || event.isDefaultPrevented()) return;
  // Layers and lists that the content has opened are elsewhere in the document.
  if (!(target instanceof HTMLElement) || !currentTarget.contains(target) || target.closest("form")) return;
  if (!(ctrlKey || metaKey) && !target.matches(ENTER_INPUTS)) return;
  const buttons = currentTarget.parentElement?.querySelectorAll<HTMLButtonElement>(":scope > [data-foot] button");
  if (!buttons || buttons.length === 0) return;
  event.preventDefault();
  // The field takes its value first.
  requestAnimationFrame(() => buttons[buttons.length - 1]?.click());
}

/** Parts of a date keep their keys to themselves. */
const pressActionInDate = (event: KeyboardEvent<HTMLElement>): void => {
  if (event.target instanceof HTMLElement && event.target.role === "spinbutton") pressAction(event);
};

/** A surface over the page that keeps the focus, and gives it back to the button that opened it. */
export function Layer({
  trigger,
  isOpen,
  onOpenChange,
  overlayClass,
  modalClass,
  role = "dialog",
  hasOwnHead,
  ...props
}: LayerFrameProps) {
  const { title, children, actions, isDismissable = true, isBlocking = false } = props;
  const state = trigger === undefined ? { isOpen, onOpenChange } : {};
  const overlay = (
    <ModalOverlay
      {...state}
      isDismissable={isDismissable && !isBlocking && role === "dialog"}
      isKeyboardDismissDisabled={isBlocking}
      className={joinClasses("fixed inset-0 z-10 flex bg-backdrop fade-motion", overlayClass)}
    >
      <Modal className={joinClasses("flex min-h-0 min-w-0 bg-raised text-text shadow-dialog", modalClass)}>
        <AriaDialog role={role} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
          {({ close }) => (
            <>
              {hasOwnHead ? (
                <Heading slot="title" className="sr-only">
                  {title}
                </Heading>
              ) : (
                <LayerHead title={title} close={isBlocking ? undefined : close} />
              )}
              {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the fields inside */}
              <div
                onKeyDownCapture={pressActionInDate}
                onKeyDown={pressAction}
                className={
                  hasOwnHead
                    ? "flex min-h-0 flex-1 flex-col"
                    : "min-h-0 flex-1 overflow-auto px-4 pt-2 pb-6 text-body tablet:px-6 tablet:pt-3 wrap-anywhere"
                }
              >
                {callWith(children, close)}
              </div>
              {actions === undefined ? null : (
                <footer
                  data-foot
                  className="flex shrink-0 flex-wrap items-center justify-end gap-2 border-t border-border px-4 py-2 max-tablet:*:flex-1 tablet:px-6 tablet:py-3"
                >
                  {actions(close)}
                </footer>
              )}
            </>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
  if (trigger === undefined) return overlay;
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      {trigger}
      {overlay}
    </DialogTrigger>
  );
}

import { type HTMLAttributes, type ReactNode, useId, useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import {
  bareInputClass,
  fieldClass,
  fieldErrorClass,
  fieldHelpClass,
  fieldLabelClass,
  groupClass,
  inputClass,
} from "./field-classes.ts";
import { Spinner } from "./spinner.tsx";

/**
 * Controls made of the browser's own elements. They look like `TextField`, `Button` and `Link`, and are for the pages before the sign-in, which must show
 * before React Aria is loaded.
 */

interface NativeTextFieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  readonly type?: "text" | "email" | "password";
  readonly autoComplete?: string;
  readonly inputMode?: HTMLAttributes<HTMLInputElement>["inputMode"];
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoFocus?: boolean;
}

export function NativeTextField({ label, help, error, type = "text", onChange, ...props }: NativeTextFieldProps) {
  const t = useText();
  const id = useId();
  const [isShown, setShown] = useState(false);
  const isPassword = type === "password";
  const isInvalid = error !== undefined;
  const descriptions = [help === undefined ? "" : `${id}-help`, isInvalid ? `${id}-error` : ""].filter((name) => name !== "");
  const input = (
    <input
      {...props}
      id={id}
      type={isPassword && isShown ? "text" : type}
      onChange={({ target }) => onChange(target.value)}
      aria-invalid={isInvalid || undefined}
      aria-describedby={descriptions.length === 0 ? undefined : descriptions.join(" ")}
      data-invalid={isInvalid || undefined}
      className={isPassword ? bareInputClass : joinClasses(inputClass, "hover:border-text-muted")}
    />
  );
  return (
    <div className={fieldClass}>
      <label htmlFor={id} className={fieldLabelClass}>
        <span className="min-w-0 wrap-anywhere">{label}</span>
      </label>
      {isPassword ? (
        <div data-invalid={isInvalid || undefined} className={joinClasses(groupClass, "hover:border-text-muted")}>
          {input}
          <button
            type="button"
            // The input keeps the focus, and with it the place of the cursor.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => setShown(!isShown)}
            className={joinClasses(BUTTON, "h-control-small border-transparent px-2 text-text hover:bg-hover active:bg-border")}
          >
            {isShown ? t("Hide") : t("Show")}
          </button>
        </div>
      ) : (
        input
      )}
      {help === undefined ? null : (
        <span id={`${id}-help`} className={fieldHelpClass}>
          {help}
        </span>
      )}
      {isInvalid ? (
        <span id={`${id}-error`} className={fieldErrorClass}>
          {error}
        </span>
      ) : null}
    </div>
  );
}

const BUTTON =
  "inline-flex max-w-full min-w-target shrink-0 cursor-default items-center justify-center gap-2 rounded-control border text-control font-medium whitespace-nowrap transition-colors focus-ring select-none";

interface NativeSubmitButtonProps {
  /** The form is being sent. */
  readonly isPending: boolean;
  readonly children: ReactNode;
}

export function NativeSubmitButton({ isPending, children }: NativeSubmitButtonProps) {
  return (
    <button
      type="submit"
      aria-disabled={isPending || undefined}
      className={joinClasses(
        BUTTON,
        "h-control border-transparent bg-accent px-3 text-on-accent hover:bg-accent-hover active:bg-accent-hover",
      )}
    >
      {isPending ? (
        <span aria-hidden="true" className="inline-flex items-center text-baseline">
          <Spinner />
        </span>
      ) : null}
      <span dir="auto" className="truncate">
        {children}
      </span>
    </button>
  );
}

interface NativeLinkProps {
  readonly href: string;
  readonly children: ReactNode;
}

export const NativeLink = ({ href, children }: NativeLinkProps) => (
  <a
    href={href}
    className="inline-flex min-h-target min-w-target max-w-full items-center rounded-small wrap-anywhere text-accent-text focus-ring hover:underline"
  >
    {children}
  </a>
);
